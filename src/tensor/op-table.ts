import { batchNormInferenceOp } from "./ops/batch-norm.ts";
import { addOp, divOp, equalOp, greaterOp, maximumOp, minimumOp, mulOp, subOp, whereOp } from "./ops/binary.ts";
import { convolutionInputGradientOp, convolutionOp, convolutionWeightGradientOp } from "./ops/convolution.ts";
import { matmulOp } from "./ops/matmul.ts";
import { averagePoolGradientOp, averagePoolOp, maxPoolGradientOp, maxPoolOp } from "./ops/pooling.ts";
import { reduceMaxOp, reduceMeanOp, reduceSumOp } from "./ops/reduce.ts";
import {
  broadcastToOp,
  concatOp,
  fillOp,
  flipOp,
  insertZerosOp,
  padOp,
  reshapeOp,
  sliceOp,
  transposeOp,
} from "./ops/shape.ts";
import { logSoftmaxOp, softmaxOp } from "./ops/softmax.ts";
import {
  absOp,
  castOp,
  eluOp,
  expOp,
  leakyReluOp,
  logOp,
  negOp,
  powerOp,
  reluOp,
  sigmoidOp,
  signOp,
  sqrtOp,
  tanhOp,
} from "./ops/unary.ts";
import type { Op } from "./tensor.ts";

/** Every op; each passes the contract suite. */
export const opTable: readonly Op[] = [
  addOp,
  subOp,
  mulOp,
  divOp,
  maximumOp,
  minimumOp,
  greaterOp,
  equalOp,
  whereOp,
  negOp,
  expOp,
  logOp,
  sqrtOp,
  signOp,
  absOp,
  sigmoidOp,
  tanhOp,
  reluOp,
  leakyReluOp,
  eluOp,
  powerOp,
  castOp,
  matmulOp,
  reshapeOp,
  transposeOp,
  broadcastToOp,
  concatOp,
  sliceOp,
  flipOp,
  padOp,
  insertZerosOp,
  fillOp,
  reduceSumOp,
  reduceMeanOp,
  reduceMaxOp,
  convolutionOp,
  convolutionInputGradientOp,
  convolutionWeightGradientOp,
  maxPoolOp,
  maxPoolGradientOp,
  averagePoolOp,
  averagePoolGradientOp,
  softmaxOp,
  logSoftmaxOp,
  batchNormInferenceOp,
] as readonly Op[];

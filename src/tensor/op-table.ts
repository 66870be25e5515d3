import type { Op } from "./tensor.ts";
import { erfOp, geluOp, geluTanhOp, mishOp, siluOp, softplusOp } from "./ops/activations.ts";
import { batchNormTrainingGradientOp, batchNormTrainingOp } from "./ops/batch-norm-training.ts";
import { batchNormInferenceOp } from "./ops/batch-norm.ts";
import { addOp, divOp, equalOp, greaterOp, maximumOp, minimumOp, mulOp, subOp, whereOp } from "./ops/binary.ts";
import {
  convolutionInputGradientOp,
  convolutionWeightGradientOp,
  transposedConvolutionOp,
} from "./ops/convolution-gradients.ts";
import { convolutionOp } from "./ops/convolution.ts";
import { embeddingGradientOp, embeddingOp } from "./ops/embedding.ts";
import { matmulOp } from "./ops/matmul.ts";
import { layerNormOp, standardiseOp } from "./ops/norms.ts";
import { averagePoolGradientOp, maxPoolGradientOp } from "./ops/pooling-gradients.ts";
import { averagePoolOp, maxPoolOp } from "./ops/pooling.ts";
import { concatOp, flipOp, gatherOp, insertZerosOp, padOp, sliceOp } from "./ops/ranges.ts";
import { gruOps, lstmOps } from "./ops/recurrent.ts";
import { reduceMaxOp, reduceMeanOp, reduceSumOp } from "./ops/reduce.ts";
import { broadcastToOp, fillOp, reshapeOp, transposeOp } from "./ops/reshape.ts";
import { scanOp } from "./ops/scan.ts";
import { logSoftmaxOp, softmaxOp } from "./ops/softmax.ts";
import { splitOp } from "./ops/split.ts";
import {
  absOp,
  castOp,
  eluOp,
  expOp,
  leakyReluOp,
  logOp,
  negOp,
  powerOp,
  reluGradientOp,
  reluOp,
  sigmoidOp,
  signOp,
  sqrtOp,
  tanhOp,
} from "./ops/unary.ts";

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
  reluGradientOp,
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
  gatherOp,
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
  transposedConvolutionOp,
  maxPoolOp,
  maxPoolGradientOp,
  averagePoolOp,
  averagePoolGradientOp,
  softmaxOp,
  logSoftmaxOp,
  batchNormInferenceOp,
  layerNormOp,
  standardiseOp,
  embeddingOp,
  embeddingGradientOp,
  erfOp,
  geluOp,
  geluTanhOp,
  siluOp,
  mishOp,
  softplusOp,
  splitOp,
  scanOp,
  lstmOps.op,
  lstmOps.gradientOp,
  gruOps.op,
  gruOps.gradientOp,
  batchNormTrainingOp,
  batchNormTrainingGradientOp,
] as readonly Op[];

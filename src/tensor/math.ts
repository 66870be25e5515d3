import { constant } from "./leaves.ts";
import { sameShape } from "./shapes.ts";
import type { Tensor, TensorMath } from "./tensor.ts";
import { add, div, equal, greater, mul, sub, where } from "./ops/binary.ts";
import { convolutionMath } from "./ops/convolution-gradients.ts";
import { matmul } from "./ops/matmul.ts";
import { poolingMath } from "./ops/pooling-gradients.ts";
import { concat, flip, insertZeros, pad, slice } from "./ops/ranges.ts";
import { reduceMax, reduceSum } from "./ops/reduce.ts";
import { broadcastTo, fill, reshape, transpose } from "./ops/reshape.ts";
import { softmax } from "./ops/softmax.ts";
import { abs, cast, exp, log, neg, pow, reluGradient, sign, sqrt } from "./ops/unary.ts";

/** A float32 scalar. */
export function scalar(value: number): Tensor {
  return constant([value], []);
}

/** x times a number. */
export function scale(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, scalar(factor));
}

/** Sums over what broadcasting to x's shape had repeated. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.shape.length - shape.length;
  const axes = [...x.shape.keys()].filter((axis) => axis < added || (shape[axis - added] === 1 && x.shape[axis] !== 1));
  return reshape(reduceSum(x, { axes, keepDims: false }), shape);
}

/** What ops are given to write their gradients and lowerings with. */
export const tensorMath: TensorMath = {
  add,
  sub,
  mul,
  div,
  neg,
  abs,
  sign,
  exp,
  log,
  sqrt,
  softmax,
  power: pow,
  equal,
  greater,
  where,
  scale,
  scalar,
  fill,
  constant,
  cast,
  reshape,
  transpose,
  broadcastTo,
  sumTo,
  reduceSum,
  reduceMax,
  concat,
  slice,
  flip,
  pad,
  insertZeros,
  matmul,
  reluGradient,
  ...convolutionMath,
  ...poolingMath,
};

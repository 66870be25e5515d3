export { type AdaptivePoolOptions, adaptiveAveragePool, adaptiveMaxPool } from "./ops/adaptive-pooling.ts";
export { type GeluOptions, erf, gelu, mish, silu, softplus } from "./ops/activations.ts";
export { add, div, equal, greater, maximum, minimum, mul, sub, where } from "./ops/binary.ts";
export { type ConvolutionOptions, conv1d, conv2d } from "./ops/convolution.ts";
export { embedding, sinusoidalPositions } from "./ops/embedding.ts";
export { matmul } from "./ops/matmul.ts";
export { type GroupNormOptions, type LayerNormOptions, groupNorm, layerNorm } from "./ops/norms.ts";
export {
  type AveragePoolOptions,
  type MaxPoolOptions,
  type PoolOptions,
  averagePool,
  averagePool1d,
  concatPool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  maxPool1d,
} from "./ops/pooling.ts";
export { type PadOptions, type SliceOptions, concat, flip, insertZeros, pad, slice } from "./ops/ranges.ts";
export { type RecurrentOptions, gru, lstm } from "./ops/recurrent.ts";
export { type ReduceOptions, reduceMax, reduceMean, reduceSum } from "./ops/reduce.ts";
export { broadcastTo, fill, reshape, transpose } from "./ops/reshape.ts";
export { type ScanOptions, type ScanStep, scan } from "./ops/scan.ts";
export { logSoftmax, softmax } from "./ops/softmax.ts";
export { type TransposedConvolutionOptions, convTranspose1d, convTranspose2d } from "./ops/transposed-convolution.ts";
export { type SplitOptions, split } from "./ops/split.ts";
export {
  type AlphaOptions,
  abs,
  cast,
  elu,
  exp,
  leakyRelu,
  log,
  neg,
  pow,
  relu,
  sigmoid,
  sign,
  sqrt,
  tanh,
} from "./ops/unary.ts";
export * from "./attention.ts";
export * from "./encode-onnx.ts";
export * from "./executor.ts";
export * from "./gradients.ts";
export * from "./initialise.ts";
export * from "./layers.ts";
export * from "./leaves.ts";
export { scalar, scale, sumTo } from "./math.ts";
export * from "./multiply-adds.ts";
export * from "./onnx/index.ts";
export { BuildError, type OpOptions } from "./op.ts";
export { sizeOf } from "./shapes.ts";
export type { RecurrentWeights } from "./recurrence/cell.ts";
export * from "./onnx-reading/index.ts";
export type * from "./tensor.ts";
export type { Padding, PerAxis } from "./windows.ts";

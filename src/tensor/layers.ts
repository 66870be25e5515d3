import { UserError } from "../core/errors.ts";
import { maskInput } from "./leaves.ts";
import { scalar, scale } from "./math.ts";
import { describeShape, sameShape } from "./shapes.ts";
import type { Tensor } from "./tensor.ts";
import { batchNormInference } from "./ops/batch-norm.ts";
import { add, div, mul, sub } from "./ops/binary.ts";
import { reduceMean, reduceSum } from "./ops/reduce.ts";
import { reshape } from "./ops/reshape.ts";
import { logSoftmax } from "./ops/softmax.ts";
import { neg, sqrt } from "./ops/unary.ts";

/** x times itself. */
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

export interface DropoutOptions {
  /** Names the mask. */
  readonly name: string;
  /** The share of values that are dropped. */
  readonly rate: number;
  readonly mode: "training" | "inference";
}

/**
 * In training, x times a mask that is fed (see `maskInput`), so that whoever trains owns the random numbers; at
 * inference x itself (Srivastava 2014, scaled in training).
 */
export function dropout(x: Tensor, { name, rate, mode }: DropoutOptions): Tensor {
  return mode === "inference" || rate === 0 ? x : mul(x, maskInput(name, x.shape, { rate }));
}

/** Number of classes last; labels are one-hot or probabilities. logits, labels [batch, class] → the loss of each sample, [batch]. */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  if (!sameShape(logits.shape, labels.shape)) {
    throw new UserError(
      `Cannot build softmaxCrossEntropy: expected labels of shape ${describeShape(logits.shape)}, found ${describeShape(labels.shape)}.`,
    );
  }
  return neg(reduceSum(mul(labels, logSoftmax(logits, -1)), { axes: [-1] }));
}

/** Σ weight·value / Σ weight over all values of the same shape. */
export function weightedMean(values: Tensor, weights: Tensor): Tensor {
  return div(reduceSum(mul(values, weights)), reduceSum(weights));
}

export interface BatchNormOptions {
  /** [channel] each. */
  readonly scale: Tensor;
  readonly bias: Tensor;
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
  /** The share of the batch's statistics in the new running ones, as in PyTorch. */
  readonly momentum?: number;
  readonly epsilon?: number;
  readonly mode: "training" | "inference";
  readonly name?: string;
}

export interface BatchNormOutputs {
  readonly output: Tensor;
  /** The statistics to keep; at inference the given ones. */
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
}

/**
 * Batch normalisation over all axes but the second (Ioffe & Szegedy 2015). The running variance takes the unbiased
 * estimate, the output the biased one, as in PyTorch. x [batch, channel, …].
 */
export function batchNorm(x: Tensor, options: BatchNormOptions): BatchNormOutputs {
  const { scale: gain, bias, runningMean, runningVariance, momentum = 0.1, epsilon = 1e-5, mode, name } = options;
  if (mode === "inference") {
    return {
      output: batchNormInference(x, { gain, bias, runningMean, runningVariance, epsilon, name }),
      runningMean,
      runningVariance,
    };
  }
  const channels = x.shape[1]!;
  const perChannel = (tensor: Tensor) => reshape(tensor, [1, channels, ...x.shape.slice(2).map(() => 1)], { name });
  const axes = [...x.shape.keys()].filter((axis) => axis !== 1);
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
  const mean = reduceMean(x, { axes, keepDims: true });
  const centred = sub(x, mean);
  const variance = reduceMean(square(centred), { axes, keepDims: true });
  const factor = div(perChannel(gain), sqrt(add(variance, scalar(epsilon))));
  const moved = (old: Tensor, now: Tensor, correction: number) =>
    add(scale(old, 1 - momentum), scale(reshape(now, [channels]), momentum * correction));
  return {
    output: add(mul(centred, factor), perChannel(bias)),
    runningMean: moved(runningMean, mean, 1),
    runningVariance: moved(runningVariance, variance, count / Math.max(1, count - 1)),
  };
}

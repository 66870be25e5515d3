import { UserError } from "../core/errors.ts";
import { maskInput } from "./leaves.ts";
import { scale } from "./math.ts";
import { describeShape, sameShape, sizeOf } from "./shapes.ts";
import type { Tensor } from "./tensor.ts";
import { batchNormTraining } from "./ops/batch-norm-training.ts";
import { batchNormInference } from "./ops/batch-norm.ts";
import { add, div, mul } from "./ops/binary.ts";
import { reduceSum } from "./ops/reduce.ts";
import { logSoftmax } from "./ops/softmax.ts";
import { neg } from "./ops/unary.ts";

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
  const { output, mean, variance } = batchNormTraining(x, { gain, bias, epsilon, name });
  const count = sizeOf(x.shape) / x.shape[1]!;
  const moved = (old: Tensor, now: Tensor, correction: number) =>
    add(scale(old, 1 - momentum), scale(now, momentum * correction));
  return {
    output,
    runningMean: moved(runningMean, mean, 1),
    runningVariance: moved(runningVariance, variance, count / Math.max(1, count - 1)),
  };
}

import { z } from "zod";

import { type Tensor, add, constant, div, mul, scale, sqrt, square, sub } from "../tensor/index.ts";

/**
 * Settings of an optimizer, by its name. The defaults are those of the paper named; `epsilon` stands outside the root.
 */
export const optimizerSchema = z.discriminatedUnion("name", [
  /** Stochastic gradient descent, with momentum where it is not 0. */
  z.strictObject({ name: z.literal("sgd"), momentum: z.number().min(0).lt(1).default(0) }),
  /** Tieleman & Hinton 2012. */
  z.strictObject({
    name: z.literal("rmsprop"),
    rho: z.number().min(0).lt(1).default(0.9),
    epsilon: z.number().positive().default(1e-7),
  }),
  /** Kingma & Ba 2015. */
  z.strictObject({
    name: z.literal("adam"),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-8),
  }),
  /** Loshchilov & Hutter 2019: decay apart from the gradient, on kernels only (not on biases and norms). */
  z.strictObject({
    name: z.literal("adamw"),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-8),
    weightDecay: z.number().nonnegative().default(1e-2),
  }),
]);

export type OptimizerSettings = z.output<typeof optimizerSchema>;

/** What an update reads; all vectors have the same length, scalars have shape [1]. */
export interface UpdateInputs {
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  /** Moments from the step before, as many as `slots`. */
  readonly slots: readonly Tensor[];
  readonly learningRate: Tensor;
  /** 1 where weight decay applies, else 0. */
  readonly decay: Tensor;
  /** 1 / (1 − β1^t) and 1 / (1 − β2^t), for t = 1, 2, … */
  readonly correction1: Tensor;
  readonly correction2: Tensor;
}

export interface UpdateOutputs {
  readonly parameters: Tensor;
  readonly slots: readonly Tensor[];
}

/** Vectors of moments that an optimizer carries from step to step. */
export function slotCount(optimizer: OptimizerSettings): number {
  switch (optimizer.name) {
    case "sgd":
      return optimizer.momentum === 0 ? 0 : 1;
    case "rmsprop":
      return 1;
    case "adam":
    case "adamw":
      return 2;
  }
}

/** One update as a graph over flat vectors. */
export function optimizerUpdate(optimizer: OptimizerSettings, inputs: UpdateInputs): UpdateOutputs {
  const { parameters, gradients, learningRate } = inputs;
  switch (optimizer.name) {
    case "sgd": {
      if (optimizer.momentum === 0) return { parameters: sub(parameters, mul(gradients, learningRate)), slots: [] };
      const velocity = add(scale(inputs.slots[0]!, optimizer.momentum), gradients);
      return { parameters: sub(parameters, mul(velocity, learningRate)), slots: [velocity] };
    }
    case "rmsprop": {
      const meanSquare = movingAverage(inputs.slots[0]!, square(gradients), optimizer.rho);
      const root = add(sqrt(meanSquare), scalar(optimizer.epsilon));
      return { parameters: sub(parameters, mul(div(gradients, root), learningRate)), slots: [meanSquare] };
    }
    case "adam":
    case "adamw": {
      const first = movingAverage(inputs.slots[0]!, gradients, optimizer.beta1);
      const second = movingAverage(inputs.slots[1]!, square(gradients), optimizer.beta2);
      const root = add(sqrt(mul(second, inputs.correction2)), scalar(optimizer.epsilon));
      let step = div(mul(first, inputs.correction1), root);
      if (optimizer.name === "adamw" && optimizer.weightDecay > 0) {
        step = add(step, mul(parameters, scale(inputs.decay, optimizer.weightDecay)));
      }
      return { parameters: sub(parameters, mul(step, learningRate)), slots: [first, second] };
    }
  }
}

function movingAverage(old: Tensor, now: Tensor, keep: number): Tensor {
  return add(scale(old, keep), scale(now, 1 - keep));
}

function scalar(value: number): Tensor {
  return constant([value], [1]);
}

import { z } from "zod";

import { type Tensor, add, div, mul, scalar, scale, sqrt, square, sub } from "../tensor/index.ts";

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

/** What an update reads; all vectors have the same length. */
export interface UpdateInputs {
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  /** Moments from the step before, as many as `slots`. */
  readonly slots: readonly Tensor[];
  /** Scalar, as the corrections are. */
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

/**
 * One update as a graph over flat vectors. Moving averages are carried without their factor 1 − β, as Σ β^k·value, which
 * saves a pass over memory; the factor is in the scalars instead.
 */
export function optimizerUpdate(optimizer: OptimizerSettings, inputs: UpdateInputs): UpdateOutputs {
  const { parameters, gradients, learningRate } = inputs;
  switch (optimizer.name) {
    case "sgd": {
      if (optimizer.momentum === 0) return { parameters: sub(parameters, mul(gradients, learningRate)), slots: [] };
      const velocity = decayedSum(inputs.slots[0]!, gradients, optimizer.momentum);
      return { parameters: sub(parameters, mul(velocity, learningRate)), slots: [velocity] };
    }
    case "rmsprop": {
      const { rho, epsilon } = optimizer;
      const squares = decayedSum(inputs.slots[0]!, square(gradients), rho);
      const share = Math.sqrt(1 - rho);
      const root = add(sqrt(squares), scalar(epsilon / share));
      const step = div(mul(gradients, scale(learningRate, 1 / share)), root);
      return { parameters: sub(parameters, step), slots: [squares] };
    }
    case "adam":
    case "adamw": {
      const { beta1, beta2, epsilon } = optimizer;
      const sums = decayedSum(inputs.slots[0]!, gradients, beta1);
      const squares = decayedSum(inputs.slots[1]!, square(gradients), beta2);
      const share = sqrt(scale(inputs.correction2, 1 - beta2));
      const root = add(sqrt(squares), div(scalar(epsilon), share));
      const rate = div(mul(learningRate, scale(inputs.correction1, 1 - beta1)), share);
      let next = sub(parameters, div(mul(sums, rate), root));
      if (optimizer.name === "adamw" && optimizer.weightDecay > 0) {
        next = sub(next, mul(mul(parameters, inputs.decay), scale(learningRate, optimizer.weightDecay)));
      }
      return { parameters: next, slots: [sums, squares] };
    }
  }
}

function decayedSum(old: Tensor, now: Tensor, keep: number): Tensor {
  return add(scale(old, keep), now);
}

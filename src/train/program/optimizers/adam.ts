import { z } from "zod";

import { add, div, maximum, mul, scalar, scale, sqrt, square, sub } from "../../../tensor/index.ts";
import {
  type OptimizerKind,
  type UpdateInputs,
  type UpdateOutputs,
  decayedSum,
  movingAverage,
  penalised,
} from "./optimizer-kind.ts";

const betas = {
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
  /** Divides by the greatest mean square so far (Reddi 2018). */
  amsgrad: z.boolean().default(false),
};

export const adamSettings = z.strictObject({
  name: z.literal("adam"),
  ...betas,
  /** As an L2 penalty, on kernels only (not on biases and norms). */
  weightDecay: z.number().nonnegative().default(0),
});

export const adamwSettings = z.strictObject({
  name: z.literal("adamw"),
  ...betas,
  /** Apart from the gradient, on kernels only (not on biases and norms). */
  weightDecay: z.number().nonnegative().default(1e-2),
});

/** Kingma & Ba 2015. Slots: sums, squares, and the greatest squares with amsgrad. */
export const adam: OptimizerKind<z.output<typeof adamSettings>> = {
  ...declared(),
  update: (settings, inputs) => adamUpdate(settings, { ...inputs, gradients: penalised(inputs, settings.weightDecay) }),
};

/** Loshchilov & Hutter 2019. */
export const adamw: OptimizerKind<z.output<typeof adamwSettings>> = {
  ...declared(),
  update: (settings, inputs) => {
    const next = adamUpdate(settings, inputs);
    if (settings.weightDecay === 0) return next;
    const { parameters, decay, learningRate } = inputs;
    const decayed = mul(mul(parameters, decay), scale(learningRate, settings.weightDecay));
    return { ...next, parameters: sub(next.parameters, decayed) };
  },
};

interface Betas {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
}

function declared(): Pick<OptimizerKind<Betas>, "slots" | "momentum" | "beta2"> {
  return {
    slots: ({ amsgrad }) => (amsgrad ? 3 : 2),
    momentum: ({ beta1 }) => beta1,
    beta2: ({ beta2 }) => beta2,
  };
}

/**
 * Moving averages are carried without their factor 1 − β, as Σ β^k·value, which saves a pass over memory; the factor is in the scalars
 * instead. Not so the first one where a schedule moves β1.
 */
function adamUpdate({ beta1, beta2, epsilon, amsgrad }: Betas, inputs: UpdateInputs): UpdateOutputs {
  const { parameters, gradients, learningRate, correction1, correction2, momentum } = inputs;
  const sums =
    momentum === undefined
      ? decayedSum(inputs.slots[0]!, gradients, beta1)
      : movingAverage(inputs.slots[0]!, gradients, momentum);
  const squares = decayedSum(inputs.slots[1]!, square(gradients), beta2);
  const greatest = amsgrad ? [maximum(inputs.slots[2]!, squares)] : [];
  const share = sqrt(scale(correction2, 1 - beta2));
  const root = add(sqrt(greatest[0] ?? squares), div(scalar(epsilon), share));
  const rate = div(mul(learningRate, scale(correction1, momentum === undefined ? 1 - beta1 : 1)), share);
  return { parameters: sub(parameters, div(mul(sums, rate), root)), slots: [sums, squares, ...greatest] };
}

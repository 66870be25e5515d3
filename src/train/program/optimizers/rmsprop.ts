import { z } from "zod";

import { add, div, mul, relu, scalar, scale, sqrt, square, sub } from "../../../tensor/index.ts";
import { type OptimizerKind, decayedSum, penalised } from "./optimizer-kind.ts";

export const rmspropSettings = z.strictObject({
  name: z.literal("rmsprop"),
  rho: z.number().min(0).lt(1).default(0.9),
  epsilon: z.number().positive().default(1e-7),
  momentum: z.number().min(0).lt(1).default(0),
  /** Divides by the gradient's deviation from its mean, not by its size (Graves 2013). */
  centered: z.boolean().default(false),
  /** As an L2 penalty, on kernels only (not on biases and norms). */
  weightDecay: z.number().nonnegative().default(0),
});

/**
 * Tieleman & Hinton 2012. Moving averages are carried without their factor 1 − ρ, as Σ ρ^k·value, which saves a pass over memory; the
 * factor is in the scalars instead. Slots: squares, mean where centered, velocity where there is momentum.
 */
export const rmsprop: OptimizerKind<z.output<typeof rmspropSettings>> = {
  slots: ({ momentum, centered }) => 1 + (centered ? 1 : 0) + (momentum === 0 ? 0 : 1),
  momentum: ({ momentum }) => (momentum === 0 ? undefined : momentum),
  update: ({ rho, epsilon, momentum, centered, weightDecay }, inputs) => {
    const { parameters, learningRate } = inputs;
    const gradients = penalised(inputs, weightDecay);
    const squares = decayedSum(inputs.slots[0]!, square(gradients), rho);
    const sums = centered ? [decayedSum(inputs.slots[1]!, gradients, rho)] : [];
    const share = Math.sqrt(1 - rho);
    // Rounding must not make a variance negative.
    const spread = centered ? relu(sub(squares, scale(square(sums[0]!), 1 - rho))) : squares;
    const root = add(sqrt(spread), scalar(epsilon / share));
    if (momentum === 0) {
      const step = div(mul(gradients, scale(learningRate, 1 / share)), root);
      return { parameters: sub(parameters, step), slots: [squares, ...sums] };
    }
    const scaled = div(scale(gradients, 1 / share), root);
    const velocity = decayedSum(inputs.slots.at(-1)!, scaled, inputs.momentum ?? momentum);
    return { parameters: sub(parameters, mul(velocity, learningRate)), slots: [squares, ...sums, velocity] };
  },
};

import { z } from "zod";

import { abs, add, div, maximum, mul, scalar, scale, sub } from "../../../tensor/index.ts";
import { type OptimizerKind, decayedSum, movingAverage, penalised } from "./optimizer-kind.ts";

export const adamaxSettings = z.strictObject({
  name: z.literal("adamax"),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
  /** As an L2 penalty, on kernels only (not on biases and norms). */
  weightDecay: z.number().nonnegative().default(0),
});

/** Adam with the greatest size in place of the mean square (Kingma & Ba 2015, §7.1). Slots: sums, sizes. */
export const adamax: OptimizerKind<z.output<typeof adamaxSettings>> = {
  slots: () => 2,
  momentum: ({ beta1 }) => beta1,
  update: ({ beta1, beta2, epsilon, weightDecay }, inputs) => {
    const { parameters, learningRate, correction1, momentum } = inputs;
    const gradients = penalised(inputs, weightDecay);
    const sums =
      momentum === undefined
        ? decayedSum(inputs.slots[0]!, gradients, beta1)
        : movingAverage(inputs.slots[0]!, gradients, momentum);
    const sizes = maximum(scale(inputs.slots[1]!, beta2), add(abs(gradients), scalar(epsilon)));
    const rate = mul(learningRate, scale(correction1, momentum === undefined ? 1 - beta1 : 1));
    return { parameters: sub(parameters, div(mul(sums, rate), sizes)), slots: [sums, sizes] };
  },
};

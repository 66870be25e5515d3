import { z } from "zod";

import { mul, sub } from "../../../tensor/index.ts";
import { type OptimizerKind, decayedSum, penalised } from "./optimizer-kind.ts";

export const sgdSettings = z
  .strictObject({
    name: z.literal("sgd"),
    momentum: z.number().min(0).lt(1).default(0),
    /** Looks ahead by one step of momentum. */
    nesterov: z.boolean().default(false),
    /** As an L2 penalty, on kernels only (not on biases and norms). */
    weightDecay: z.number().nonnegative().default(0),
  })
  .refine(({ nesterov, momentum }) => !nesterov || momentum > 0, {
    path: ["nesterov"],
    error: "expected false without momentum",
  });

/** Stochastic gradient descent, with momentum where it is not 0 (Polyak 1964; Nesterov's in the form of Sutskever 2013). */
export const sgd: OptimizerKind<z.output<typeof sgdSettings>> = {
  slots: ({ momentum }) => (momentum === 0 ? 0 : 1),
  momentum: ({ momentum }) => (momentum === 0 ? undefined : momentum),
  update: ({ momentum, nesterov, weightDecay }, inputs) => {
    const { parameters, learningRate } = inputs;
    const gradients = penalised(inputs, weightDecay);
    if (momentum === 0) return { parameters: sub(parameters, mul(gradients, learningRate)), slots: [] };
    const keep = inputs.momentum ?? momentum;
    const velocity = decayedSum(inputs.slots[0]!, gradients, keep);
    const direction = nesterov ? decayedSum(velocity, gradients, keep) : velocity;
    return { parameters: sub(parameters, mul(direction, learningRate)), slots: [velocity] };
  },
};

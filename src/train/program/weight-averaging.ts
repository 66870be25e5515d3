import { z } from "zod";

import { type Tensor, add, mul, scalar, sub } from "../../tensor/index.ts";
import type { ParameterLayout } from "./parameter-layout.ts";

/**
 * Moving averages of the weights over the steps, which are what is validated, kept and tested (Polyak & Juditsky 1992; as decaying
 * averages Kingma & Ba 2015, §7.2). They change nothing about the steps themselves.
 */
export const averagingSchema = z.strictObject({
  /**
   * For each average, the share of the old one in the new: about 1 / (1 − decay) steps count. Where there are several, the
   * one that does best on the validation rows is kept, as the epoch is.
   */
  decays: z.array(z.number().min(0).lt(1)).min(1).default([0.999]),
});

export type AveragingSettings = z.output<typeof averagingSchema>;

/** The old average's share at a step, counted from 1: the average is that of the steps so far, without the zeros before them. */
export function averagingKeep(decay: number, step: number): number {
  return (decay * (1 - decay ** (step - 1))) / (1 - decay ** step);
}

/** One step of the average as a graph over flat vectors; `keep` is a scalar. */
export function averageUpdate(average: Tensor, parameters: Tensor, keep: Tensor): Tensor {
  return add(mul(average, keep), mul(parameters, sub(scalar(1), keep)));
}

/** The weights of an average with the running statistics as they are. */
export function averagedParameters(
  current: Float32Array,
  average: Float32Array,
  { trainedSize }: ParameterLayout,
): Float32Array {
  const parameters = current.slice();
  parameters.set(average.subarray(0, trainedSize));
  return parameters;
}

import { z } from "zod";

import { type Tensor, add, mul, scalar, sub } from "../tensor/index.ts";
import type { ParameterLayout } from "./parameter-layout.ts";

/**
 * A moving average of the weights over the steps, which is what is validated, kept and tested (Polyak & Juditsky 1992; as a decaying
 * average Kingma & Ba 2015, §7.2). It changes nothing about the steps themselves.
 */
export const averagingSchema = z.strictObject({
  /** The share of the old average in the new one, reached gradually: min(decay, (1 + t) / (10 + t)) at step t. */
  decay: z.number().min(0).lt(1).default(0.999),
});

export type AveragingSettings = z.output<typeof averagingSchema>;

/**
 * The old average's share at a step, counted from 1. It starts so low that nothing is left of the zeros that the average begins
 * with.
 */
export function averagingKeep({ decay }: AveragingSettings, step: number): number {
  return Math.min(decay, (1 + step) / (10 + step));
}

/** One step of the average as a graph over flat vectors; `keep` is a scalar. */
export function averageUpdate(average: Tensor, parameters: Tensor, keep: Tensor): Tensor {
  return add(mul(average, keep), mul(parameters, sub(scalar(1), keep)));
}

/** The weights averaged, with the running statistics as they are; the average is the last of the slots. */
export function averagedParameters(
  state: { readonly parameters: Float32Array; readonly slots: readonly Float32Array[] },
  layout: ParameterLayout,
): Float32Array {
  const parameters = state.parameters.slice();
  parameters.set(state.slots.at(-1)!.subarray(0, layout.trainedSize));
  return parameters;
}

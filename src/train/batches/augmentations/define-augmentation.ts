import { z } from "zod";

import type { Random } from "../../../core/random.ts";

/** A row that is to be changed, and what with. */
export interface AugmentationContext {
  readonly channels: number;
  readonly samples: number;
  readonly random: Random;
}

/**
 * Declares one kind of change: its name, the shape of its settings beside `probability`, and how it changes a row
 * [channel, sample] in place.
 */
export function defineAugmentation<const Name extends string, Shape extends z.ZodRawShape>(
  name: Name,
  shape: Shape,
  apply: (row: Float32Array, settings: z.output<z.ZodObject<Shape>>, context: AugmentationContext) => void,
) {
  return {
    name,
    schema: z.strictObject({
      name: z.literal(name),
      /** How often it is applied. */
      probability: z.number().min(0).max(1).default(0.5),
      ...shape,
    }),
    /** @param settings An output of `schema`. */
    apply: apply as (row: Float32Array, settings: object, context: AugmentationContext) => void,
  };
}

/** Two ends of a range that a value is drawn from, evenly. */
export const rangeSchema = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low <= high, { error: "expected a range from low to high" });

export function drawBetween([low, high]: readonly [number, number], random: Random): number {
  return low + (high - low) * random.uniform();
}

export function drawSign(random: Random): number {
  return random.uniform() < 0.5 ? -1 : 1;
}

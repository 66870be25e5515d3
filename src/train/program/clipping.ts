import { z } from "zod";

import { type Tensor, maximum, minimum, scalar } from "../../tensor/index.ts";

/** A limit for gradients. */
export const clippingSchema = z.discriminatedUnion("by", [
  /** Scales the whole gradient down where its length is above the limit (Pascanu 2013). */
  z.strictObject({ by: z.literal("norm"), limit: z.number().positive() }),
  /** Limits each value of it to ± the limit. */
  z.strictObject({ by: z.literal("value"), limit: z.number().positive() }),
]);

export type ClippingSettings = z.output<typeof clippingSchema>;

/** Each value between ± the limit. */
export function clippedByValue(gradients: Tensor, limit: number): Tensor {
  return minimum(maximum(gradients, scalar(-limit)), scalar(limit));
}

/** What the whole gradient is multiplied by, from the sums of squares of its ranges, added in order. */
export function clippingFactor(squares: ArrayLike<number>, limit: number): number {
  let sum = 0;
  for (let i = 0; i < squares.length; i++) sum += squares[i]!;
  // The small constant is PyTorch's.
  return Math.min(1, limit / (Math.sqrt(sum) + 1e-6));
}

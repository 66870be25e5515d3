import { z } from "zod";

import { type Random, createRandom } from "../../core/random.ts";

/** Mixtures of two rows of a batch, inputs and targets alike (Zhang 2018). */
export const mixupSchema = z.strictObject({
  /** The share of the first of the two is drawn from a Beta(alpha, alpha) distribution, once for each batch. */
  alpha: z.number().positive(),
});

export type MixupSettings = z.output<typeof mixupSchema>;

/** How one batch is mixed. */
export interface Mixture {
  /** Of the row itself; its partner has the rest. */
  readonly share: number;
  /** For each row of the batch, its partner's place in the batch. */
  readonly partners: Int32Array;
}

/** Drawn for the whole batch, so that it is the same on every replica. */
export function drawMixture({ alpha }: MixupSettings, { rows, seed }: { rows: number; seed: string }): Mixture {
  const random = createRandom(seed);
  const share = drawBeta(random, alpha);
  return { share, partners: random.shuffle(Int32Array.from({ length: rows }, (_, row) => row)) };
}

/** From Beta(alpha, alpha), by two gamma variates. */
function drawBeta(random: Random, alpha: number): number {
  const a = drawGamma(random, alpha);
  const b = drawGamma(random, alpha);
  // Both are 0 only by underflow, at a very small alpha: then it is one row or the other.
  return a + b > 0 ? a / (a + b) : random.integer(2);
}

/** From Gamma(shape, 1) (Marsaglia & Tsang 2000). */
function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

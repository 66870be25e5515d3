import { z } from "zod";

import { weightedCrossEntropy } from "./cross-entropy.ts";
import type { LossKind } from "./loss-kind.ts";

export const batchWeightedSettings = z.strictObject({
  name: z.literal("batch-weighted"),
  /** Added to each weight, so that a batch of one class still teaches; the source calls it a constant and gives no value. */
  epsilon: z.number().nonnegative().default(1e-3),
});

/**
 * Cross-entropy with class weights from each batch (Sellami & Hwang 2019): 1 − the class's share of the batch + ε; the mean over the rows.
 * The batch is the whole one, over all replicas, and with soft targets the shares are theirs.
 */
export const batchWeighted: LossKind<z.output<typeof batchWeightedSettings>> = {
  link: () => "softmax",
  measure: () => "cross-entropy",
  divisor: "rows",
  rows: weightedCrossEntropy,
  batchWeights: (shares, { epsilon }) => shares.map((share) => 1 - share + epsilon),
};

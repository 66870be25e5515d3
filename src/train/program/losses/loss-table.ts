import { z } from "zod";

import { batchWeighted, batchWeightedSettings } from "./batch-weighted.ts";
import { binaryCrossEntropy, binaryCrossEntropySettings } from "./binary-cross-entropy.ts";
import { crossEntropy, crossEntropySettings } from "./cross-entropy.ts";
import { focal, focalSettings } from "./focal.ts";
import type { LossKind } from "./loss-kind.ts";
import { squaredError, squaredErrorSettings } from "./squared-error.ts";

/** What a recipe says of its loss. */
export const lossSchema = z.discriminatedUnion("name", [
  crossEntropySettings,
  binaryCrossEntropySettings,
  focalSettings,
  batchWeightedSettings,
  squaredErrorSettings,
]);

export type LossSettings = z.output<typeof lossSchema>;

/** Every loss that a recipe can name; a new one is one file, one line here and one above. */
const losses: { readonly [Name in LossSettings["name"]]: LossKind<Extract<LossSettings, { name: Name }>> } = {
  "cross-entropy": crossEntropy,
  "binary-cross-entropy": binaryCrossEntropy,
  focal,
  "batch-weighted": batchWeighted,
  "squared-error": squaredError,
};

/** The loss that settings name. */
export function lossOf({ name }: LossSettings): LossKind<LossSettings> {
  return losses[name] as LossKind<LossSettings>;
}

export const defaultLoss: LossSettings = { name: "cross-entropy", labelSmoothing: 0 };

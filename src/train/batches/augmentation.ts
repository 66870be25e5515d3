import { z } from "zod";

import type { Random } from "../../core/random.ts";
import { applyAugmentations, augmentationStepsSchema } from "./augmentations/index.ts";

/** The two commonest changes, for the whole row. */
const shiftAndScaleSchema = z.strictObject({
  /** Moves the window by up to this many samples either way, repeating its edge. */
  shift: z.int().nonnegative().default(0),
  /** Multiplies it by a factor from 1 − scale to 1 + scale. */
  scale: z.number().min(0).lt(1).default(0),
});

/**
 * Small changes of a training row, drawn anew each time it is learnt; all off by default. Either a shift and a scale, or a
 * list of named changes (`augmentations/`).
 */
export const augmentationSchema = z.union([shiftAndScaleSchema, augmentationStepsSchema], {
  error: ({ input }) => describeMistake(input),
});

export type Augmentation = z.output<typeof augmentationSchema>;

export interface CopyRowOptions {
  readonly channels: number;
  readonly samples: number;
  readonly augmentation: Augmentation;
  readonly random: Random;
}

/** Copies a row [channel, sample] into a batch, changed as drawn. */
export function copyAugmented(row: Float32Array, target: Float32Array, options: CopyRowOptions): void {
  const { channels, samples, augmentation, random } = options;
  if (isAugmentationList(augmentation)) {
    target.set(row);
    applyAugmentations(target, augmentation, { channels, samples, random });
    return;
  }
  const { shift, scale } = augmentation;
  const offset = shift === 0 ? 0 : random.integer(2 * shift + 1) - shift;
  const factor = scale === 0 ? 1 : 1 + scale * (2 * random.uniform() - 1);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * samples;
    for (let i = 0; i < samples; i++) {
      const from = Math.min(samples - 1, Math.max(0, i + offset));
      target[start + i] = factor * row[start + from]!;
    }
  }
}

/** Whether it is a list of named changes. */
export function isAugmentationList(
  augmentation: Augmentation,
): augmentation is Extract<Augmentation, readonly unknown[]> {
  return Array.isArray(augmentation);
}

/** A union's own message names neither form; this one tells what is wrong with the form that was meant. */
function describeMistake(input: unknown): string | undefined {
  const meant = Array.isArray(input) ? augmentationStepsSchema : shiftAndScaleSchema;
  const issue = meant.safeParse(input).error?.issues[0];
  return issue && [issue.path.join("."), issue.message].filter((part) => part !== "").join(": ");
}

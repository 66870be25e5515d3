import { z } from "zod";

import type { AugmentationContext } from "./define-augmentation.ts";
import { noises } from "./noises.ts";
import { shapeChanges } from "./shape-changes.ts";

/** Every change that a recipe may name. A new one is one more entry here or in these lists. */
export const augmentations = [...noises, ...shapeChanges] as const;

type SchemasOf<Kinds extends readonly { readonly schema: z.ZodObject }[]> = {
  -readonly [Index in keyof Kinds]: Kinds[Index]["schema"];
};
const schemas = augmentations.map(({ schema }) => schema) as unknown as SchemasOf<typeof augmentations>;

/** A list of changes as plain data, in the order in which they are applied. */
export const augmentationStepsSchema = z.array(
  z.discriminatedUnion("name", schemas, {
    error: (issue) =>
      issue.code === "invalid_union"
        ? `expected an augmentation named ${augmentations.map(({ name }) => name).join(", ")}`
        : undefined,
  }),
);

export type AugmentationStep = z.output<typeof augmentationStepsSchema>[number];

/** Changes a row [channel, sample] in place: each step with its probability, in their order. */
export function applyAugmentations(
  row: Float32Array,
  steps: readonly AugmentationStep[],
  context: AugmentationContext,
): void {
  for (const step of steps) {
    if (context.random.uniform() >= step.probability) continue;
    augmentations.find(({ name }) => name === step.name)!.apply(row, step, context);
  }
}

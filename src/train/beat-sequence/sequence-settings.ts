import { z } from "zod";

import { trainingSchema } from "../fit/training-settings.ts";

const count = z.int().nonnegative();

/** How beat-sequence nets are trained; part of a recipe. */
export const sequenceTrainingSchema = z.strictObject({
  /** Beats from one chunk to the next in training. */
  stride: z.int().min(1),
  /** What is made of each training recording beside itself, see `VariantCounts`. */
  variants: z.strictObject({
    pieces: count.default(0),
    fibrillations: count.default(0),
    paroxysms: count.default(0),
    prematures: count.default(0),
    noises: count.default(0),
    majorities: z.partialRecord(z.enum(["N", "S", "V", "F", "Q"]), count).default({}),
    least: count.default(20),
  }),
  /** See `SequenceRowOptions`. */
  patientPower: z.number().min(0).max(1).default(0),
  classWeights: z.record(z.string(), z.number().positive()).default({}),
  /** Nets that are trained with different starts and orders, and averaged. */
  members: z.int().positive().default(1),
  /** All epochs are done and the last one's weights are kept: nothing is chosen in the training itself. */
  training: trainingSchema,
});

export type SequenceTraining = z.output<typeof sequenceTrainingSchema>;

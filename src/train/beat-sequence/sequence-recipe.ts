import { z } from "zod";

import { sequencePreprocessingSchema } from "../../beats/index.ts";
import { refuseRepeatedRecords } from "../recipe/record-lists.ts";
import { sequenceTrainingSchema } from "./sequence-settings.ts";

const records = z.array(z.string()).min(1);

/** How nets are adapted to a patient, see `adaptToPatient`. */
const adaptationSchema = z.strictObject({
  /** Of the test record, whose beats are learnt with their labels. */
  minutes: z.number().positive(),
  /** How often these beats are learnt in an epoch, among pieces and majorities of the training records. */
  repeats: z.int().positive(),
  epochs: z.int().positive(),
  learningRate: z.number().positive(),
});

/** A beat-sequence model as data: everything that has to be fixed for its numbers to come out again. */
export const sequenceRecipeSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string(),
  description: z.string(),
  dataset: z.strictObject({
    name: z.string(),
    /** What the dataset is asked for, such as a folder of one's own. */
    options: z.record(z.string(), z.unknown()).default({}),
  }),
  beats: z.strictObject({
    classMap: z.enum(["aami-ec57", "literature"]),
    classes: z.array(z.enum(["N", "S", "V", "F", "Q"])).min(2),
    preprocessing: sequencePreprocessingSchema,
  }),
  split: z
    .strictObject({
      kind: z.literal("patients"),
      name: z.string(),
      train: records,
      test: records,
      /** Test results that are also reported without some records, with the reason. */
      subsets: z.array(z.strictObject({ without: records, reason: z.string() })).default([]),
      /** How choices were made on the training records: patients left out in turn, those rich in the first class spread. */
      crossValidation: z.strictObject({ folds: z.int().min(2), spread: z.array(z.string()).min(1) }),
    })
    .superRefine(refuseRepeatedRecords),
  model: z.strictObject({
    name: z.literal("beat-sequence"),
    settings: z.record(z.string(), z.unknown()).default({}),
  }),
  sequence: sequenceTrainingSchema,
  /** Patient-specific adaptation of the trained nets, scored beside them on the rest of each test record; absent: none. */
  adaptation: adaptationSchema.optional(),
  /** Each is a training and a test of its own; all are reported. */
  seeds: z.array(z.int()).min(1),
  /** Published values, which the mean over the seeds is compared with. */
  expected: z
    .array(z.strictObject({ metric: z.string(), value: z.number(), tolerance: z.number(), source: z.string() }))
    .default([]),
  /** What was learnt from test data, in sentences; stands in every card and report. */
  disclosures: z.array(z.string()).default([]),
});

export type SequenceRecipe = z.output<typeof sequenceRecipeSchema>;

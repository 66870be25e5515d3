import { z } from "zod";

import { beatPreprocessingSchema } from "../beats/index.ts";

const measured = z.number().nullable();

/** A value with its bootstrap interval. */
const metricSchema = z.strictObject({ value: measured, low: measured, high: measured });

/**
 * The card of a model: everything that using it needs, in its own file, so that nothing else has to be found or
 * remembered. It travels as JSON in the ONNX file's `metadata_props`.
 */
export const modelCardSchema = z.strictObject({
  schema: z.literal("einthoven-card/1"),
  name: z.string().min(1),
  title: z.string(),
  /** What the model does: `beats` gives each heart beat a class. */
  task: z.literal("beats"),
  architecture: z.strictObject({ name: z.string(), source: z.string(), settings: z.unknown(), parameters: z.int() }),
  /** The ONNX input `x` is [batch, channels, samples], the output `probabilities` [batch, class]. */
  input: z.strictObject({ channels: z.int().positive(), samples: z.int().positive() }),
  preprocessing: beatPreprocessingSchema,
  /** The classes, in the order of the outputs. */
  labels: z.array(z.string()).min(2),
  classMap: z.enum(["aami-ec57", "literature"]),
  /** The decision: the most likely class. */
  decision: z.literal("most-likely"),
  training: z.strictObject({
    recipe: z.string(),
    dataset: z.string(),
    datasetLicence: z.string(),
    datasetCitation: z.string(),
    split: z.string(),
    /** The split as data, so that its test part can be found again. */
    protocol: z.strictObject({ without: z.array(z.string()), split: z.unknown(), foldNumber: z.int().positive() }),
    fold: z.string(),
    leakage: z.array(z.string()),
    seed: z.number(),
    epochs: z.int(),
    bestEpoch: z.int(),
    rows: z.strictObject({ train: z.int(), validation: z.int(), test: z.int() }),
  }),
  /** On the fold's test part, by path: `accuracy`, `macroF1`, `classes.S.f1`, … */
  metrics: z.record(z.string(), metricSchema),
  /** What the intervals resampled, and how wide they are. */
  intervals: z.strictObject({ unit: z.enum(["record", "beat"]), level: z.number(), resamples: z.int() }),
  /**
   * Where the file keeps its weights as float16: how far its probabilities are from those of the float32 model, which
   * the metrics are of, on the rows of the training's validation part.
   */
  precision: z
    .strictObject({
      weights: z.literal("float16"),
      comparedOn: z.literal("validation"),
      rows: z.int(),
      largestDifference: z.number(),
      changedDecisions: z.int(),
    })
    .optional(),
  software: z.strictObject({ name: z.string(), version: z.string() }),
  licence: z.string(),
  intendedUse: z.string(),
  limits: z.array(z.string()),
});

export type ModelCard = z.output<typeof modelCardSchema>;

/** Every card says this. */
export const intendedUse =
  "Research and teaching. This is research software and no medical device: not for diagnosis, monitoring or treatment.";

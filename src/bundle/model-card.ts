import { z } from "zod";

import {
  beatPreprocessingSchema,
  recordingPreprocessingSchema,
  segmentPreprocessingSchema,
  sequencePreprocessingSchema,
} from "../beats/index.ts";

const measured = z.number().nullable();

/** A value with its bootstrap interval. */
const metricSchema = z.strictObject({ value: measured, low: measured, high: measured });

/** The classes of whole recordings in a dataset, by the class that they are called here. */
const classMerges = z.record(z.string(), z.array(z.string()));

/** What a model does, and how a recording becomes what it reads; each kind of examples has its own. */
const examples = {
  /** Each heart beat gets a class. */
  beats: {
    task: z.literal("beats"),
    preprocessing: beatPreprocessingSchema,
    classMap: z.enum(["aami-ec57", "literature"]),
  },
  /** A whole recording gets one class, or any number of classes. */
  recordings: {
    task: z.literal("recordings"),
    /** With the leads by name. */
    preprocessing: recordingPreprocessingSchema,
    /** Which of a dataset's labels the classes are; for measuring the model again. */
    labelling: z.strictObject({
      task: z.string().optional(),
      kind: z.enum(["one", "several"]),
      classes: classMerges.optional(),
    }),
  },
  /** Each segment of a recording gets a class. */
  segments: {
    task: z.literal("segments"),
    preprocessing: segmentPreprocessingSchema,
    /** How the segments were cut and labelled; for measuring the model again. */
    cutting: z.strictObject({
      /** Rhythms, or classes of whole recordings where `task` names their labels. */
      classes: classMerges,
      task: z.string().optional(),
      strideSeconds: z.number().positive().optional(),
      share: z.number().optional(),
      countFrom: z.enum(["recording", "rhythm"]).optional(),
    }),
  },
} as const;

/** Each heart beat gets a class, from features of all beats of the recording. */
const beatSequences = {
  task: z.literal("beat-sequences"),
  /**
   * The ONNX input is [chunk, feature, beat], the output [chunk, beat · class]: each beat's probabilities over the number of
   * beats in a chunk.
   */
  preprocessing: sequencePreprocessingSchema,
  classMap: z.enum(["aami-ec57", "literature"]),
  /** What was learnt from test data, in sentences. */
  disclosures: z.array(z.string()),
} as const;

const shared = {
  schema: z.literal("einthoven-card/2"),
  name: z.string().min(1),
  title: z.string(),
  architecture: z.strictObject({ name: z.string(), source: z.string(), settings: z.unknown(), parameters: z.int() }),
  /** The ONNX input `x` is [batch, channels, samples], the output `probabilities` [batch, class]. */
  input: z.strictObject({ channels: z.int().positive(), samples: z.int().positive() }),
  /** Taken off every sample after the preprocessing, and what it is then divided by: one for all channels, or one per channel. */
  scaling: z
    .strictObject({ mean: z.array(z.number()).min(1), deviation: z.array(z.number().positive()).min(1) })
    .optional(),
  /** How signals longer than the input are scored: windows every `stride` samples, and what becomes of their probabilities. */
  windows: z.strictObject({ stride: z.int().positive(), aggregation: z.enum(["max", "mean"]) }).optional(),
  /** The classes, in the order of the outputs. */
  labels: z.array(z.string()).min(2),
  /** The decision: the most likely class, or each class whose probability reaches its threshold. */
  decision: z.union([z.literal("most-likely"), z.strictObject({ thresholds: z.array(z.number()).min(2) })]),
  /**
   * What makes the probabilities say how often they come true (Guo et al. 2017): logits are divided by temperatures, one where the classes
   * exclude each other, else one per class. Fitted on the validation part; the file's `probabilities` are those before, thresholds and
   * metrics are of those after.
   */
  calibration: z
    .strictObject({ method: z.literal("temperature"), temperatures: z.array(z.number().positive()).min(1) })
    .optional(),
  training: z.strictObject({
    recipe: z.string(),
    dataset: z.string(),
    datasetLicence: z.string(),
    datasetCitation: z.string(),
    split: z.string(),
    /** The split as data, so that its test part can be found again. */
    protocol: z.strictObject({
      without: z.array(z.string()),
      /** What the dataset was asked for, such as its rate; absent where nothing. */
      options: z.record(z.string(), z.unknown()).optional(),
      split: z.unknown(),
      foldNumber: z.int().positive(),
      /** SHA-256 of which examples were parted and of their labels; absent where these are named (beat sequences). */
      examples: z
        .string()
        .regex(/^[0-9a-f]{64}$/u)
        .optional(),
    }),
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
  intervals: z.strictObject({
    unit: z.enum(["beat", "segment", "recording", "record", "patient"]),
    level: z.number(),
    resamples: z.int(),
  }),
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
};

/**
 * The card of a model: everything that using it needs, in its own file, so that nothing else has to be found or
 * remembered. It travels as JSON in the ONNX file's `metadata_props`.
 */
export const modelCardSchema = z.discriminatedUnion("task", [
  z.strictObject({ ...shared, ...examples.beats }),
  z.strictObject({ ...shared, ...examples.recordings }),
  z.strictObject({ ...shared, ...examples.segments }),
  z.strictObject({ ...shared, ...beatSequences }),
]);

export type ModelCard = z.output<typeof modelCardSchema>;

/** What a card says of its kind of examples. */
export type ExampleCardPart = {
  readonly [Task in keyof typeof examples]: z.output<z.ZodObject<(typeof examples)[Task]>>;
};

/** Every card says this. */
export const intendedUse =
  "Research and teaching. This is research software and no medical device: not for diagnosis, monitoring or treatment.";

import { z } from "zod";

import {
  beatPreprocessingSchema,
  recordingPreprocessingSchema,
  segmentPreprocessingSchema,
} from "../../beats/index.ts";
import { classChoiceSchema } from "./class-merge.ts";

const beats = z.strictObject({
  classMap: z.enum(["aami-ec57", "literature"]),
  classes: z.array(z.enum(["N", "S", "V", "F", "Q"])).min(2),
  preprocessing: beatPreprocessingSchema,
});

const recordings = z.strictObject({
  /** Which of the dataset's sets of labels; its main one where absent. */
  task: z.string().optional(),
  /** Some of its classes, or new ones made of them: `{ "AF": ["A"], "rest": ["N", "O"] }`; all where absent. */
  classes: classChoiceSchema.optional(),
  preprocessing: recordingPreprocessingSchema,
});

const segments = z.strictObject({
  /** The annotated rhythms of each class, `{ "AFIB": ["(AFIB"] }`; with `task` the dataset's classes of each. */
  classes: z.record(z.string(), z.array(z.string()).min(1)),
  /** Labels of whole recordings, each for all its segments, in place of annotated rhythms. */
  task: z.string().optional(),
  preprocessing: segmentPreprocessingSchema,
  /** From one segment's start to the next one's; a segment's length where absent. */
  strideSeconds: z.number().positive().optional(),
  /** The least share of a segment that its class must fill, over one half; all of it where absent. */
  share: z.number().gt(0.5).max(1).optional(),
  /** Segments are counted off from the recording's start, or from the start of each rhythm. */
  countFrom: z.enum(["recording", "rhythm"]).optional(),
});

/** The sections of a recipe that say what an example is; a recipe has one of them. */
export const exampleSections = {
  beats: beats.optional(),
  recordings: recordings.optional(),
  segments: segments.optional(),
} as const;

export type BeatSettings = z.output<typeof beats>;
export type RecordingSettings = z.output<typeof recordings>;
export type SegmentSettings = z.output<typeof segments>;

import { z } from "zod";

import { UserError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";
import { pipelineSchema } from "../signal/index.ts";
import { type BeatPreprocessing, cutBeats } from "./beat-preprocessing.ts";
import type { RhythmClasses } from "./rhythm-classes.ts";
import { type RhythmInterval, rhythmIntervals } from "./rhythm-intervals.ts";
import { type SegmentDrops, labelSegments } from "./label-segments.ts";

/** How a recording becomes segments of equal length: plain data, as `BeatPreprocessing` is for beats. */
export const segmentPreprocessingSchema = z.strictObject({
  /** Hz; a lead of another rate is resampled to it first. */
  sampleRate: z.number().positive(),
  /** Lead names that will do, the best first. */
  leads: z.array(z.string()).min(1),
  /** Steps over the whole lead. */
  recording: pipelineSchema,
  /** Length of a segment, seconds. */
  windowSeconds: z.number().positive(),
  /** Steps over each segment. */
  segment: pipelineSchema,
});

export type SegmentPreprocessing = z.infer<typeof segmentPreprocessingSchema>;

/** Labelled segments of many recordings, in columns. */
export interface SegmentSet {
  readonly classes: readonly string[];
  /** Segments. */
  readonly size: number;
  /** Samples per segment. */
  readonly windowLength: number;
  /** [segment, sample] */
  readonly windows: Float32Array;
  /** [segment], index into `classes`. */
  readonly labels: Uint8Array;
  /** [segment], index into `records`. */
  readonly recordOf: Uint16Array;
  /** [segment], the first sample in its recording, at the recording's rate. */
  readonly positions: Int32Array;
  readonly records: readonly SegmentSetRecord[];
}

export interface SegmentSetRecord {
  readonly id: string;
  readonly patientId: string;
  /** The lead that was used; absent where the recording has no segment of any class. */
  readonly lead?: string;
  readonly segments: number;
  /** Segments of the recording that are not in the set, by reason. */
  readonly dropped: SegmentDrops & {
    /** A sample of the signal is missing. */
    readonly gap: number;
  };
}

export interface CollectSegmentsOptions {
  readonly classes: RhythmClasses;
  readonly preprocessing: SegmentPreprocessing;
  /** From one segment's start to the next one's, seconds; the segment's length where absent. */
  readonly strideSeconds?: number;
  /** The least share of a segment that its class must fill, over one half; 1, all of it, where absent. */
  readonly share?: number;
  /** Segments are counted off from the recording's start, or from the start of each rhythm, which leaves more of short episodes. */
  readonly countFrom?: "recording" | "rhythm";
  /** What the rhythms are taken from; the annotations where absent. One interval over all labels a whole recording. */
  readonly rhythmsOf?: (recording: Recording) => readonly RhythmInterval[];
}

/**
 * Cuts recordings into segments labelled by rhythm. Recordings are taken one at a time, so memory holds one of them.
 * @throws UserError where a recording that has segments lacks the leads, or options don't fit together.
 */
export async function collectSegments(
  recordings: AsyncIterable<Recording> | Iterable<Recording>,
  options: CollectSegmentsOptions,
): Promise<SegmentSet> {
  checkOptions(options);
  const parts: RecordSegments[] = [];
  for await (const recording of recordings) parts.push(segmentsOfRecording(recording, options));
  const size = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const windowLength = parts.find(({ labels }) => labels.length > 0)?.windowLength ?? 0;
  const set = {
    classes: Object.keys(options.classes),
    size,
    windowLength,
    windows: new Float32Array(size * windowLength),
    labels: new Uint8Array(size),
    recordOf: new Uint16Array(size),
    positions: new Int32Array(size),
    records: parts.map(({ record }) => record),
  };
  let start = 0;
  parts.forEach(({ windows, labels, positions }, index) => {
    set.windows.set(windows, start * windowLength);
    set.labels.set(labels, start);
    set.positions.set(positions, start);
    set.recordOf.fill(index, start, start + labels.length);
    start += labels.length;
  });
  return set;
}

/** The same as beat windows, whose "R peak" is the segment's first sample. */
export function segmentsAsBeats(preprocessing: SegmentPreprocessing): BeatPreprocessing {
  const { sampleRate, leads, recording, windowSeconds, segment } = preprocessing;
  const after = Math.max(1, Math.round(windowSeconds * sampleRate));
  return { sampleRate, leads, recording, window: { before: 0, after }, beat: segment };
}

interface RecordSegments {
  readonly windowLength: number;
  readonly windows: Float32Array;
  readonly labels: Uint8Array;
  readonly positions: Int32Array;
  readonly record: SegmentSetRecord;
}

function segmentsOfRecording(recording: Recording, options: CollectSegmentsOptions): RecordSegments {
  const { classes, preprocessing, share = 1, countFrom = "recording", rhythmsOf = rhythmIntervals } = options;
  const { windowSeconds } = preprocessing;
  const { strideSeconds = windowSeconds } = options;
  const { sampleRate, sampleCount } = recording;
  const { positions, labels, dropped } = labelSegments(rhythmsOf(recording), {
    classes: Object.values(classes),
    sampleCount,
    length: windowSeconds * sampleRate,
    stride: strideSeconds * sampleRate,
    share,
    countFrom,
  });
  const { id, patientId = id } = recording;
  if (positions.length === 0) {
    const record = { id, patientId, segments: 0, dropped: { ...dropped, gap: 0 } };
    return { windowLength: 0, windows: new Float32Array(0), labels: new Uint8Array(0), positions, record };
  }
  const cut = cutBeats(recording, positions, segmentsAsBeats(preprocessing));
  return {
    windowLength: cut.length,
    windows: cut.windows,
    labels: Uint8Array.from(cut.kept, (k) => labels[k]!),
    positions: Int32Array.from(cut.kept, (k) => positions[k]!),
    record: {
      id,
      patientId,
      lead: cut.leads[0]!,
      segments: cut.kept.length,
      // Rounding between two rates can put a last segment's end a sample beyond the recording.
      dropped: { ...dropped, boundary: dropped.boundary + cut.dropped.boundary, gap: cut.dropped.gap },
    },
  };
}

function checkOptions({ classes, preprocessing, strideSeconds, share = 1 }: CollectSegmentsOptions): void {
  const mistake = (wanted: string, found: unknown) =>
    new UserError(`Cannot cut segments: expected ${wanted}, found ${String(found)}.`);
  const shortest = 1 / preprocessing.sampleRate;
  if (strideSeconds !== undefined && !(strideSeconds >= shortest)) {
    throw mistake(`a stride of at least a sample, ${shortest} s`, strideSeconds);
  }
  if (!(share > 0.5 && share <= 1)) throw mistake("a share over 0.5, at most 1", share);
  const rhythms = Object.values(classes).flat();
  const twice = rhythms.find((rhythm, index) => rhythms.indexOf(rhythm) < index);
  if (twice !== undefined) throw mistake("each rhythm in one class", `${twice} in two`);
  if (Object.keys(classes).length < 2) throw mistake("at least 2 classes", Object.keys(classes).length);
}

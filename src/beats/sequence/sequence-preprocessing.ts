import { z } from "zod";

import type { Recording } from "../../core/recording.ts";
import { cutWaves, wavePreprocessingSchema } from "./beat-waves.ts";
import { chunkStarts, fillChunks, poolOutputs } from "./sequence-chunks.ts";
import { featureMatrix, sequenceFeatures } from "./sequence-features.ts";

/** How a recording with all its beats becomes what a beat-sequence net reads: plain data, for recipe and model card. */
export const sequencePreprocessingSchema = z.strictObject({
  /** Tells it from windows of single beats. */
  kind: z.literal("beat-sequence"),
  waves: wavePreprocessingSchema,
  /** Beats that the net reads at once, and from one chunk to the next when it classifies. */
  chunk: z.strictObject({ length: z.int().min(2), stride: z.int().min(1) }),
});

export type SequencePreprocessing = z.output<typeof sequencePreprocessingSchema>;

/** A recording as a beat-sequence net reads it. */
export interface BeatChunks {
  /** [chunk, feature, beat] */
  readonly rows: Float32Array;
  readonly features: number;
  /** That were read. */
  readonly leads: readonly string[];
  /** Which of the positions were kept, ascending; all that follows is of them. */
  readonly kept: Int32Array;
  /** Beats left out: outside the recording, or on a gap in the signal. */
  readonly dropped: { readonly boundary: number; readonly gap: number };
  /** The net's [chunk, beat · class], each beat's probabilities over the chunk's length, → [beat, class] */
  pool(outputs: Float32Array, classes: number): Float32Array;
}

/**
 * Prepares all beats of a recording, which have to be known beforehand.
 * @param positions R peaks in samples of the recording, ascending: all of them, whatever is known of their class.
 * @throws UserError where the recording has no ECG lead in volts that shows anything, or positions do not ascend.
 */
export function chunkBeats(
  recording: Recording,
  positions: ArrayLike<number>,
  { waves, chunk }: SequencePreprocessing,
): BeatChunks {
  const cut = cutWaves(recording, positions, waves);
  const columns = sequenceFeatures(cut);
  const { length } = chunk;
  const features = columns.length;
  const starts = chunkStarts(cut.kept.length, chunk);
  return {
    rows: fillChunks(featureMatrix(columns), { starts, length, features }),
    features,
    leads: cut.leadNames,
    kept: cut.kept,
    dropped: cut.dropped,
    pool: (outputs, classes) => poolOutputs(outputs, { starts, beats: cut.kept.length, length, classes }),
  };
}

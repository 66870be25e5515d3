import { type BeatChunks, type SequencePreprocessing, chunkBeats } from "../beats/index.ts";
import { FormatError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";

export interface PredictSequenceOptions {
  readonly preprocessing: SequencePreprocessing;
  /** That the net reads of each beat. */
  readonly features: number;
  readonly classCount: number;
  /** The net: rows [chunk, feature, beat] → [chunk, beat · class]. */
  readonly predictRows: (rows: Float32Array) => Promise<Float32Array>;
}

export interface SequenceProbabilities extends Pick<BeatChunks, "leads" | "kept" | "dropped"> {
  /** [beat, class], only the beats that were kept. */
  readonly probabilities: Float32Array;
}

/**
 * Probabilities of all beats of a recording by a beat-sequence net. All R peaks have to be known, and the recording has to
 * have ended: every beat is judged against the whole of it.
 * @param positions R peaks in samples of the recording, ascending.
 * @throws FormatError where the net reads another number of features than there are.
 */
export async function predictBeatSequence(
  recording: Recording,
  positions: ArrayLike<number>,
  { preprocessing, features, classCount, predictRows }: PredictSequenceOptions,
): Promise<SequenceProbabilities> {
  const chunks = chunkBeats(recording, positions, preprocessing);
  if (chunks.features !== features) {
    throw new FormatError(
      `Cannot classify beats: expected a net that reads ${chunks.features} features of each beat, found one that reads ${features}.`,
    );
  }
  const { leads, kept, dropped } = chunks;
  const outputs = kept.length === 0 ? new Float32Array(0) : await predictRows(chunks.rows);
  return { probabilities: chunks.pool(outputs, classCount), leads, kept, dropped };
}

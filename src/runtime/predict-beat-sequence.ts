import { type SequencePreprocessing, chunkBeats } from "../beats/index.ts";
import type { Recording } from "../core/recording.ts";

export interface PredictSequenceOptions {
  readonly preprocessing: SequencePreprocessing;
  readonly classCount: number;
  /** The net: rows [chunk, feature, beat] → [chunk, beat · class]. */
  readonly predictRows: (rows: Float32Array) => Promise<Float32Array>;
}

/**
 * Probabilities of all beats of a recording by a beat-sequence net. All R peaks have to be known, and the recording has to
 * have ended: every beat is judged against the whole of it.
 * @param positions R peaks in samples of the recording, ascending.
 * @returns [beat, class]
 */
export async function predictBeatSequence(
  recording: Recording,
  positions: ArrayLike<number>,
  { preprocessing, classCount, predictRows }: PredictSequenceOptions,
): Promise<Float32Array> {
  if (positions.length === 0) return new Float32Array(0);
  const chunks = chunkBeats(recording, positions, preprocessing);
  return chunks.pool(await predictRows(chunks.rows), classCount);
}

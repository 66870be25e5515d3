/** What {@link rrFeatures} gives for each beat, in this order. */
export const rrFeatureNames = ["previousRr", "nextRr", "previousToLocalMean", "previousToRecordMean"] as const;

export interface RrFeatureOptions {
  /** Samples per second of the positions. */
  readonly sampleRate: number;
  /** Beats whose RR intervals make the local mean, this beat's included. */
  readonly localBeats?: number;
}

/**
 * Rhythm features of each beat (de Chazal et al. 2004): the interval to the beat before and to the beat after, seconds;
 * the former over the mean of the last `localBeats` intervals, and over the mean of the whole recording.
 * The first beat takes the interval after it for the one before it, the last beat the other way round; a lone beat
 * gets `NaN`.
 * @param positions R peaks in ascending order, samples.
 * @returns [beat, feature], 4 features a beat.
 */
export function rrFeatures(
  positions: ArrayLike<number>,
  { sampleRate, localBeats = 10 }: RrFeatureOptions,
): Float32Array {
  const count = positions.length;
  const features = new Float32Array(count * rrFeatureNames.length).fill(NaN);
  if (count < 2) return features;
  const intervals = Float64Array.from(
    { length: count - 1 },
    (_, i) => (positions[i + 1]! - positions[i]!) / sampleRate,
  );
  const recordMean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  for (let beat = 0; beat < count; beat++) {
    const previous = intervals[Math.max(0, beat - 1)]!;
    const next = intervals[Math.min(beat, count - 2)]!;
    const from = Math.max(0, beat - localBeats);
    const to = Math.max(1, beat);
    let localSum = 0;
    for (let i = from; i < to; i++) localSum += intervals[i]!;
    features.set([previous, next, previous / (localSum / (to - from)), previous / recordMean], beat * 4);
  }
  return features;
}

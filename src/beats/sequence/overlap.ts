/** A beat of a lead's waves [beat, sample], as far as it meets the beat before it. */
export interface Meeting {
  readonly beat: number;
  /** Samples of a wave. */
  readonly length: number;
  /** From the beat before to this one, in samples. */
  readonly shift: number;
}

/**
 * What the beat before, mostly its T wave, adds to this one where it comes so early that both are in its wave: `sample` is
 * this wave's; counted from the earlier wave's last sample.
 */
export function tailBefore(values: Float32Array, { beat, length, shift }: Meeting, sample: number): number {
  const before = (beat - 1) * length;
  return beat > 0 && sample + shift < length ? values[before + sample + shift]! - values[before + length - 1]! : 0;
}

/** Ends the wave before with this beat, where it is early enough to be seen there. */
export function reachBefore(values: Float32Array, { beat, length, shift }: Meeting): void {
  if (beat === 0) return;
  const [before, own] = [(beat - 1) * length, beat * length];
  for (let i = Math.max(0, shift); i < length; i++) values[before + i] = values[own + i - shift]!;
}

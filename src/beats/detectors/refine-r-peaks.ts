import { zeroPhaseBand } from "./zero-phase-band.ts";

/** How far from the middle of the QRS complex its R peak is looked for, seconds. */
const REACH_SECONDS = 0.1;

/**
 * How much an upward deflection weighs against a downward one. MIT-BIH's annotations stand on the R wave even where the
 * S wave is somewhat deeper.
 */
const UPWARD_WEIGHT = 1.6;

/**
 * Moves each position to the main extremum of the QRS complex around it, where MIT-BIH's annotations stand: the largest
 * deflection of the lead, in the band 2–40 Hz, within 100 ms, and nearer to it than to its neighbours. `positions` in
 * samples, increasing; so is the result. `samples` must be free of `NaN`.
 */
export function refineRPeaks(
  samples: Float32Array,
  { positions, sampleRate }: { readonly positions: readonly number[]; readonly sampleRate: number },
): Int32Array {
  const waves = zeroPhaseBand(samples, { sampleRate, lowHz: 2, highHz: 40 });
  const reach = Math.round(REACH_SECONDS * sampleRate);
  return Int32Array.from(positions, (position, index) => {
    const before = positions[index - 1] ?? -Infinity;
    const after = positions[index + 1] ?? Infinity;
    const from = Math.max(0, position - reach, Math.floor((before + position) / 2) + 1);
    const to = Math.min(samples.length - 1, position + reach, Math.floor((position + after) / 2));
    let best = position;
    let height = -Infinity;
    for (let i = from; i <= to; i++) {
      const wave = waves[i]!;
      const weighted = wave > 0 ? UPWARD_WEIGHT * wave : -wave;
      if (weighted > height) {
        height = weighted;
        best = i;
      }
    }
    return best;
  });
}

import { UserError } from "../core/errors.ts";

/**
 * Bridges gaps (NaN) by a straight line between their neighbours; a gap at either end repeats its one neighbour.
 * Returns a new array, the same length.
 * @throws UserError where every sample is NaN, or where there is none.
 */
export function fillGaps(samples: Float32Array): Float32Array {
  const filled = samples.slice();
  let last = -1; // the last valid sample
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (Number.isNaN(value)) continue;
    if (last === -1) filled.fill(value, 0, i);
    else if (last < i - 1) {
      const before = samples[last]!;
      const slope = (value - before) / (i - last);
      for (let k = last + 1; k < i; k++) filled[k] = before + slope * (k - last);
    }
    last = i;
  }
  if (last === -1) {
    const found = samples.length === 0 ? "no samples" : `${samples.length} invalid ones`;
    throw new UserError(`Cannot fill the gaps of a signal: expected at least 1 valid sample, found ${found}.`);
  }
  filled.fill(samples[last]!, last + 1);
  return filled;
}

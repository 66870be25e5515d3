import { UserError } from "../core/errors.ts";
import { medianFilter } from "./median-filter.ts";

export interface MedianBaselineOptions {
  /** Samples per second, Hz. */
  readonly sampleRate: number;
  /** Width of the first median, which takes QRS complexes and P waves away. */
  readonly shortSeconds?: number;
  /** Width of the second median, which takes T waves away. */
  readonly longSeconds?: number;
}

/**
 * Takes the baseline out: the signal less its median over 200 ms, of which the median over 600 ms was taken (de Chazal,
 * O'Dwyer and Reilly 2004). Both widths are
 * rounded to an odd number of samples.
 * @throws UserError for widths that are not positive, no samples, or samples that are not finite.
 */
export function removeMedianBaseline(
  samples: Float32Array,
  { sampleRate, shortSeconds = 0.2, longSeconds = 0.6 }: MedianBaselineOptions,
): Float32Array {
  const widths = [shortSeconds, longSeconds].map((seconds) => {
    const width = 2 * Math.floor(Math.round(seconds * sampleRate) / 2) + 1;
    if (!(seconds > 0 && Number.isSafeInteger(width))) {
      throw new UserError(`Cannot remove a baseline: expected positive widths in seconds, found ${seconds}.`);
    }
    return width;
  });
  const baseline = widths.reduce(medianFilter, samples);
  return samples.map((value, i) => value - baseline[i]!);
}

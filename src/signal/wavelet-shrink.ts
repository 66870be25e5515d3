import { checkSamples } from "./check-samples.ts";
import type { DwtOptions } from "./dwt.ts";
import { wavedec, waverec } from "./wavedec.ts";

export interface WaveletShrinkOptions extends DwtOptions {
  readonly levels: number;
  /** `soft` moves every detail towards 0 by the threshold, `hard` only clears those below it. */
  readonly rule?: "soft" | "hard";
}

/**
 * Denoises by the universal threshold σ √(2 ln n) on all details, with σ = median |finest details| / 0.6745
 * (Donoho and Johnstone 1994). The approximation stays.
 * @throws UserError for an unknown wavelet, wrong levels, no samples, or samples that are not finite.
 */
export function waveletShrink(samples: ArrayLike<number>, options: WaveletShrinkOptions): Float32Array {
  checkSamples(samples, "denoise");
  const { approximation, details } = wavedec(samples, options);
  const [finest] = details;
  if (finest === undefined) return Float32Array.from(samples);
  const deviation = medianOf(finest.map(Math.abs)) / standardNormalQuartile;
  const threshold = deviation * Math.sqrt(2 * Math.log(samples.length));
  const soft = options.rule !== "hard";
  const shrunk = details.map((detail) =>
    detail.map((value) => {
      const size = Math.abs(value);
      if (size < threshold) return 0;
      return soft ? Math.sign(value) * (size - threshold) : value;
    }),
  );
  return new Float32Array(waverec({ approximation, details: shrunk }, options).subarray(0, samples.length));
}

/** Median absolute value of the standard normal distribution. */
const standardNormalQuartile = 0.6744897501960817;

function medianOf(values: Float64Array): number {
  const sorted = values.sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

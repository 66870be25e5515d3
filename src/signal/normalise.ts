import { checkSamples } from "./check-samples.ts";
import { isFlat } from "./is-flat.ts";

/**
 * (x − mean) / standard deviation, the population's (divided by n). A constant signal gives zeros, also where a filter left its rounding errors of it.
 * @throws UserError for no samples, or for samples that are not finite.
 */
export function zScore(samples: ArrayLike<number>): Float32Array {
  checkSamples(samples, "normalise");
  const length = samples.length;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += samples[i]!;
  const mean = sum / length;
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const difference = samples[i]! - mean;
    squares += difference * difference;
  }
  const deviation = Math.sqrt(squares / length);
  const result = new Float32Array(length);
  if (isFlat(deviation, mean)) return result;
  const scale = 1 / deviation;
  for (let i = 0; i < length; i++) result[i] = (samples[i]! - mean) * scale;
  return result;
}

/**
 * Maps the smallest sample to `low` and the largest to `high`. A constant signal gives zeros, also where a filter left its rounding errors of it.
 * @throws UserError for no samples, or for samples that are not finite.
 */
export function minMax(
  samples: ArrayLike<number>,
  { low = 0, high = 1 }: { readonly low?: number; readonly high?: number } = {},
): Float32Array {
  checkSamples(samples, "normalise");
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const result = new Float32Array(samples.length);
  if (isFlat(most - least, most)) return result;
  const scale = (high - low) / (most - least);
  for (let i = 0; i < samples.length; i++) result[i] = low + (samples[i]! - least) * scale;
  return result;
}

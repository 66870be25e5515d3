/** Mean square about the mean. */
export function variance(values: Float32Array): number {
  return squareAbout(values, meanOf(values));
}

/**
 * Adds noise to a lead at a signal-to-noise ratio, by variances: 10 log₁₀ (signal / noise) = `decibels`. The noise's mean over the
 * row stays out: it is not in the variance, and under a row shorter than a slow wave it would be many times the noise. A lead
 * without any signal, such as one that was taken off, stays so.
 * @param noise As many samples as the lead.
 */
export function addNoiseAt(
  lead: Float32Array,
  noise: Float32Array,
  { decibels, sign = 1 }: { readonly decibels: number; readonly sign?: number },
): void {
  const mean = meanOf(noise);
  const power = squareAbout(noise, mean);
  if (power === 0) return;
  const gain = sign * Math.sqrt(variance(lead) / power / 10 ** (decibels / 10));
  for (let i = 0; i < lead.length; i++) lead[i] = lead[i]! + gain * (noise[i]! - mean);
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function squareAbout(values: Float32Array, mean: number): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return squares / values.length;
}

/** Mean square about the mean. */
export function variance(values: Float32Array): number {
  const { length } = values;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i]!;
  const mean = sum / length;
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const difference = values[i]! - mean;
    squares += difference * difference;
  }
  return squares / length;
}

/**
 * Adds noise to a lead at a signal-to-noise ratio, by variances: 10 log₁₀ (signal / noise) = `decibels`. A lead without any
 * signal, such as one that was taken off, stays so.
 * @param noise As many samples as the lead.
 */
export function addNoiseAt(
  lead: Float32Array,
  noise: Float32Array,
  { decibels, sign = 1 }: { readonly decibels: number; readonly sign?: number },
): void {
  const power = variance(noise);
  if (power === 0) return;
  const gain = sign * Math.sqrt(variance(lead) / power / 10 ** (decibels / 10));
  for (let i = 0; i < lead.length; i++) lead[i] = lead[i]! + gain * noise[i]!;
}

import { UserError } from "../core/errors.ts";
import { quantileOfSorted } from "./quantiles.ts";
import { wavedec } from "./wavedec.ts";

/** What {@link waveletFeatures} says of each band, in this order. */
export const bandFeatureNames = [
  "entropy",
  "zeroCrossings",
  "meanCrossings",
  "p5",
  "p25",
  "p75",
  "p95",
  "median",
  "mean",
  "standardDeviation",
  "variance",
  "rms",
] as const;

export interface WaveletFeaturesOptions {
  readonly wavelet?: string;
  readonly levels?: number;
}

/**
 * Features of a lead by the wavelet transform (Strodthoff et al. 2020, the baseline Wavelet+NN): 12 of each band, the
 * approximation first, then the details from the coarsest to the finest. With db6 and 5 levels 72 values a lead, 864 of 12.
 *
 * Of a band's n coefficients c:
 * - entropy: −Σ p ln p over the different values, p the share of coefficients that equal one; ln n where all differ, as
 *   they do but where a lead is flat
 * - zero and mean crossings: neighbours of which one is greater than 0 (the mean) and the other is not
 * - percentiles, with straight lines between ordered values; the mean; variance Σ (c − mean)² / n and its root
 * - rms: what the published code computes under this name is the mean of √(c²), the mean size
 *
 * Coefficients smaller than 10⁻¹³ of the lead's largest sample are rounding errors of zero, and count as zero.
 * @returns [band, feature]
 * @throws UserError for an unknown wavelet, no samples, or samples not finite.
 */
export function waveletFeatures(
  samples: ArrayLike<number>,
  { wavelet = "db6", levels = 5 }: WaveletFeaturesOptions = {},
): Float32Array {
  const { approximation, details } = wavedec(samples, { wavelet, levels });
  let largest = 0;
  for (let i = 0; i < samples.length; i++) largest = Math.max(largest, Math.abs(samples[i]!));
  const bands = [approximation, ...details.toReversed()];
  const features = new Float32Array(bands.length * bandFeatureNames.length);
  bands.forEach((band, index) => {
    for (let i = 0; i < band.length; i++) if (Math.abs(band[i]!) < 1e-13 * largest) band[i] = 0;
    features.set(bandFeatures(band), index * bandFeatureNames.length);
  });
  return features;
}

/**
 * {@link waveletFeatures} of all leads.
 * @param row [channel, sample]
 * @returns [channel, band, feature]
 */
export function waveletFeaturesOfRow(
  row: Float32Array,
  { channels, ...options }: WaveletFeaturesOptions & { readonly channels: number },
): Float32Array {
  const samples = row.length / channels;
  if (!Number.isInteger(samples)) {
    throw new UserError(`Cannot take features: expected a multiple of ${channels} samples, found ${row.length}.`);
  }
  const leads = Array.from({ length: channels }, (_, channel) =>
    waveletFeatures(row.subarray(channel * samples, (channel + 1) * samples), options),
  );
  const features = new Float32Array(leads.reduce((sum, lead) => sum + lead.length, 0));
  leads.forEach((lead, channel) => features.set(lead, channel * lead.length));
  return features;
}

function bandFeatures(band: Float64Array): number[] {
  const { length } = band;
  let [sum, sizes] = [0, 0];
  for (let i = 0; i < length; i++) {
    sum += band[i]!;
    sizes += Math.abs(band[i]!);
  }
  const mean = sum / length;
  let squares = 0;
  for (let i = 0; i < length; i++) squares += (band[i]! - mean) ** 2;
  const variance = squares / length;
  const sorted = band.toSorted();
  const quantile = (share: number) => quantileOfSorted(sorted, share);
  return [
    entropyOfSorted(sorted),
    crossings(band, 0),
    crossings(band, mean),
    quantile(0.05),
    quantile(0.25),
    quantile(0.75),
    quantile(0.95),
    quantile(0.5),
    mean,
    Math.sqrt(variance),
    variance,
    sizes / length,
  ];
}

function entropyOfSorted(sorted: Float64Array): number {
  let entropy = 0;
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    const share = (to - from) / sorted.length;
    entropy -= share * Math.log(share);
  }
  return entropy;
}

function crossings(band: Float64Array, level: number): number {
  let count = 0;
  for (let i = 1; i < band.length; i++) if (band[i]! > level !== band[i - 1]! > level) count++;
  return count;
}

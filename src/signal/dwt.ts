import { UserError } from "../core/errors.ts";
import { checkSamples } from "./check-samples.ts";
import { type ExtensionMode, extendedSamples } from "./extension.ts";
import { type Wavelet, wavelet } from "./wavelet.ts";

/** One level of a discrete wavelet transform; both arrays have {@link dwtLength} coefficients. */
export interface DwtLevel {
  readonly approximation: Float64Array;
  readonly detail: Float64Array;
}

export interface DwtOptions {
  /** A name such as `db6`. */
  readonly wavelet: string;
  /** What lies beyond the ends; `symmetric` where not given. */
  readonly mode?: ExtensionMode;
}

/** Coefficients per band after one level. */
export function dwtLength(
  length: number,
  { filterLength, mode }: { filterLength: number; mode: ExtensionMode },
): number {
  return mode === "periodization" ? Math.ceil(length / 2) : Math.floor((length + filterLength - 1) / 2);
}

/**
 * One level of the discrete wavelet transform (Mallat 1989), as PyWavelets' `dwt`.
 * @throws UserError for an unknown wavelet, no samples, or samples that are not finite.
 */
export function dwt(samples: ArrayLike<number>, { wavelet: name, mode = "symmetric" }: DwtOptions): DwtLevel {
  const { decompositionLow, decompositionHigh } = wavelet(name);
  checkSamples(samples, "decompose");
  const values = new Float64Array(samples);
  return {
    approximation: analyse(values, { filter: decompositionLow, mode }),
    detail: analyse(values, { filter: decompositionHigh, mode }),
  };
}

/**
 * The inverse of {@link dwt}, as PyWavelets' `idwt`: a signal of an odd length comes back with one sample more.
 * A missing band counts as zeros.
 * @throws UserError where both bands are missing, their lengths differ, or they are too short for the wavelet.
 */
export function idwt(level: Partial<DwtLevel>, { wavelet: name, mode = "symmetric" }: DwtOptions): Float64Array {
  return synthesise(level, { filters: wavelet(name), mode });
}

/** Convolves the extended signal with `filter` and keeps every second sample. */
export function analyse(
  samples: Float64Array,
  { filter, mode }: { filter: Float64Array; mode: ExtensionMode },
): Float64Array {
  const taps = filter.length;
  const length = samples.length;
  if (mode === "periodization" && length % 2 === 1) {
    const even = new Float64Array(length + 1);
    even.set(samples);
    even[length] = samples[length - 1]!;
    return analyse(even, { filter, mode });
  }
  const count = dwtLength(length, { filterLength: taps, mode });
  // Output o is the product of the reversed filter with the extended samples from 2o + first on.
  const first = mode === "periodization" ? 1 - taps / 2 : 2 - taps;
  const reversed = filter.toReversed();
  const output = new Float64Array(count);
  const firstInside = Math.min(count, Math.ceil(-first / 2));
  const endInside = Math.max(firstInside, Math.min(count, Math.floor((length - taps - first) / 2) + 1));
  for (let o = firstInside; o < endInside; o++) {
    const start = 2 * o + first;
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += reversed[k]! * samples[start + k]!;
    output[o] = sum;
  }
  const border = (from: number, to: number) => {
    if (from >= to) return;
    const extended = extendedSamples(samples, { from: 2 * from + first, count: 2 * (to - from) + taps, mode });
    for (let o = from; o < to; o++) {
      let sum = 0;
      for (let k = 0; k < taps; k++) sum += reversed[k]! * extended[2 * (o - from) + k]!;
      output[o] = sum;
    }
  };
  border(0, firstInside);
  border(endInside, count);
  return output;
}

/** The sum of both bands, each with zeros inserted and convolved with its reconstruction filter. */
export function synthesise(
  { approximation, detail }: Partial<DwtLevel>,
  { filters, mode }: { filters: Wavelet; mode: ExtensionMode },
): Float64Array {
  const taps = filters.reconstructionLow.length;
  const count = approximation?.length ?? detail?.length;
  if (count === undefined) {
    throw new UserError("Cannot invert a wavelet transform: expected at least one band, found none.");
  }
  if (detail !== undefined && detail.length !== count) {
    throw new UserError(
      "Cannot invert a wavelet transform: expected as many detail as approximation coefficients, " +
        `found ${detail.length} and ${count}.`,
    );
  }
  const length = mode === "periodization" ? 2 * count : 2 * count - taps + 2;
  if (length <= 0) {
    throw new UserError(
      `Cannot invert a wavelet transform: expected at least ${taps / 2} coefficients for ${filters.name}, ` +
        `found ${count}.`,
    );
  }
  const output = new Float64Array(length);
  if (approximation !== undefined) addBand(output, { band: approximation, filter: filters.reconstructionLow, mode });
  if (detail !== undefined) addBand(output, { band: detail, filter: filters.reconstructionHigh, mode });
  return output;
}

/** Adds a band's contribution to `output`, two neighbouring outputs at a time: they meet the same coefficients. */
function addBand(
  output: Float64Array,
  { band, filter, mode }: { band: Float64Array; filter: Float64Array; mode: ExtensionMode },
): void {
  const half = filter.length / 2;
  // Of the full convolution y[m] = Σ band[o] · filter[m − 2o], y[2p] and y[2p + 1] need band[p − half + 1 … p].
  const even = Float64Array.from({ length: half }, (_, k) => filter[filter.length - 2 - 2 * k]!);
  const odd = Float64Array.from({ length: half }, (_, k) => filter[filter.length - 1 - 2 * k]!);
  const periodic = mode === "periodization";
  const coefficients = periodic
    ? extendedSamples(band, { from: -half, count: band.length + 2 * half, mode: "periodic" })
    : band;
  const offset = periodic ? 3 * half - 1 : filter.length - 2; // output[n] is y[n + offset]
  const length = output.length;
  for (let n = -(offset % 2); n < length; n += 2) {
    const start = (n + offset) / 2 - half + 1;
    let atEven = 0;
    let atOdd = 0;
    for (let k = 0; k < half; k++) {
      const coefficient = coefficients[start + k]!;
      atEven += even[k]! * coefficient;
      atOdd += odd[k]! * coefficient;
    }
    if (n >= 0) output[n] = output[n]! + atEven;
    if (n + 1 < length) output[n + 1] = output[n + 1]! + atOdd;
  }
}

import { UserError } from "../core/errors.ts";
import { checkSamples } from "./check-samples.ts";
import { analyse, type DwtOptions, synthesise } from "./dwt.ts";
import { wavelet } from "./wavelet.ts";

/** A discrete wavelet transform of several levels. */
export interface WaveletCoefficients {
  /** Of the coarsest level. */
  readonly approximation: Float64Array;
  /** details[0] belongs to level 1, the finest. */
  readonly details: readonly Float64Array[];
}

export interface WavedecOptions extends DwtOptions {
  /** {@link maxLevel} where not given; more is allowed, though then the ends reach everywhere. */
  readonly levels?: number;
}

/** The most levels at which some coefficient is still free of what lies beyond the ends; PyWavelets' `dwt_max_level`. */
export function maxLevel(length: number, waveletName: string): number {
  const taps = wavelet(waveletName).reconstructionLow.length;
  if (length < taps - 1) return 0;
  return Math.max(0, Math.floor(Math.log2(length / (taps - 1)) + 1e-12));
}

/**
 * The wavelet transform of several levels, as PyWavelets' `wavedec` (whose list is the approximation, then the details
 * from the coarsest to the finest).
 * @throws UserError for an unknown wavelet, levels that are not a whole number ≥ 0, no samples, or samples not finite.
 */
export function wavedec(samples: ArrayLike<number>, options: WavedecOptions): WaveletCoefficients {
  const { wavelet: name, mode = "symmetric", levels = maxLevel(samples.length, name) } = options;
  const { decompositionLow, decompositionHigh } = wavelet(name);
  checkLevels(levels);
  checkSamples(samples, "decompose");
  let approximation: Float64Array = new Float64Array(samples);
  const details: Float64Array[] = [];
  for (let level = 1; level <= levels; level++) {
    details.push(analyse(approximation, { filter: decompositionHigh, mode }));
    approximation = analyse(approximation, { filter: decompositionLow, mode });
  }
  return { approximation, details };
}

/**
 * The inverse of {@link wavedec}, as PyWavelets' `waverec`: a signal of an odd length comes back with one sample more.
 * A detail of `undefined` counts as zeros.
 * @throws UserError for an unknown wavelet or bands whose lengths do not fit together.
 */
export function waverec(
  { approximation, details }: { approximation: Float64Array; details: readonly (Float64Array | undefined)[] },
  { wavelet: name, mode = "symmetric" }: DwtOptions,
): Float64Array {
  const filters = wavelet(name);
  let signal: Float64Array = approximation;
  for (const detail of details.toReversed()) {
    if (detail !== undefined && signal.length === detail.length + 1) signal = signal.subarray(0, detail.length);
    signal = synthesise({ approximation: signal, ...(detail && { detail }) }, { filters, mode });
  }
  return signal;
}

/** @throws UserError where `levels` is not a whole number ≥ 0. */
export function checkLevels(levels: number): void {
  if (!Number.isInteger(levels) || levels < 0) {
    throw new UserError(`Cannot decompose a signal: expected a whole number of levels, 0 or more, found ${levels}.`);
  }
}

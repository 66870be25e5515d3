import { UserError } from "../core/errors.ts";
import { checkSamples } from "./check-samples.ts";
import { analyse, type DwtOptions, dwtLength, synthesise } from "./dwt.ts";
import { checkLevels } from "./wavedec.ts";
import { wavelet } from "./wavelet.ts";

export interface WaveletDenoiseOptions extends DwtOptions {
  readonly levels: number;
  /** Whether the coarsest approximation (the baseline) is taken out. */
  readonly dropApproximation?: boolean;
  /** Levels whose details are taken out, 1 = the finest. */
  readonly dropDetails?: readonly number[];
}

/**
 * Takes whole bands of the wavelet transform out and puts the rest together again, at the same length. With `db6`, 9 levels, no
 * approximation and without details 1 and 2 it is the denoising of the MIT-BIH beat classification paper
 * (doi 10.1007/s10916-019-1511-2). Bands that are dropped are never computed.
 *
 * A recording shorter than the levels want (see `maxLevel`) is processed all the same, as in PyWavelets; its coarse
 * bands then depend on the extension at the ends.
 * @throws UserError for an unknown wavelet, wrong levels, no samples, or samples that are not finite.
 */
export function waveletDenoise(
  samples: ArrayLike<number>,
  { wavelet: name, levels, mode = "symmetric", dropApproximation = false, dropDetails = [] }: WaveletDenoiseOptions,
): Float32Array {
  const filters = wavelet(name);
  checkLevels(levels);
  checkDroppedDetails({ levels, dropDetails });
  checkSamples(samples, "denoise");

  const lengths: number[] = []; // [level − 1], of the signal that this level decomposes
  const details: (Float64Array | undefined)[] = [];
  let approximation: Float64Array | undefined = new Float64Array(samples);
  for (let level = 1; level <= levels; level++) {
    const input: Float64Array = approximation;
    lengths.push(input.length);
    details.push(dropDetails.includes(level) ? undefined : analyse(input, { filter: filters.decompositionHigh, mode }));
    if (level < levels || !dropApproximation) {
      approximation = analyse(input, { filter: filters.decompositionLow, mode });
    }
  }

  let signal: Float64Array | undefined = dropApproximation ? undefined : approximation;
  for (let level = levels; level >= 1; level--) {
    const detail = details[level - 1];
    const length = lengths[level - 1]!;
    if (signal === undefined && detail === undefined) continue;
    const count = dwtLength(length, { filterLength: filters.reconstructionLow.length, mode });
    signal = synthesise(
      { ...(signal && { approximation: signal.subarray(0, count) }), ...(detail && { detail }) },
      { filters, mode },
    ).subarray(0, length);
  }
  return signal === undefined ? new Float32Array(samples.length) : new Float32Array(signal);
}

/** @throws UserError where a level in `dropDetails` is not one of 1 … `levels`. */
export function checkDroppedDetails({
  levels,
  dropDetails,
}: {
  readonly levels: number;
  readonly dropDetails: readonly number[];
}): void {
  for (const level of dropDetails) {
    if (!Number.isInteger(level) || level < 1 || level > levels) {
      throw new UserError(`Cannot drop the details of level ${level}: expected a level of 1 to ${levels}.`);
    }
  }
}

import { UserError } from "../core/errors.ts";
import { checkSamples } from "./check-samples.ts";

/**
 * Resamples by up / down with one FIR filter, as `scipy.signal.resample_poly` with its defaults: a low-pass of
 * 20 · max(up, down) + 1 taps windowed by Kaiser's window of β = 5, zeros beyond the ends, ⌈n · up / down⌉ samples.
 * @throws UserError where `up` or `down` is not a whole number ≥ 1, for no samples, or for samples that are not finite.
 */
export function resamplePoly(
  samples: ArrayLike<number>,
  { up, down }: { readonly up: number; readonly down: number },
): Float32Array {
  for (const factor of [up, down]) {
    if (!Number.isInteger(factor) || factor < 1) {
      throw new UserError(`Cannot resample a signal: expected whole factors, 1 or more, found ${up} / ${down}.`);
    }
  }
  checkSamples(samples, "resample");
  const divisor = greatestCommonDivisor(up, down);
  return filterPhases(new Float64Array(samples), { up: up / divisor, down: down / divisor });
}

/**
 * Resamples from one rate (Hz) to another by {@link resamplePoly}; ⌈n · toRate / fromRate⌉ samples. Sample 0 stays where
 * it is.
 * @throws UserError for rates that are not positive, or whose ratio is no fraction of whole numbers up to 10,000.
 */
export function resampleTo(
  samples: Float32Array,
  { fromRate, toRate }: { readonly fromRate: number; readonly toRate: number },
): Float32Array {
  const { up, down } = rateRatio({ fromRate, toRate });
  return resamplePoly(samples, { up, down });
}

/** toRate / fromRate as a fraction of whole numbers up to 10,000 in lowest terms. */
export function rateRatio({ fromRate, toRate }: { readonly fromRate: number; readonly toRate: number }): {
  up: number;
  down: number;
} {
  for (const rate of [fromRate, toRate]) {
    if (!(rate > 0 && rate < Infinity)) {
      throw new UserError(`Cannot resample a signal: expected positive rates, found ${fromRate} Hz and ${toRate} Hz.`);
    }
  }
  const ratio = toRate / fromRate;
  const { up, down } = nearestFraction(ratio);
  if (down > largestFactor || up > largestFactor || Math.abs(up / down / ratio - 1) > 1e-9) {
    throw new UserError(
      `Cannot resample from ${fromRate} Hz to ${toRate} Hz: expected a ratio of whole numbers up to ${largestFactor}, ` +
        `found ${ratio}.`,
    );
  }
  return { up, down };
}

const largestFactor = 10_000;

/** The first convergent of the continued fraction that is good to 1e-12, or the last one of a moderate size. */
function nearestFraction(value: number): { up: number; down: number } {
  let [upBefore, up, downBefore, down] = [1, Math.floor(value), 0, 1];
  let rest = value - up;
  while ((up === 0 || Math.abs(up / down / value - 1) > 1e-12) && down <= largestFactor && rest > 1e-15) {
    const whole = Math.floor(1 / rest);
    rest = 1 / rest - whole;
    [upBefore, up] = [up, whole * up + upBefore];
    [downBefore, down] = [down, whole * down + downBefore];
  }
  return { up, down };
}

function filterPhases(samples: Float64Array, { up, down }: { up: number; down: number }): Float32Array {
  const length = Math.ceil((samples.length * up) / down);
  if (up === 1 && down === 1) return new Float32Array(samples);
  const half = 10 * Math.max(up, down);
  const taps = lowPass({ half, cutoff: 1 / Math.max(up, down), gain: up });
  // Output m = Σ taps[half + m · down − n · up] · samples[n]. Per phase (m · down) mod up, the taps in the order of n.
  const perPhase = Math.floor((2 * half) / up) + 1;
  const phases = new Float64Array(up * perPhase);
  const firsts = new Int32Array(up); // of the first n, relative to ⌊m · down / up⌋
  for (let phase = 0; phase < up; phase++) {
    const first = Math.ceil((phase - half) / up);
    firsts[phase] = first;
    for (let k = 0; k < perPhase; k++) {
      phases[phase * perPhase + k] = taps[half + phase - (first + k) * up] ?? 0;
    }
  }
  const output = new Float32Array(length);
  const last = samples.length - 1;
  for (let m = 0; m < length; m++) {
    const position = m * down;
    const whole = Math.floor(position / up);
    const phase = position - whole * up;
    const start = whole + firsts[phase]!;
    const from = Math.max(0, -start);
    const to = Math.min(perPhase - 1, last - start);
    const base = phase * perPhase;
    let sum = 0;
    for (let k = from; k <= to; k++) sum += phases[base + k]! * samples[start + k]!;
    output[m] = sum;
  }
  return output;
}

/** A windowed-sinc low-pass of 2 · half + 1 taps with unit gain at 0 Hz, times `gain`; `cutoff` in units of Nyquist. */
function lowPass({ half, cutoff, gain }: { half: number; cutoff: number; gain: number }): Float64Array {
  const beta = 5;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const n = i - half;
    const sinc = n === 0 ? 1 : Math.sin(Math.PI * cutoff * n) / (Math.PI * cutoff * n);
    const window = besselI0(beta * Math.sqrt(1 - (n / half) ** 2)) / besselI0(beta);
    return sinc * window;
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => (tap / sum) * gain);
}

/** The modified Bessel function of the first kind and order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

import { UserError } from "../core/errors.ts";
import { type Complex, complex } from "./complex.ts";
import type { Sections } from "./sos-filter.ts";
import { zerosPolesToSections } from "./zeros-poles-to-sections.ts";

export type ButterworthOptions = {
  /** Of the low-pass prototype; a band filter has twice as many poles. */
  readonly order: number;
  readonly sampleRate: number;
} & (
  | { readonly kind: "lowpass" | "highpass"; readonly cutoffHz: number }
  | { readonly kind: "bandpass" | "bandstop"; readonly lowHz: number; readonly highHz: number }
);

interface ZerosPoles {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
  readonly gain: number;
}

/**
 * A digital Butterworth filter (Butterworth 1930) as second-order sections, equal to
 * `scipy.signal.butter(…, output="sos")`: −3 dB at the cut-off frequencies, bilinear transform with pre-warping.
 * @throws UserError for an order that is not a whole number of 1 to 24, or a cut-off that does not lie between 0 and Nyquist.
 */
export function butterworth(options: ButterworthOptions): Sections {
  const { order, sampleRate, kind } = options;
  const what = `Cannot design a ${kind} filter`;
  if (!Number.isInteger(order) || order < 1 || order > 24) {
    throw new UserError(`${what}: expected a whole order of 1 to 24, found ${order}.`);
  }
  const cutoffs = "cutoffHz" in options ? [options.cutoffHz] : [options.lowHz, options.highHz];
  for (const cutoff of cutoffs) {
    if (!(cutoff > 0 && cutoff < sampleRate / 2)) {
      throw new UserError(
        `${what}: expected a cut-off above 0 Hz and below ${sampleRate / 2} Hz, half the sample rate, found ${cutoff} Hz.`,
      );
    }
  }
  const [low, high] = cutoffs.map((cutoff) => 4 * Math.tan((Math.PI * cutoff) / sampleRate)) as [number, number?];
  if (high !== undefined && !(low < high)) {
    throw new UserError(`${what}: expected lowHz below highHz, found ${cutoffs[0]} Hz and ${cutoffs[1]} Hz.`);
  }
  const poles = Array.from({ length: order }, (_, k) => {
    const angle = (Math.PI * (2 * k + 1 - order)) / (2 * order);
    return complex(-Math.cos(angle), 2 * k + 1 === order ? 0 : -Math.sin(angle));
  });
  return zerosPolesToSections(bilinear(analogFilter({ kind, poles, low, high: high ?? low })));
}

/** The prototype of cut-off 1 rad/s moved to the wanted band; see SciPy's lp2lp_zpk, lp2hp_zpk, lp2bp_zpk, lp2bs_zpk. */
function analogFilter({
  kind,
  poles,
  low,
  high,
}: {
  kind: ButterworthOptions["kind"];
  poles: readonly Complex[];
  low: number;
  high: number;
}): ZerosPoles {
  const order = poles.length;
  const width = high - low;
  const centre = Math.sqrt(low * high);
  // The product of the prototype's negated poles is 1, so that inverting them needs no change of gain.
  const inverse = (pole: Complex, scale: number) => complex.divide(complex(scale, 0), pole);
  switch (kind) {
    case "lowpass":
      return { zeros: [], poles: poles.map((pole) => complex.scale(pole, low)), gain: low ** order };
    case "highpass":
      return {
        zeros: poles.map(() => complex(0, 0)),
        poles: poles.map((pole) => inverse(pole, low)),
        gain: 1,
      };
    case "bandpass":
      return {
        zeros: poles.map(() => complex(0, 0)),
        poles: poles.flatMap((pole) => around(complex.scale(pole, width / 2), centre)),
        gain: width ** order,
      };
    case "bandstop":
      return {
        zeros: poles.flatMap(() => [complex(0, centre), complex(0, -centre)]),
        poles: poles.flatMap((pole) => around(inverse(pole, width / 2), centre)),
        gain: 1,
      };
  }
}

/** half ± √(half² − centre²): the two band poles that one prototype pole becomes. */
function around(half: Complex, centre: number): Complex[] {
  const square = complex.multiply(half, half);
  const root = complex.squareRoot(complex(square.re - centre * centre, square.im));
  return [complex.add(half, root), complex.subtract(half, root)];
}

/** For a sample rate of 2, as in SciPy; zeros at infinity go to z = −1. */
function bilinear({ zeros, poles, gain }: ZerosPoles): ZerosPoles {
  return {
    zeros: [...zeros.map(toDigital), ...poles.slice(zeros.length).map(() => complex(-1, 0))],
    poles: poles.map(toDigital),
    gain: gain * complex.divide(productOfDistances(zeros), productOfDistances(poles)).re,
  };
}

/** z of s = 4 (z − 1) / (z + 1). */
function toDigital({ re, im }: Complex): Complex {
  return complex.divide(complex(4 + re, im), complex(4 - re, -im));
}

function productOfDistances(points: readonly Complex[]): Complex {
  return points.reduce((product, { re, im }) => complex.multiply(product, complex(4 - re, -im)), complex(1, 0));
}

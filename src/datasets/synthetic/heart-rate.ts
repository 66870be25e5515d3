import type { Random } from "../../core/random.ts";

export interface HeartRateOptions {
  /** Mean RR interval, seconds. */
  readonly mean: number;
  /** Standard deviation of the RR intervals in the two bands, seconds. */
  readonly deviation: number;
  /** Power around 0.1 Hz (Mayer waves) over power around the respiration's frequency. */
  readonly lowToHigh: number;
  /** Breaths per second. */
  readonly respiration: number;
  /** Standard deviation of the slow trend (periods of one to eight minutes), seconds. */
  readonly trend: number;
}

interface Line {
  readonly frequency: number;
  readonly amplitude: number;
  readonly phase: number;
}

const linesPerBand = 24;
const mayer = 0.1;
/** Standard deviation of both bands, Hz (McSharry et al. 2003). */
const bandWidth = 0.01;

/**
 * The sinus node's interval as a function of time, with McSharry's bimodal spectrum: two Gaussian bands of given power
 * ratio. ECGSYN draws random phases on a frequency grid and transforms back; here the same lines are summed where a beat needs
 * them. One more band, of very low frequencies, is the trend.
 */
export function createHeartRate(random: Random, options: HeartRateOptions): (seconds: number) => number {
  const { mean, deviation, lowToHigh, respiration, trend } = options;
  const low = deviation * Math.sqrt(lowToHigh / (1 + lowToHigh));
  const high = deviation * Math.sqrt(1 / (1 + lowToHigh));
  const lines = [
    ...band(random, { centre: mayer, deviation: low }),
    ...band(random, { centre: respiration, deviation: high }),
    ...Array.from({ length: 4 }, (_, i) => ({
      frequency: 0.0021 * (i + 1) * (1 + 0.3 * random.uniform()),
      amplitude: trend / Math.sqrt(2),
      phase: 2 * Math.PI * random.uniform(),
    })),
  ];
  return (seconds) => {
    let interval = mean;
    for (const { frequency, amplitude, phase } of lines) {
      interval += amplitude * Math.cos(2 * Math.PI * frequency * seconds + phase);
    }
    return Math.max(0.35, interval);
  };
}

/** Spectral lines over ±3 bandwidths, their powers on a Gaussian, `deviation` the root of their summed power. */
function band(
  random: Random,
  { centre, deviation }: { readonly centre: number; readonly deviation: number },
): readonly Line[] {
  const offsets = Array.from({ length: linesPerBand }, (_, i) => (6 * (i + random.uniform())) / linesPerBand - 3);
  const powers = offsets.map((offset) => Math.exp(-0.5 * offset * offset));
  const sum = powers.reduce((total, power) => total + power, 0);
  return offsets.map((offset, i) => ({
    frequency: centre + bandWidth * offset,
    amplitude: deviation * Math.sqrt((2 * powers[i]!) / sum),
    phase: 2 * Math.PI * random.uniform(),
  }));
}

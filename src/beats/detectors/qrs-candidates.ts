import type { QrsEnvelope } from "./qrs-envelope.ts";

/** A place where a QRS complex may be. */
export interface QrsCandidate {
  /** Sample number of the peak of the integrated signal. */
  readonly sample: number;
  /** The integrated signal there, mV/s. */
  readonly level: number;
  /** Largest deflection of the band-passed lead within 100 ms, mV. */
  readonly height: number;
  /** Largest slope of the band-passed lead within 100 ms, mV/s. */
  readonly slope: number;
}

/** Below this share of the lead's largest level there is nothing but rounding. */
const SILENCE = 1e-5;

/** The peaks of the integrated signal, the largest of those that lie within 200 ms (the refractory period) of each other. */
export function qrsCandidates({ level, filtered, slope }: QrsEnvelope, sampleRate: number): QrsCandidate[] {
  const refractory = Math.round(0.2 * sampleRate);
  const reach = Math.round(0.1 * sampleRate);
  const floor = SILENCE * level.reduce((largest, value) => Math.max(largest, value), 0);
  const peaks: number[] = [];
  for (let i = 1; i < level.length - 1; i++) {
    const value = level[i]!;
    if (value <= level[i - 1]! || value < level[i + 1]! || value <= floor) continue;
    const last = peaks.at(-1);
    if (last === undefined || i - last >= refractory) peaks.push(i);
    else if (value > level[last]!) peaks[peaks.length - 1] = i;
  }
  return peaks.map((sample) => ({
    sample,
    level: level[sample]!,
    height: largestMagnitude(filtered, sample - reach, sample + reach),
    slope: largestMagnitude(slope, sample - reach, sample + reach),
  }));
}

function largestMagnitude(samples: Float32Array, from: number, to: number): number {
  let largest = 0;
  const end = Math.min(samples.length - 1, to);
  for (let i = Math.max(0, from); i <= end; i++) largest = Math.max(largest, Math.abs(samples[i]!));
  return largest;
}

import { butterworth } from "../../signal/butterworth.ts";
import { sosfiltfilt } from "../../signal/sos-filter.ts";

export interface BandOptions {
  /** Hz. */
  readonly sampleRate: number;
  /** Lower edge of the band, Hz. */
  readonly lowHz: number;
  /** Upper edge of the band, Hz; taken down to 0.45 of the sample rate where it lies above. */
  readonly highHz: number;
}

/**
 * Second-order Butterworth high-pass and low-pass, run forward and backward: no delay, −6 dB at both edges. More than
 * 15 samples, without `NaN`.
 */
export function zeroPhaseBand(samples: Float32Array, { sampleRate, lowHz, highHz }: BandOptions): Float32Array {
  const cutoffHz = Math.min(highHz, 0.45 * sampleRate);
  const sections = [
    ...butterworth({ kind: "highpass", order: 2, sampleRate, cutoffHz: lowHz }),
    ...butterworth({ kind: "lowpass", order: 2, sampleRate, cutoffHz }),
  ];
  return sosfiltfilt(samples, { sections });
}

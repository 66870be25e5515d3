import { zeroPhaseBand } from "./zero-phase-band.ts";

/** The signals that Pan & Tompkins decide on, each as long as the lead and without delay against it. */
export interface QrsEnvelope {
  /** Band-passed lead, mV. */
  readonly filtered: Float32Array;
  /** Its slope, mV/s. */
  readonly slope: Float32Array;
  /** Root of the slope's mean square over the integration window, mV/s. */
  readonly level: Float32Array;
}

/**
 * Band-pass 5–15 Hz, five-point derivative, squaring, moving-window integration over 150 ms (Pan & Tompkins 1985).
 * `samples` must be free of `NaN`. The root makes levels and thresholds linear in amplitude.
 */
export function qrsEnvelope(samples: Float32Array, sampleRate: number): QrsEnvelope {
  const filtered = zeroPhaseBand(samples, { sampleRate, lowHz: 5, highHz: 15 });
  const slope = fivePointSlope(filtered, sampleRate);
  return { filtered, slope, level: movingRootMeanSquare(slope, Math.round(0.15 * sampleRate)) };
}

/** Equation 10 of the paper, its step of 5 ms (one sample at 200 Hz) kept at other rates. */
function fivePointSlope(samples: Float32Array, sampleRate: number): Float32Array {
  const step = Math.max(1, Math.round(sampleRate / 200));
  const scale = sampleRate / (8 * step);
  const slope = new Float32Array(samples.length);
  for (let i = 2 * step; i < samples.length - 2 * step; i++) {
    const near = samples[i + step]! - samples[i - step]!;
    const far = samples[i + 2 * step]! - samples[i - 2 * step]!;
    slope[i] = scale * (2 * near + far);
  }
  return slope;
}

function movingRootMeanSquare(samples: Float32Array, window: number): Float32Array {
  const half = window >> 1;
  const width = 2 * half + 1;
  const result = new Float32Array(samples.length);
  let sum = 0;
  for (let i = 0; i < samples.length + half; i++) {
    if (i < samples.length) sum += samples[i]! ** 2;
    if (i >= width) sum -= samples[i - width]! ** 2;
    if (i >= half) result[i - half] = Math.sqrt(Math.max(0, sum / width));
  }
  return result;
}

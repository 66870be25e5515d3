export interface BandPassOptions {
  /** Hz. */
  readonly sampleRate: number;
  /** Lower edge of the band, Hz. */
  readonly lowHz: number;
  /** Upper edge of the band, Hz; taken down to 0.45 of the sample rate where it lies above. */
  readonly highHz: number;
}

/**
 * Second-order Butterworth high-pass, then low-pass, each run forward and backward: no delay, −6 dB at both edges.
 * Every pass starts in the steady state of its first sample, so that a constant offset makes no transient.
 */
export function zeroPhaseBandPass(samples: Float32Array, options: BandPassOptions): Float32Array {
  const { sampleRate, lowHz, highHz } = options;
  const filtered = Float32Array.from(samples);
  const sections = [
    section("high", lowHz / sampleRate),
    section("low", Math.min(highHz, 0.45 * sampleRate) / sampleRate),
  ];
  for (const coefficients of sections) {
    runForward(filtered, coefficients);
    filtered.reverse();
    runForward(filtered, coefficients);
    filtered.reverse();
  }
  return filtered;
}

/** Normalised coefficients of y[n] = b0 x[n] + b1 x[n−1] + b2 x[n−2] − a1 y[n−1] − a2 y[n−2]. */
interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** Butterworth of order 2 by the bilinear transform; `cutoff` in cycles per sample. */
function section(kind: "high" | "low", cutoff: number): Biquad {
  const k = Math.tan(Math.PI * cutoff);
  const scale = 1 / (1 + Math.SQRT2 * k + k * k);
  const b0 = kind === "low" ? k * k * scale : scale;
  return {
    b0,
    b1: kind === "low" ? 2 * b0 : -2 * b0,
    b2: b0,
    a1: 2 * (k * k - 1) * scale,
    a2: (1 - Math.SQRT2 * k + k * k) * scale,
  };
}

function runForward(samples: Float32Array, { b0, b1, b2, a1, a2 }: Biquad): void {
  const first = samples[0] ?? 0;
  const steady = (first * (b0 + b1 + b2)) / (1 + a1 + a2);
  let second = b2 * first - a2 * steady;
  let state = b1 * first - a1 * steady + second;
  for (let i = 0; i < samples.length; i++) {
    const input = samples[i]!;
    const output = b0 * input + state;
    state = b1 * input - a1 * output + second;
    second = b2 * input - a2 * output;
    samples[i] = output;
  }
}

import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { createFft } from "../fft.ts";
import { continuousWavelets, sampleWavelet } from "./continuous-wavelets.ts";
import { defineImageEncoder } from "./image-encoder.ts";
import { knownNyquist } from "./known-nyquist.ts";
import { pieceBounds } from "./piecewise-aggregate.ts";
import { strengthOf, strengthSchema } from "./strength.ts";

/**
 * Scalogram by the continuous wavelet transform W(s, n) = √s Σ x[m] ∫ ψ over the sample m, which reaches from (m − n − ½) / s
 * to (m − n + ½) / s: the transform of a signal that is constant over each sample, and zero beyond its ends, as
 * PyWavelets computes it. Rows are frequencies, evenly spread by ratio from low to high, the lowest first; columns are
 * means of the power over as many pieces of time.
 */
export const scalogram = defineImageEncoder(
  "cwt",
  {
    /** `morlet`: e^(−t²/2) cos 5t; `mexican-hat`: (1 − t²) e^(−t²/2) 2 / (√3 π^¼). */
    wavelet: z.enum(["morlet", "mexican-hat"]).default("morlet"),
    lowHz: z.number().positive().default(1),
    /** Half the sample rate where absent. */
    highHz: z.number().positive().optional(),
    strength: strengthSchema.default("magnitude"),
  },
  (settings, size) => {
    const { samples: length, sampleRate, rows, columns } = size;
    const nyquist = knownNyquist("cwt", size);
    const { lowHz, highHz = nyquist } = settings;
    if (!(lowHz <= highHz && highHz <= nyquist)) {
      throw new UserError(
        `Cannot make a scalogram: expected frequencies from low to high, up to ${nyquist} Hz, found ${lowHz} to ${highHz}.`,
      );
    }
    const wavelet = continuousWavelets[settings.wavelet];
    const scaleOf = (row: number) =>
      (wavelet.centre * sampleRate) / (lowHz * (highHz / lowHz) ** (rows === 1 ? 0 : row / (rows - 1)));
    // No lag within the signal wraps around.
    const fft = createFft(2 ** Math.ceil(Math.log2(2 * length)));
    const responses = Array.from({ length: rows }, (_, row) =>
      response(wavelet.value, { scale: scaleOf(row), length, fft }),
    );
    const none = new Float64Array(fft.size);
    const bounds = pieceBounds(length, columns);
    const strength = strengthOf[settings.strength];
    const time = new Float64Array(2 * fft.size);
    const spectrum = new Float64Array(2 * fft.size);
    const product = new Float64Array(2 * fft.size);
    const both = new Float64Array(2 * fft.size);
    return (samples, image) => {
      for (let i = 0; i < length; i++) time[2 * i] = samples[i]!;
      fft.forward(time, spectrum);
      // The responses are real and even, so two rows come out of one inverse transform as its real and imaginary part.
      for (let row = 0; row < rows; row += 2) {
        const [a, b] = [responses[row]!, responses[row + 1] ?? none];
        for (let k = 0; k < fft.size; k++) {
          const [re, im] = [spectrum[2 * k]!, spectrum[2 * k + 1]!];
          product[2 * k] = re * a[k]! - im * b[k]!;
          product[2 * k + 1] = im * a[k]! + re * b[k]!;
        }
        fft.inverse(product, both);
        for (let part = 0; part < 2 && row + part < rows; part++) {
          for (let c = 0; c < columns; c++) {
            const [from, to] = [bounds[c]!, bounds[c + 1]!];
            let sum = 0;
            for (let i = from; i < to; i++) sum += both[2 * i + part]! ** 2;
            image[(row + part) * columns + c] = strength(sum / (to - from));
          }
        }
      }
    };
  },
);

/** The Fourier transform of a wavelet at one scale, real since the wavelet is even. */
function response(
  psi: (t: number) => number,
  {
    scale,
    length,
    fft,
  }: { readonly scale: number; readonly length: number; readonly fft: ReturnType<typeof createFft> },
): Float64Array {
  const weights = sampleWavelet(psi, { scale, count: length });
  const kernel = new Float64Array(2 * fft.size);
  weights.forEach((weight, lag) => {
    kernel[2 * lag] = weight;
    if (lag > 0) kernel[2 * (fft.size - lag)] = weight;
  });
  const transformed = new Float64Array(2 * fft.size);
  fft.forward(kernel, transformed);
  return Float64Array.from({ length: fft.size }, (_, k) => transformed[2 * k]!);
}

import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { defineImageEncoder, type ImageSize } from "./image-encoder.ts";
import { knownNyquist } from "./known-nyquist.ts";
import { strengthOf, strengthSchema } from "./strength.ts";

/**
 * Spectrogram by the short-time Fourier transform: columns are stretches of the signal under a Hann window (periodic), evenly
 * spread from its start to its end; rows are frequencies, evenly spread from low to high, the lowest first. Scaled by the
 * window's sum (SciPy's `scaling="spectrum"`): a sine of amplitude 1 has magnitude ½.
 */
export const spectrogram = defineImageEncoder(
  "stft",
  {
    segmentSeconds: z.number().positive().default(0.5),
    lowHz: z.number().nonnegative().default(0),
    /** Half the sample rate where absent. */
    highHz: z.number().positive().optional(),
    strength: strengthSchema.default("magnitude"),
  },
  (settings, size) => {
    const { samples: length, sampleRate, rows, columns } = size;
    const nyquist = knownNyquist("stft", size);
    const { lowHz, highHz = nyquist } = settings;
    if (!(lowHz <= highHz && highHz <= nyquist)) {
      throw new UserError(
        `Cannot make a spectrogram: expected frequencies from low to high, up to ${nyquist} Hz, found ${lowHz} to ${highHz}.`,
      );
    }
    const segment = segmentLength(settings.segmentSeconds, size);
    const starts = Int32Array.from({ length: columns }, (_, c) =>
      columns === 1 ? Math.floor((length - segment) / 2) : Math.round((c * (length - segment)) / (columns - 1)),
    );
    const frequencies = Float64Array.from({ length: rows }, (_, r) =>
      rows === 1 ? lowHz : lowHz + ((highHz - lowHz) * r) / (rows - 1),
    );
    const { cosines, sines } = windowedWaves({ frequencies, segment, sampleRate });
    const strength = strengthOf[settings.strength];
    return (samples, image) => {
      for (let c = 0; c < columns; c++) {
        const start = starts[c]!;
        for (let r = 0, at = 0; r < rows; r++) {
          let [real, imaginary] = [0, 0];
          for (let i = start; i < start + segment; i++, at++) {
            const value = samples[i]!;
            real += value * cosines[at]!;
            imaginary += value * sines[at]!;
          }
          image[r * columns + c] = strength(real * real + imaginary * imaginary);
        }
      }
    };
  },
);

function segmentLength(seconds: number, { samples, sampleRate }: ImageSize): number {
  const segment = Math.round(seconds * sampleRate);
  if (segment < 2 || segment > samples) {
    throw new UserError(
      `Cannot make a spectrogram: expected segments of 2 samples up to the signal's ${samples}, ` +
        `found ${segment} (${seconds} s).`,
    );
  }
  return segment;
}

/** [row, sample of the segment], each row a wave of its frequency under the window, over the window's sum. */
function windowedWaves(options: { frequencies: Float64Array; segment: number; sampleRate: number }) {
  const { frequencies, segment, sampleRate } = options;
  const window = Float64Array.from({ length: segment }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / segment));
  const sum = window.reduce((a, b) => a + b, 0);
  const cosines = new Float64Array(frequencies.length * segment);
  const sines = new Float64Array(frequencies.length * segment);
  frequencies.forEach((frequency, r) => {
    for (let i = 0; i < segment; i++) {
      const angle = (2 * Math.PI * frequency * i) / sampleRate;
      cosines[r * segment + i] = (window[i]! / sum) * Math.cos(angle);
      sines[r * segment + i] = (window[i]! / sum) * Math.sin(angle);
    }
  });
  return { cosines, sines };
}

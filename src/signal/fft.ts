import FFT from "fft.js";

import { UserError } from "../core/errors.ts";

/** A discrete Fourier transform of one length, with its tables and scratch space; made once, used often. */
export interface FftPlan {
  /** Number of complex values. */
  readonly size: number;
  /** X[k] = Σ x[n] e^(−2πi kn / size); both arrays are interleaved [re, im, re, im, …] of 2 · size values. */
  forward(input: Float64Array, output: Float64Array): void;
  /** The inverse of `forward`, divided by the size. */
  inverse(input: Float64Array, output: Float64Array): void;
}

/**
 * A plan for any length: powers of two directly, others by Bluestein's chirp transform (Bluestein 1970).
 * @throws UserError where `size` is not a whole number ≥ 1.
 */
export function createFft(size: number): FftPlan {
  if (!Number.isInteger(size) || size < 1) {
    throw new UserError(
      `Cannot plan a Fourier transform: expected a whole number of values, 1 or more, found ${size}.`,
    );
  }
  const forward = size === 1 ? copy : (size & (size - 1)) === 0 ? radixForward(size) : bluestein(size);
  const swapped = new Float64Array(2 * size);
  return {
    size,
    forward,
    // Exchanging real and imaginary parts before and after turns the forward transform into the inverse one.
    inverse(input, output) {
      for (let i = 0; i < 2 * size; i += 2) {
        swapped[i] = input[i + 1]!;
        swapped[i + 1] = input[i]!;
      }
      forward(swapped, output);
      for (let i = 0; i < 2 * size; i += 2) {
        const real = output[i]!;
        output[i] = output[i + 1]! / size;
        output[i + 1] = real / size;
      }
    },
  };
}

type Transform = (input: Float64Array, output: Float64Array) => void;

const copy: Transform = (input, output) => output.set(input.subarray(0, 2));

function radixForward(size: number): Transform {
  const fft = new FFT(size);
  return (input, output) => fft.transform(output, input);
}

/**
 * kn = (k² + n² − (k − n)²) / 2 turns the transform into a convolution with the chirp e^(iπ n² / size), which is done in a
 * power of two.
 */
function bluestein(size: number): Transform {
  let padded = 2;
  while (padded < 2 * size - 1) padded *= 2;
  const fft = new FFT(padded);
  const chirp = new Float64Array(2 * size); // e^(−iπ n² / size)
  for (let n = 0; n < size; n++) {
    const angle = (Math.PI * squareModulo(n, 2 * size)) / size;
    chirp[2 * n] = Math.cos(angle);
    chirp[2 * n + 1] = -Math.sin(angle);
  }
  const kernel = new Float64Array(2 * padded);
  for (let n = 0; n < size; n++) {
    for (const at of n === 0 ? [0] : [n, padded - n]) {
      kernel[2 * at] = chirp[2 * n]!;
      kernel[2 * at + 1] = -chirp[2 * n + 1]!;
    }
  }
  const spectrum = new Float64Array(2 * padded);
  fft.transform(spectrum, kernel);
  const work = new Float64Array(2 * padded);
  const product = new Float64Array(2 * padded);
  return (input, output) => {
    work.fill(0);
    for (let i = 0; i < 2 * size; i += 2) {
      const re = input[i]!;
      const im = input[i + 1]!;
      work[i] = re * chirp[i]! - im * chirp[i + 1]!;
      work[i + 1] = re * chirp[i + 1]! + im * chirp[i]!;
    }
    fft.transform(product, work);
    // Multiplied, conjugated: the forward transform of the conjugate is the conjugate of the inverse, times the size.
    for (let i = 0; i < 2 * padded; i += 2) {
      const re = product[i]!;
      const im = product[i + 1]!;
      work[i] = re * spectrum[i]! - im * spectrum[i + 1]!;
      work[i + 1] = -(re * spectrum[i + 1]! + im * spectrum[i]!);
    }
    fft.transform(product, work);
    for (let i = 0; i < 2 * size; i += 2) {
      const re = product[i]! / padded;
      const im = -product[i + 1]! / padded;
      output[i] = re * chirp[i]! - im * chirp[i + 1]!;
      output[i + 1] = re * chirp[i + 1]! + im * chirp[i]!;
    }
  };
}

/** n² mod `modulus`, exact up to n = 2²⁶ and, by halves, beyond. */
function squareModulo(n: number, modulus: number): number {
  return n < 67_108_864 ? (n * n) % modulus : Number((BigInt(n) * BigInt(n)) % BigInt(modulus));
}

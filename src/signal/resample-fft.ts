import { UserError } from "../core/errors.ts";
import { checkSamples } from "./check-samples.ts";
import { createFft } from "./fft.ts";

/**
 * Resamples to `length` samples over the same time by the Fourier transform, as `scipy.signal.resample`: the signal counts
 * as periodic, and what lies above the lower Nyquist frequency is cut off.
 * @throws UserError where `length` is not a whole number ≥ 1, for no samples, or for samples that are not finite.
 */
export function resampleFft(samples: ArrayLike<number>, length: number): Float32Array {
  checkLength(length);
  checkSamples(samples, "resample");
  return new Float32Array(createFftResampler(samples.length, length)(samples));
}

export type Resampler = (samples: ArrayLike<number>) => Float64Array;

/**
 * {@link resampleFft} for many signals of the same length: the plan is made once. The array that the plan returns is the
 * same one at each call.
 */
export function createResampler(fromLength: number, toLength: number): Resampler {
  checkLength(fromLength);
  checkLength(toLength);
  return fromLength * toLength <= largestMatrix
    ? createMatrixResampler(fromLength, toLength)
    : createFftResampler(fromLength, toLength);
}

/** Up to here (2 MB of doubles) the matrix beats the transforms: 324 → 251 samples take 17 µs. */
const largestMatrix = 262_144;

function checkLength(length: number): void {
  if (!Number.isInteger(length) || length < 1) {
    throw new UserError(`Cannot resample a signal: expected a whole number of samples, 1 or more, found ${length}.`);
  }
}

function createFftResampler(fromLength: number, toLength: number): Resampler {
  const analysis = createFft(fromLength);
  const synthesis = createFft(toLength);
  const time = new Float64Array(2 * fromLength);
  const spectrum = new Float64Array(2 * fromLength);
  const resized = new Float64Array(2 * toLength);
  const output = new Float64Array(2 * toLength);
  const result = new Float64Array(toLength);
  const shorter = Math.min(fromLength, toLength);
  const pairs = Math.floor((shorter - 1) / 2); // frequencies that have a mirror image in both spectra
  const scale = toLength / fromLength;
  return (samples) => {
    for (let i = 0; i < fromLength; i++) time[2 * i] = samples[i]!;
    analysis.forward(time, spectrum);
    resized.set(spectrum.subarray(0, 2 * (pairs + 1)));
    for (let k = 1; k <= pairs; k++) {
      const mirror = 2 * (toLength - k);
      resized[mirror] = spectrum[2 * k]!;
      resized[mirror + 1] = -spectrum[2 * k + 1]!;
    }
    if (shorter % 2 === 0) {
      const nyquist = spectrum[shorter]!; // the real part at shorter / 2
      if (toLength === fromLength) resized[shorter] = nyquist;
      else if (toLength < fromLength) resized[shorter] = 2 * nyquist;
      else {
        resized[shorter] = nyquist / 2;
        resized[2 * toLength - shorter] = nyquist / 2;
      }
    }
    synthesis.inverse(resized, output);
    for (let i = 0; i < toLength; i++) result[i] = output[2 * i]! * scale;
    return result;
  };
}

/**
 * The same as a matrix product. Reversing time commutes with resampling, so the even and the odd part of the signal are
 * resampled apart, which halves the products:
 * y[j] and y[−j] = E · (x[i] + x[−i]) ± O · (x[i] − x[−i]), indices modulo the lengths.
 */
function createMatrixResampler(fromLength: number, toLength: number): Resampler {
  const columns = Math.floor(fromLength / 2) + 1;
  const rows = Math.floor(toLength / 2) + 1;
  const blocks = Math.ceil(rows / 4);
  // [block, column, row in block]
  const evenMatrix = new Float64Array(blocks * 4 * columns);
  const oddMatrix = new Float64Array(blocks * 4 * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (Math.floor(row / 4) * columns + column) * 4 + (row % 4);
      const there = kernel({ row, column, fromLength, toLength });
      if (column === 0 || 2 * column === fromLength) evenMatrix[at] = there;
      else {
        const mirrored = kernel({ row, column: -column, fromLength, toLength });
        evenMatrix[at] = (there + mirrored) / 2;
        oddMatrix[at] = (there - mirrored) / 2;
      }
    }
  }
  const even = new Float64Array(columns);
  const odd = new Float64Array(columns);
  const sums = new Float64Array(blocks * 4);
  const differences = new Float64Array(blocks * 4);
  const result = new Float64Array(toLength);
  return (samples) => {
    even[0] = samples[0]!;
    for (let i = 1; i < columns; i++) {
      const here = samples[i]!;
      const mirrored = samples[fromLength - i]!;
      even[i] = here + mirrored;
      odd[i] = here - mirrored;
    }
    if (fromLength % 2 === 0) even[columns - 1] = samples[columns - 1]!;
    multiply({ matrix: evenMatrix, vector: even, product: sums });
    multiply({ matrix: oddMatrix, vector: odd, product: differences });
    result[0] = sums[0]! + differences[0]!;
    for (let j = 1; j < rows; j++) {
      result[j] = sums[j]! + differences[j]!;
      result[toLength - j] = sums[j]! - differences[j]!;
    }
    return result;
  };
}

/** matrix: [block, column, 4], vector: [column], product: [block · 4]. */
function multiply({
  matrix,
  vector,
  product,
}: {
  matrix: Float64Array;
  vector: Float64Array;
  product: Float64Array;
}): void {
  const columns = vector.length;
  let at = 0;
  for (let row = 0; row < product.length; row += 4) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let column = 0; column < columns; column++, at += 4) {
      const value = vector[column]!;
      a += value * matrix[at]!;
      b += value * matrix[at + 1]!;
      c += value * matrix[at + 2]!;
      d += value * matrix[at + 3]!;
    }
    product[row] = a;
    product[row + 1] = b;
    product[row + 2] = c;
    product[row + 3] = d;
  }
}

/** The weight of input `column` in output `row`: Σ cos(2πk · (row / toLength − column / fromLength)) / fromLength. */
function kernel({
  row,
  column,
  fromLength,
  toLength,
}: {
  row: number;
  column: number;
  fromLength: number;
  toLength: number;
}): number {
  const shorter = Math.min(fromLength, toLength);
  const terms = 2 * Math.floor((shorter - 1) / 2) + 1;
  const product = fromLength * toLength;
  const step = row * fromLength - column * toLength; // the angle is 2πk · step / product
  let sum = terms; // the Dirichlet kernel where the angle is a whole turn
  if (step % product !== 0) {
    const numerator = Math.sin((Math.PI * ((terms * step) % (2 * product))) / product);
    sum = numerator / Math.sin((Math.PI * (step % (2 * product))) / product);
  }
  if (shorter % 2 === 0) {
    const weight = toLength < fromLength ? 2 : 1;
    const rowAngle = (Math.PI * ((row * shorter) % (2 * toLength))) / toLength;
    const columnAngle = (Math.PI * ((column * shorter) % (2 * fromLength))) / fromLength;
    sum += weight * Math.cos(rowAngle) * Math.cos(columnAngle);
  }
  return sum / fromLength;
}

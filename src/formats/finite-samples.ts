import { FormatError } from "../core/errors.ts";

export interface FiniteSamplesOptions {
  /** The lead's and the file's name, for messages. */
  readonly lead: string;
  readonly file: string;
  /** Each sample's line in the file, from 1, where it has lines. */
  readonly lines?: Uint32Array;
}

/**
 * Numbers as a lead's samples. `NaN` is a missing one; an infinite one is nothing, and also what a number too great for 32 bits becomes.
 * @throws FormatError where a sample is infinite.
 */
export function finiteSamples(values: Float64Array, { lead, file, lines }: FiniteSamplesOptions): Float32Array {
  const samples = Float32Array.from(values);
  const index = samples.findIndex((value) => Math.abs(value) === Infinity);
  if (index === -1) return samples;
  throw new FormatError(
    `Cannot read lead ${lead}: expected samples that are finite in 32 bits, or NaN where they are missing, found ${values[index]} as number ${index + 1}`,
    { file, ...(lines === undefined ? {} : { line: lines[index]! }) },
  );
}

import { FormatError } from "../core/errors.ts";

/**
 * Passes a lead's samples on. `NaN` is a missing sample; an infinite one is nothing, and also what a number too great for 32 bits becomes.
 * @throws FormatError where a sample is infinite.
 */
export function checkFinite(samples: Float32Array, { lead, file }: { readonly lead: string; readonly file: string }) {
  const index = samples.findIndex((value) => Math.abs(value) === Infinity);
  if (index === -1) return samples;
  throw new FormatError(
    `Cannot read lead ${lead}: expected samples that are finite in 32 bits, or NaN where they are missing, found another as number ${index + 1}`,
    { file },
  );
}

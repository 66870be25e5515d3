import { UserError } from "../../core/errors.ts";
import type { ImageSize } from "./image-encoder.ts";

/** Half the sample rate, where an encoder's settings are frequencies. @throws UserError where the rate is not known. */
export function knownNyquist(encoder: string, { sampleRate }: ImageSize): number {
  if (!(sampleRate > 0 && sampleRate < Infinity)) {
    throw new UserError(`Cannot make images by ${encoder}: expected a known sample rate in Hz, found ${sampleRate}.`);
  }
  return sampleRate / 2;
}

import { UserError } from "../core/errors.ts";
import type { Sections } from "./sos-filter.ts";

/**
 * A second-order notch, such as for the mains, equal to `scipy.signal.iirnotch`: zero at `frequencyHz`, −3 dB at a distance
 * of frequencyHz / (2 · quality).
 * @throws UserError where the frequency does not lie between 0 and Nyquist, or the quality is not positive.
 */
export function notch({
  frequencyHz,
  quality = 30,
  sampleRate,
}: {
  readonly frequencyHz: number;
  readonly quality?: number;
  readonly sampleRate: number;
}): Sections {
  if (!(frequencyHz > 0 && frequencyHz < sampleRate / 2)) {
    throw new UserError(
      `Cannot design a notch filter: expected a frequency above 0 Hz and below ${sampleRate / 2} Hz, ` +
        `half the sample rate, found ${frequencyHz} Hz.`,
    );
  }
  if (!(quality > 0 && quality < Infinity)) {
    throw new UserError(`Cannot design a notch filter: expected a positive quality, found ${quality}.`);
  }
  const angle = (2 * Math.PI * frequencyHz) / sampleRate;
  const gain = 1 / (1 + Math.tan(angle / quality / 2));
  const middle = -2 * gain * Math.cos(angle);
  return [[gain, middle, gain, 1, middle, 2 * gain - 1]];
}

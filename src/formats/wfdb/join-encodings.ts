import { invalidMarker } from "./invalid-marker.ts";
import type { LeadEncoding } from "../../core/recording.ts";
import type { SignalValues } from "./header-values.ts";

/** How one segment stored a lead, and where its samples lie in the joined lead. */
export interface EncodedPiece {
  readonly encoding: LeadEncoding;
  readonly offset: number;
  readonly length: number;
}

export interface JoinEncodingsOptions {
  /** The joined physical samples. */
  readonly samples: Float32Array;
  /** What the layout says; used where no segment has the lead. */
  readonly values: SignalValues;
  /** Whether to join the digital samples, too. */
  readonly digital: boolean;
}

/**
 * One encoding for a lead that lies in several segments, or `undefined` where they differ in gain or baseline. Missing
 * samples get the format's invalid marker in `digital`.
 */
export function joinEncodings(
  pieces: readonly EncodedPiece[],
  { samples, values, digital }: JoinEncodingsOptions,
): LeadEncoding | undefined {
  const { gain, baseline, bits, zero } = pieces[0]?.encoding ?? values;
  if (pieces.some(({ encoding }) => encoding.gain !== gain || encoding.baseline !== baseline)) return undefined;
  const stored = new Set(pieces.map(({ encoding }) => encoding.format));
  const [format] = stored;
  return {
    gain,
    baseline,
    bits: pieces.reduce((most, { encoding }) => Math.max(most, encoding.bits), bits),
    zero,
    ...(stored.size === 1 && format !== undefined ? { format } : {}),
    ...(digital ? { digital: joinDigital(pieces, { samples, format: stored.size === 1 ? format : undefined }) } : {}),
  };
}

function joinDigital(
  pieces: readonly EncodedPiece[],
  { samples, format }: { samples: Float32Array; format: number | undefined },
): Int32Array {
  const joined = new Int32Array(samples.length);
  for (const { encoding, offset } of pieces) joined.set(encoding.digital!, offset);
  const invalid = invalidMarker(format);
  for (let i = 0; i < joined.length; i++) if (Number.isNaN(samples[i]!)) joined[i] = invalid;
  return joined;
}

import { packed212, packed310, packed311 } from "./packed-samples.ts";
import { plainSamples } from "./plain-samples.ts";
import type { SampleCodec } from "./plain-samples.ts";

/** How a signal file packs digital samples (WFDB Applications Guide, signal(5)). */
export interface SampleFormat extends SampleCodec, SampleRange {
  readonly code: number;
  /** Digital units per millivolt that suit an ECG, where a recording brings no gain. */
  readonly usualGain: number;
}

/** What values the samples of a format can have. */
export interface SampleRange {
  /** Smallest and largest value that a sample (in format 8: a difference) can take. */
  readonly min: number;
  readonly max: number;
  /** The digital value that marks a sample as invalid, `min`; format 8 has none. */
  readonly invalid?: number;
  /** Whether the file holds first differences instead of amplitudes. */
  readonly differences: boolean;
}

/** The formats that store samples as plain bits, by code. The FLAC formats 508, 516 and 524 are in `flac.ts`. */
export const sampleFormats: ReadonlyMap<number, SampleFormat> = new Map(
  [
    differenceFormat({ code: 8, bits: 8, usualGain: 200, codec: plainSamples.int8 }),
    format({ code: 16, bits: 16, usualGain: 1000, codec: plainSamples.int16 }),
    format({ code: 24, bits: 24, usualGain: 100_000, codec: plainSamples.int24 }),
    format({ code: 32, bits: 32, usualGain: 1_000_000, codec: plainSamples.int32 }),
    format({ code: 61, bits: 16, usualGain: 1000, codec: plainSamples.int16BigEndian }),
    format({ code: 80, bits: 8, usualGain: 20, codec: plainSamples.offset8 }),
    format({ code: 160, bits: 16, usualGain: 1000, codec: plainSamples.offset16 }),
    format({ code: 212, bits: 12, usualGain: 200, codec: packed212 }),
    format({ code: 310, bits: 10, usualGain: 100, codec: packed310 }),
    format({ code: 311, bits: 10, usualGain: 100, codec: packed311 }),
  ].map((entry) => [entry.code, entry]),
);

/** Number of samples that `byteCount` bytes hold. */
export function samplesInBytes(codec: SampleCodec, byteCount: number): number {
  const { samplesPerBlock, bytesPerBlock, samplesInCutBlock } = codec;
  return Math.floor(byteCount / bytesPerBlock) * samplesPerBlock + samplesInCutBlock[byteCount % bytesPerBlock]!;
}

/** Number of bytes from a block's start to the end of its `count`th sample. */
export function bytesForSamples(codec: SampleCodec, count: number): number {
  const { samplesPerBlock, bytesPerBlock, samplesInCutBlock } = codec;
  const rest = count % samplesPerBlock;
  const inCutBlock = samplesInCutBlock.findIndex((samples) => samples >= rest);
  return Math.floor(count / samplesPerBlock) * bytesPerBlock + (inCutBlock === -1 ? bytesPerBlock : inCutBlock);
}

/** Decodes `count` samples, of which the first begins a block; the last block may end after the last sample wanted. */
export function decodeSamples(codec: SampleCodec, bytes: Uint8Array, { out, count }: DecodeTarget): void {
  const blocks = Math.floor(Math.min(count / codec.samplesPerBlock, bytes.length / codec.bytesPerBlock));
  const inBlocks = blocks * codec.samplesPerBlock;
  codec.decode(bytes, out, inBlocks);
  if (inBlocks === count) return;
  const lastBlock = new Uint8Array(codec.bytesPerBlock);
  const from = blocks * codec.bytesPerBlock;
  lastBlock.set(bytes.subarray(from, from + codec.bytesPerBlock));
  const last = new Int32Array(codec.samplesPerBlock);
  codec.decode(lastBlock, last, codec.samplesPerBlock);
  out.set(last.subarray(0, count - inBlocks), inBlocks);
}

export interface DecodeTarget {
  readonly out: Int32Array;
  readonly count: number;
}

/** Encodes samples within the format's range; zeros fill the last block. */
export function encodeSamples(codec: SampleCodec, samples: Int32Array): Uint8Array {
  const blocks = Math.ceil(samples.length / codec.samplesPerBlock);
  const padded = new Int32Array(blocks * codec.samplesPerBlock);
  padded.set(samples);
  const bytes = new Uint8Array(blocks * codec.bytesPerBlock);
  codec.encode(padded, bytes);
  return bytes;
}

interface FormatParts {
  readonly code: number;
  readonly bits: number;
  readonly usualGain: number;
  readonly codec: SampleCodec;
}

function format({ code, bits, usualGain, codec }: FormatParts): SampleFormat {
  const min = -(2 ** (bits - 1));
  return { code, min, max: -min - 1, invalid: min, differences: false, usualGain, ...codec };
}

function differenceFormat({ code, bits, usualGain, codec }: FormatParts): SampleFormat {
  const min = -(2 ** (bits - 1));
  return { code, min, max: -min - 1, differences: true, usualGain, ...codec };
}

import { FormatError } from "../../core/errors.ts";
import type { ByteSource } from "../../core/byte-source.ts";
import type { SampleRange } from "./sample-formats.ts";

/** Values of the FLAC formats, by code: 508, 516 and 524 hold up to 8, 16 and 24 bits. */
export const flacFormats: ReadonlyMap<number, SampleRange & { readonly bits: number }> = new Map(
  [8, 16, 24].map((bits) => {
    const min = -(2 ** (bits - 1));
    return [500 + bits, { bits, min, max: -min - 1, invalid: min, differences: false }];
  }),
);

/** All samples of a FLAC file, exact. */
export interface FlacSamples {
  /** `[channel][sample]` */
  readonly channels: readonly Int32Array[];
  /** Samples per channel. */
  readonly sampleCount: number;
}

export interface DecodeFlacOptions {
  /** What the WFDB header promises. */
  readonly channelCount: number;
  /** Largest resolution of the WFDB format. */
  readonly maxBits: number;
}

/** Most samples decoded from one file, all channels together: a few bytes of FLAC can stand for 65,535 samples. */
const maxSamples = 2 ** 28;

/** Bytes handed to the decoder at a time, few enough that what they expand to fits into memory whatever they are. */
const sliceBytes = 4096;

/**
 * The header of a frame that never comes (RFC 9639, section 9.1), and zeros. The decoder takes a frame for complete when
 * it sees the next one's header; its own `flush` loses the last frame of a file whose third byte from the end is 255.
 */
const endOfFrames = Uint8Array.from([0xff, 0xf8, 0xc9, 0x08, 0x00, 0x95, ...Array.from({ length: 26 }, () => 0)]);

/**
 * Decodes a FLAC file. The decoder comes as WebAssembly and is loaded on first use, in Node and in a browser. It gives
 * float32 values, `sample / (2^(bits − 1) − 1)`; that loses nothing up to 24 bits, and rounding the product undoes it.
 *
 * @throws FormatError where the file is no FLAC file, is damaged or cut, or is not what the header promises.
 */
export async function decodeFlac(source: ByteSource, options: DecodeFlacOptions): Promise<FlacSamples> {
  const info = parseStreamInfo(await source.read({ end: streamInfoEnd }), source.name);
  checkStreamInfo(info, { ...options, file: source.name });
  const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
  const decoder = new FLACDecoder();
  await decoder.ready;
  const chunks = await decodeChunks(decoder, { source, info });
  // Not after a failure: the decoder's memory may be in disorder then. It goes with the decoder.
  decoder.free();
  return assemble(chunks, info);
}

interface StreamInfo {
  readonly channelCount: number;
  readonly bits: number;
  /** Samples per channel; 0 where the encoder did not know. */
  readonly sampleCount: number;
}

/** The marker `fLaC`, a block header of 4 bytes and the 34 bytes of STREAMINFO (RFC 9639, sections 6 to 8.2). */
const streamInfoEnd = 42;

function parseStreamInfo(bytes: Uint8Array, file: string): StreamInfo {
  const marker = String.fromCharCode(...bytes.subarray(0, 4));
  if (bytes.length < streamInfoEnd || marker !== "fLaC" || (bytes[4]! & 0x7f) !== 0) {
    throw new FormatError(
      `Cannot read the FLAC file: expected "fLaC" and a STREAMINFO block, found ${bytes.length < streamInfoEnd ? `only ${bytes.length} bytes` : JSON.stringify(marker)}`,
      { file, byte: 0 },
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const packed = view.getUint32(18);
  return {
    channelCount: ((packed >>> 9) & 7) + 1,
    bits: ((packed >>> 4) & 31) + 1,
    sampleCount: (packed & 15) * 2 ** 32 + view.getUint32(22),
  };
}

function checkStreamInfo(info: StreamInfo, wanted: DecodeFlacOptions & { readonly file: string }): void {
  const { channelCount, maxBits, file } = wanted;
  const fail = (expected: string, found: string) =>
    new FormatError(`Cannot read the FLAC file: expected ${expected}, found ${found}`, { file, byte: 18 });
  if (info.channelCount !== channelCount) throw fail(`${channelCount} channels`, `${info.channelCount}`);
  if (info.bits < 4 || info.bits > maxBits) throw fail(`4 to ${maxBits} bits per sample`, `${info.bits}`);
  if (info.sampleCount * channelCount > maxSamples) {
    throw fail(`at most ${maxSamples} samples`, `${info.sampleCount} in each of ${channelCount} channels`);
  }
}

interface Decoder {
  decode(bytes: Uint8Array): Promise<DecodedPart>;
}

interface DecodedPart {
  readonly channelData: readonly Float32Array[];
  readonly samplesDecoded: number;
  readonly bitDepth: number;
  readonly errors: readonly { readonly message: string }[];
}

/** The decoded parts, `[part][channel]`; together as long as STREAMINFO says. */
async function decodeChunks(
  decoder: Decoder,
  { source, info }: { readonly source: ByteSource; readonly info: StreamInfo },
): Promise<(readonly Float32Array[])[]> {
  const chunks: (readonly Float32Array[])[] = [];
  const most = info.sampleCount === 0 ? maxSamples / info.channelCount : info.sampleCount;
  let decoded = 0;
  const take = (part: DecodedPart) => {
    const [error] = part.errors;
    if (error !== undefined) throw damaged(source, `a sound stream, found ${error.message}`);
    decoded += part.samplesDecoded;
    if (decoded > most) throw damaged(source, `at most ${most} samples per channel, found more`);
    if (part.samplesDecoded === 0) return;
    if (part.channelData.length !== info.channelCount || part.bitDepth !== info.bits) {
      const found = `${part.channelData.length} of ${part.bitDepth} bits`;
      throw damaged(source, `${info.channelCount} channels of ${info.bits} bits in each frame, found ${found}`);
    }
    chunks.push(part.channelData);
  };
  const bytes = await source.read();
  try {
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      take(await decoder.decode(bytes.subarray(at, at + sliceBytes)));
    }
    take(await decoder.decode(endOfFrames));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw damaged(
      source,
      `a stream that the decoder accepts, found ${error instanceof Error ? error.message : "none"}`,
    );
  }
  if (info.sampleCount !== 0 && decoded !== info.sampleCount) {
    throw damaged(source, `${info.sampleCount} samples per channel, found ${decoded}`);
  }
  return chunks;
}

function damaged(source: ByteSource, what: string): FormatError {
  return new FormatError(`Cannot read the FLAC file: expected ${what}`, { file: source.name });
}

function assemble(chunks: readonly (readonly Float32Array[])[], { channelCount, bits }: StreamInfo): FlacSamples {
  const sampleCount = chunks.reduce((sum, [first]) => sum + first!.length, 0);
  const scale = 2 ** (bits - 1) - 1;
  const channels = Array.from({ length: channelCount }, () => new Int32Array(sampleCount));
  let at = 0;
  for (const chunk of chunks) {
    for (const [channel, out] of channels.entries()) {
      const values = chunk[channel]!;
      for (let i = 0; i < values.length; i++) out[at + i] = Math.round(values[i]! * scale);
    }
    at += chunk[0]!.length;
  }
  return { channels, sampleCount };
}

/** Bytes to digital samples and back, for one way of packing them. */
export interface SampleCodec {
  /** The smallest number of samples that takes whole bytes of its own, and those bytes. */
  readonly samplesPerBlock: number;
  readonly bytesPerBlock: number;
  /** Whole samples in the first n bytes of a block, n = 0 … bytesPerBlock − 1. */
  readonly samplesInCutBlock: readonly number[];
  /** Decodes the first `count` samples; `count` fills whole blocks, which `bytes` holds. */
  readonly decode: (bytes: Uint8Array, out: Int32Array, count: number) => void;
  /** Encodes all samples, which fill whole blocks and lie within the range. */
  readonly encode: (samples: Int32Array, out: Uint8Array) => void;
}

/** Packings in which a sample takes whole bytes; little-endian two's complement unless named otherwise. */
export const plainSamples = {
  int8: codec(1, {
    decode: (bytes, out, count) => {
      for (let i = 0; i < count; i++) out[i] = (bytes[i]! << 24) >> 24;
    },
    encode: (samples, out) => out.set(samples),
  }),
  int16: codec(2, {
    decode: (bytes, out, count) => {
      for (let i = 0, at = 0; i < count; i++, at += 2) out[i] = ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
    },
    encode: (samples, out) => writeBytes(samples, out, 2),
  }),
  int24: codec(3, {
    decode: (bytes, out, count) => {
      for (let i = 0, at = 0; i < count; i++, at += 3) {
        out[i] = ((bytes[at]! << 8) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 24)) >> 8;
      }
    },
    encode: (samples, out) => writeBytes(samples, out, 3),
  }),
  int32: codec(4, {
    decode: (bytes, out, count) => {
      for (let i = 0, at = 0; i < count; i++, at += 4) {
        out[i] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      }
    },
    encode: (samples, out) => writeBytes(samples, out, 4),
  }),
  int16BigEndian: codec(2, {
    decode: (bytes, out, count) => {
      for (let i = 0, at = 0; i < count; i++, at += 2) out[i] = ((bytes[at + 1]! | (bytes[at]! << 8)) << 16) >> 16;
    },
    encode: (samples, out) => {
      for (let i = 0; i < samples.length; i++) {
        out[2 * i] = samples[i]! >> 8;
        out[2 * i + 1] = samples[i]!;
      }
    },
  }),
  offset8: codec(1, {
    decode: (bytes, out, count) => {
      for (let i = 0; i < count; i++) out[i] = bytes[i]! - 128;
    },
    encode: (samples, out) => {
      for (let i = 0; i < samples.length; i++) out[i] = samples[i]! + 128;
    },
  }),
  offset16: codec(2, {
    decode: (bytes, out, count) => {
      for (let i = 0, at = 0; i < count; i++, at += 2) out[i] = (bytes[at]! | (bytes[at + 1]! << 8)) - 32768;
    },
    encode: (samples, out) =>
      writeBytes(
        samples.map((sample) => sample + 32768),
        out,
        2,
      ),
  }),
} as const satisfies Record<string, SampleCodec>;

function codec(bytesPerBlock: number, both: Pick<SampleCodec, "decode" | "encode">): SampleCodec {
  return {
    samplesPerBlock: 1,
    bytesPerBlock,
    samplesInCutBlock: Array.from({ length: bytesPerBlock }, () => 0),
    ...both,
  };
}

/** The low bytes of each sample, lowest first. */
function writeBytes(samples: Int32Array, out: Uint8Array, width: number): void {
  for (let i = 0, at = 0; i < samples.length; i++) {
    for (let byte = 0; byte < width; byte++) out[at++] = samples[i]! >> (8 * byte);
  }
}

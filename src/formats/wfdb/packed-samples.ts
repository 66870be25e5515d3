import type { SampleCodec } from "./plain-samples.ts";

/** Two 12-bit samples in three bytes: low byte of the first, both high nibbles, low byte of the second. */
export const packed212: SampleCodec = {
  samplesPerBlock: 2,
  bytesPerBlock: 3,
  samplesInCutBlock: [0, 0, 1],
  decode: (bytes, out, count) => {
    for (let i = 0, at = 0; i < count; i += 2, at += 3) {
      const high = bytes[at + 1]!;
      out[i] = ((bytes[at]! | (high << 8)) << 20) >> 20;
      out[i + 1] = ((bytes[at + 2]! | ((high & 0xf0) << 4)) << 20) >> 20;
    }
  },
  encode: (samples, out) => {
    for (let i = 0, at = 0; i < samples.length; i += 2, at += 3) {
      const first = samples[i]!;
      const second = samples[i + 1]!;
      out[at] = first;
      out[at + 1] = ((first >> 8) & 0x0f) | ((second >> 4) & 0xf0);
      out[at + 2] = second;
    }
  },
};

/**
 * Three 10-bit samples in two 16-bit words: the first two in bits 1 … 10 of either word, the third's low five bits on
 * top of the first word and its high five bits on top of the second.
 */
export const packed310: SampleCodec = {
  samplesPerBlock: 3,
  bytesPerBlock: 4,
  samplesInCutBlock: [0, 0, 1, 1],
  decode: (bytes, out, count) => {
    for (let i = 0, at = 0; i < count; i += 3, at += 4) {
      const first = bytes[at]! | (bytes[at + 1]! << 8);
      const second = bytes[at + 2]! | (bytes[at + 3]! << 8);
      out[i] = (first << 21) >> 22;
      out[i + 1] = (second << 21) >> 22;
      out[i + 2] = (((first >> 11) | ((second >> 11) << 5)) << 22) >> 22;
    }
  },
  encode: (samples, out) => {
    for (let i = 0, at = 0; i < samples.length; i += 3, at += 4) {
      const third = samples[i + 2]!;
      const first = ((samples[i]! & 0x3ff) << 1) | ((third & 0x1f) << 11);
      const second = ((samples[i + 1]! & 0x3ff) << 1) | (((third >> 5) & 0x1f) << 11);
      out[at] = first;
      out[at + 1] = first >> 8;
      out[at + 2] = second;
      out[at + 3] = second >> 8;
    }
  },
};

/** Three 10-bit samples in the low 30 bits of a little-endian 32-bit word, the first lowest. */
export const packed311: SampleCodec = {
  samplesPerBlock: 3,
  bytesPerBlock: 4,
  samplesInCutBlock: [0, 0, 1, 2],
  decode: (bytes, out, count) => {
    for (let i = 0, at = 0; i < count; i += 3, at += 4) {
      const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      out[i] = (word << 22) >> 22;
      out[i + 1] = (word << 12) >> 22;
      out[i + 2] = (word << 2) >> 22;
    }
  },
  encode: (samples, out) => {
    for (let i = 0, at = 0; i < samples.length; i += 3, at += 4) {
      const word = (samples[i]! & 0x3ff) | ((samples[i + 1]! & 0x3ff) << 10) | ((samples[i + 2]! & 0x3ff) << 20);
      out[at] = word;
      out[at + 1] = word >> 8;
      out[at + 2] = word >> 16;
      out[at + 3] = word >> 24;
    }
  },
};

import type { LeadSink } from "./lead-sink.ts";
import type { SignalGroup } from "./signal-groups.ts";

/**
 * The common case of MIT-BIH in one pass over the bytes: format 212, two leads, one sample per frame, no skew, from the
 * first frame on, without the digital samples. A table of 4,096 physical values per lead replaces the arithmetic.
 *
 * @returns whether the case was this one, and the sinks are filled.
 */
export function decode212Pair({ bytes, group, sinks, frameCount }: Pair): boolean {
  const [first, second] = sinks;
  if (group.format !== 212 || group.frameSize !== 2 || first === undefined || second === undefined) return false;
  const plain = ({ member, from, to, digital }: LeadSink) =>
    member.values.skew === 0 && from === 0 && to === frameCount && digital === undefined;
  if (!plain(first) || !plain(second) || frameCount === 0) return false;
  const target = { first, second, firstTable: first.table!, secondTable: second.table! };
  const done = decodeWords(bytes, target);
  decodeBytes(bytes, { ...target, start: done });
  first.first = ((bytes[0]! | (bytes[1]! << 8)) << 20) >> 20;
  second.first = ((bytes[2]! | ((bytes[1]! & 0xf0) << 4)) << 20) >> 20;
  return true;
}

interface Pair {
  readonly bytes: Uint8Array;
  readonly group: SignalGroup;
  readonly sinks: readonly LeadSink[];
  readonly frameCount: number;
}

interface PairTarget {
  readonly first: LeadSink;
  readonly second: LeadSink;
  /** Physical values of the digital values −2048 … 2047. */
  readonly firstTable: Float32Array;
  readonly secondTable: Float32Array;
}

/**
 * Frames decoded per call of the inner function. A function that is entered often is compiled whole; one long loop is
 * compiled while it runs, without what follows it, and thrown away when it ends (4 ms a record instead of 2).
 */
const blockFrames = 8192;

/** Decodes as many frames as 32-bit words allow, four at a time; returns their number. */
function decodeWords(bytes: Uint8Array, target: PairTarget): number {
  if (!isLittleEndian() || bytes.byteOffset % 4 !== 0) return 0;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const length = target.first.samples.length;
  const frames = length - (length % 4);
  for (let start = 0; start < frames; start += blockFrames) {
    decodeBlock(words, { ...target, start, end: Math.min(frames, start + blockFrames) });
  }
  return frames;
}

/**
 * Four frames out of three 32-bit words. The exclusive or turns the sign bit of every sample, so that its 12 bits are
 * `value + 2048`, the index into the table.
 */
function decodeBlock(words: Uint32Array, block: PairTarget & { readonly start: number; readonly end: number }): void {
  const { first, second, firstTable, secondTable, start, end } = block;
  const firstSamples = first.samples;
  const secondSamples = second.samples;
  let firstSum = 0;
  let secondSum = 0;
  for (let i = start, at = (start / 4) * 3; i < end; i += 4, at += 3) {
    const low = words[at]! ^ 0x00008800;
    const middle = words[at + 1]! ^ 0x88000088;
    const high = words[at + 2]! ^ 0x00880000;
    const a0 = low & 0xfff;
    const a1 = (low >>> 24) | ((middle & 0x0f) << 8);
    const a2 = (middle >>> 16) & 0xfff;
    const a3 = (high >>> 8) & 0xfff;
    const b0 = ((low >>> 16) & 0xff) | ((low >>> 4) & 0xf00);
    const b1 = ((middle >>> 8) & 0xff) | ((middle & 0xf0) << 4);
    const b2 = (high & 0xff) | ((middle >>> 20) & 0xf00);
    const b3 = (high >>> 24) | ((high >>> 12) & 0xf00);
    firstSum = (firstSum + a0 + a1 + a2 + a3) | 0;
    secondSum = (secondSum + b0 + b1 + b2 + b3) | 0;
    firstSamples[i] = firstTable[a0]!;
    firstSamples[i + 1] = firstTable[a1]!;
    firstSamples[i + 2] = firstTable[a2]!;
    firstSamples[i + 3] = firstTable[a3]!;
    secondSamples[i] = secondTable[b0]!;
    secondSamples[i + 1] = secondTable[b1]!;
    secondSamples[i + 2] = secondTable[b2]!;
    secondSamples[i + 3] = secondTable[b3]!;
  }
  const bias = Math.imul(end - start, 2048);
  first.sum = (first.sum + firstSum - bias) | 0;
  second.sum = (second.sum + secondSum - bias) | 0;
}

/** Decodes the frames from `start` on, byte by byte. */
function decodeBytes(
  bytes: Uint8Array,
  { first, second, firstTable, secondTable, start }: PairTarget & { readonly start: number },
): void {
  for (let i = start, at = 3 * start; i < first.samples.length; i++, at += 3) {
    const middle = bytes[at + 1]!;
    const a = ((bytes[at]! | (middle << 8)) << 20) >> 20;
    const b = ((bytes[at + 2]! | ((middle & 0xf0) << 4)) << 20) >> 20;
    first.sum = (first.sum + a) | 0;
    second.sum = (second.sum + b) | 0;
    first.samples[i] = firstTable[a + 2048]!;
    second.samples[i] = secondTable[b + 2048]!;
  }
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}

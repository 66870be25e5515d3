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
  const sums = decodePair(bytes, {
    first: first.samples,
    second: second.samples,
    firstTable: byRawValue(first.table!),
    secondTable: byRawValue(second.table!),
  });
  first.sum = sums[0];
  second.sum = sums[1];
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
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly firstTable: Float32Array;
  readonly secondTable: Float32Array;
}

/** From a table that begins at −2048 to one indexed by the 12 bits of a sample. */
function byRawValue(table: Float32Array): Float32Array {
  const turned = new Float32Array(4096);
  turned.set(table.subarray(2048));
  turned.set(table.subarray(0, 2048), 2048);
  return turned;
}

function decodePair(
  bytes: Uint8Array,
  { first, second, firstTable, secondTable }: PairTarget,
): readonly [number, number] {
  let firstSum = 0;
  let secondSum = 0;
  for (let i = 0, at = 0; i < first.length; i++, at += 3) {
    const high = bytes[at + 1]!;
    const a = bytes[at]! | ((high & 0x0f) << 8);
    const b = bytes[at + 2]! | ((high & 0xf0) << 4);
    firstSum = (firstSum + ((a << 20) >> 20)) | 0;
    secondSum = (secondSum + ((b << 20) >> 20)) | 0;
    first[i] = firstTable[a]!;
    second[i] = secondTable[b]!;
  }
  return [firstSum, secondSum];
}

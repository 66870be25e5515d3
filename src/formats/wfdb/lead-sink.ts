import { invalidMarker } from "./invalid-marker.ts";
import type { GroupMember, SignalGroup } from "./signal-groups.ts";
import type { SampleRange } from "./sample-formats.ts";

/** Where the samples of one lead go while its file is decoded, block by block. */
export interface LeadSink {
  readonly member: GroupMember;
  readonly samples: Float32Array;
  readonly digital?: Int32Array;
  /** First frame wanted. */
  readonly from: number;
  /** End of the frames wanted. */
  readonly to: number;
  /** The digital value that marks a sample as invalid, where the format has one. */
  readonly invalid?: number;
  /** Physical value of digital value `min + i`, for formats of up to 12 bits. */
  readonly table?: Float32Array;
  readonly min: number;
  /** Sum of all digital samples seen, modulo 2^32. */
  sum: number;
  /** The stored sample 0, where it was seen. */
  first?: number;
}

/** A run of decoded frames, `[frame, sample within the frame]`. */
export interface FrameBlock {
  readonly values: Int32Array;
  readonly firstFrame: number;
  readonly frameCount: number;
}

export interface SinkOptions {
  readonly from: number;
  readonly to: number;
  readonly digital: boolean;
}

/** A sink filled with invalid samples. */
export function createSink(
  member: GroupMember,
  { from, to, digital, format }: SinkOptions & { readonly format?: SampleRange | undefined },
): LeadSink {
  const length = (to - from) * member.values.samplesPerFrame;
  return {
    member,
    samples: new Float32Array(length),
    ...(digital ? { digital: new Int32Array(length) } : {}),
    from,
    to,
    ...(format?.invalid === undefined ? {} : { invalid: format.invalid }),
    ...(format !== undefined && format.max < 2048 && !format.differences
      ? { table: physicalTable(member, format) }
      : {}),
    min: format?.min ?? 0,
    sum: 0,
  };
}

/** Physical values of all digital values of a narrow format; the invalid marker's is NaN. */
export function physicalTable({ values }: GroupMember, { min, max, invalid }: SampleRange): Float32Array {
  const table = new Float32Array(max - min + 1);
  for (let i = 0; i < table.length; i++) table[i] = (min + i - values.baseline) / values.gain;
  if (invalid !== undefined) table[invalid - min] = NaN;
  return table;
}

/** Marks as invalid the sink's frames from `frame` (in the file's count) on, and those that the skew leaves without samples. */
export function fillInvalid(sink: LeadSink, availableFrames: number): void {
  const { samplesPerFrame, skew } = sink.member.values;
  const start = Math.max(0, Math.min(availableFrames - skew, sink.to) - sink.from) * samplesPerFrame;
  sink.samples.fill(NaN, start);
  sink.digital?.fill(invalidMarker(sink.member.signal.format), start);
}

/** Takes the lead's samples out of a block: into the sum, and those wanted into the arrays. */
export function takeBlock(sink: LeadSink, block: FrameBlock, { frameSize }: SignalGroup): void {
  const { samplesPerFrame, skew } = sink.member.values;
  const { firstFrame, frameCount, values } = block;
  if (firstFrame === 0 && frameCount > 0) sink.first = values[sink.member.offset]!;
  addToSum(sink, block, frameSize);
  const start = Math.max(0, sink.from + skew - firstFrame);
  const end = Math.min(frameCount, sink.to + skew - firstFrame);
  const target = (firstFrame + start - skew - sink.from) * samplesPerFrame;
  if (start >= end) return;
  const span = { source: start * frameSize + sink.member.offset, target, frames: end - start, frameSize };
  if (sink.table === undefined) convertByArithmetic(sink, values, span);
  else convertByTable(sink, values, span);
  if (sink.digital !== undefined) copyDigital(sink, values, span);
}

interface Span {
  readonly source: number;
  readonly target: number;
  readonly frames: number;
  readonly frameSize: number;
}

function addToSum(sink: LeadSink, { values, frameCount }: FrameBlock, frameSize: number): void {
  const { samplesPerFrame } = sink.member.values;
  let sum = sink.sum;
  for (let frame = 0, at = sink.member.offset; frame < frameCount; frame++, at += frameSize) {
    for (let i = 0; i < samplesPerFrame; i++) sum = (sum + values[at + i]!) | 0;
  }
  sink.sum = sum;
}

function convertByArithmetic(sink: LeadSink, values: Int32Array, { source, target, frames, frameSize }: Span): void {
  const { samples } = sink;
  const invalid = sink.invalid ?? NaN;
  const { samplesPerFrame, baseline, gain } = sink.member.values;
  let to = target;
  for (let frame = 0, at = source; frame < frames; frame++, at += frameSize) {
    for (let i = 0; i < samplesPerFrame; i++) {
      const value = values[at + i]!;
      samples[to++] = value === invalid ? NaN : (value - baseline) / gain;
    }
  }
}

function convertByTable(sink: LeadSink, values: Int32Array, { source, target, frames, frameSize }: Span): void {
  const { samples, min } = sink;
  const { samplesPerFrame } = sink.member.values;
  const table = sink.table!;
  let to = target;
  for (let frame = 0, at = source; frame < frames; frame++, at += frameSize) {
    for (let i = 0; i < samplesPerFrame; i++) samples[to++] = table[values[at + i]! - min]!;
  }
}

function copyDigital(sink: LeadSink, values: Int32Array, { source, target, frames, frameSize }: Span): void {
  const digital = sink.digital!;
  const { samplesPerFrame } = sink.member.values;
  let to = target;
  for (let frame = 0, at = source; frame < frames; frame++, at += frameSize) {
    for (let i = 0; i < samplesPerFrame; i++) digital[to++] = values[at + i]!;
  }
}

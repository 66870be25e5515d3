import { FormatError, UserError } from "../../core/errors.ts";
import { createSink, fillInvalid } from "./lead-sink.ts";
import { frameRateOf } from "./header-values.ts";
import { groupSignals } from "./signal-groups.ts";
import { openFrameSource } from "./open-frame-source.ts";
import { signalNotices } from "./signal-notices.ts";
import type { FrameSource, FrameSpan, HeaderPlace } from "./frame-source.ts";
import type { Lead, Notice } from "../../core/recording.ts";
import type { LeadSink } from "./lead-sink.ts";
import type { WfdbHeader } from "./header.ts";

export interface ReadSignalsOptions {
  /** Keep the digital samples in `lead.encoding.digital`; default false. */
  readonly digital?: boolean;
  /** First frame; default 0. */
  readonly from?: number;
  /** End of the frames, not included; default and at most the record's length. */
  readonly to?: number | undefined;
  /** Whether a range that begins after the end gives no frames instead of an error; default false. */
  readonly clamp?: boolean;
}

export interface SignalData {
  readonly leads: readonly Lead[];
  /** Frames read. */
  readonly frameCount: number;
  readonly notices: readonly Notice[];
}

/** Most samples given for signals that have no file, or lie in a gap: 512 MiB of NaN. */
export const maxMissingSamples = 2 ** 27;

/**
 * Reads the signal files of an ordinary (one-segment) record into physical units, `(digital − baseline) / gain` computed
 * in double precision and rounded to float32. What is allocated is bounded by what the files hold.
 *
 * @throws FormatError where a file is missing, holds no whole frame, or is of an unknown format.
 */
export async function readSignals(
  header: WfdbHeader,
  { digital = false, from = 0, to, clamp = false, ...place }: HeaderPlace & ReadSignalsOptions,
): Promise<SignalData> {
  const sources: FrameSource[] = [];
  for (const group of groupSignals(header, place.file)) sources.push(await openFrameSource(group, place));
  const total = totalFrames(header, sources, place.file);
  const range = frameRange({ from: clamp ? Math.min(from, total) : from, to, total });
  const whole = range.from === 0 && range.to === total;
  checkMissing(sources, { range, file: place.file });
  const sinks: LeadSink[] = [];
  for (const source of sources) {
    const { members } = source.group;
    const ownSinks = members.map((member) => createSink(member, { ...range, digital, format: source.range }));
    const available = Math.min(source.availableFrames, total);
    for (const sink of ownSinks) fillInvalid(sink, available);
    const latest = members.reduce((most, { values }) => Math.max(most, values.skew), 0);
    const span: FrameSpan = { first: range.from, end: Math.min(available, whole ? total : range.to + latest) };
    if (span.first < span.end) await source.decode(ownSinks, span);
    sinks.push(...ownSinks);
  }
  const frameRate = frameRateOf(header);
  return {
    leads: sinks.map((sink) => leadOf(sink, { frameRate, whole })),
    frameCount: range.to - range.from,
    notices: signalNotices({ header, sources, sinks, total, whole }),
  };
}

/**
 * The record's length: what the header says, as far as any file holds it; without the header's word what the longest
 * file holds, less the frames that may be the filling of its last block where another file ends before them.
 */
function totalFrames(header: WfdbHeader, sources: readonly FrameSource[], file: string): number {
  const withFile = sources.filter(({ fileName }) => fileName !== undefined);
  const longest = withFile.reduce((most, { availableFrames }) => Math.max(most, availableFrames), 0);
  const stated = header.frameCount ?? 0;
  if (withFile.length === 0) return stated;
  if (stated > 0 && longest === 0) {
    throw new FormatError(`Cannot read the signals of ${header.name}: expected ${stated} frames, found none`, {
      file: withFile[0]!.fileName ?? file,
    });
  }
  if (stated > 0) return Math.min(stated, longest);
  const shortest = withFile.reduce((least, { availableFrames }) => Math.min(least, availableFrames), longest);
  const filled = withFile.every(({ availableFrames, paddingFrames }) => availableFrames - paddingFrames <= shortest);
  return filled ? shortest : longest;
}

/** Samples that no file holds (signals without a file, or with a shorter one) still take memory; refuses too many. */
function checkMissing(
  sources: readonly FrameSource[],
  { range, file }: { range: { from: number; to: number }; file: string },
): void {
  let missing = 0;
  for (const { group, availableFrames } of sources) {
    missing += Math.max(0, range.to - Math.max(range.from, availableFrames)) * group.frameSize;
  }
  if (missing > maxMissingSamples) {
    throw new FormatError(
      `Cannot read the signals: expected at most ${maxMissingSamples} samples that no file holds, found ${missing}; read fewer frames`,
      { file },
    );
  }
}

/**
 * The part of a wanted range of frames that a record of `total` frames has.
 *
 * @throws UserError where the range is none.
 */
export function frameRange({ from, total, to = total }: FrameRangeOptions): { from: number; to: number } {
  const valid = Number.isInteger(from) && from >= 0 && (to === Infinity || Number.isInteger(to)) && to >= from;
  if (!valid || from > total) {
    throw new UserError(`Cannot read frames ${from} to ${to}: expected whole numbers in order from 0 to ${total}`);
  }
  return { from, to: Math.min(to, total) };
}

export interface FrameRangeOptions {
  readonly from: number;
  readonly to?: number | undefined;
  readonly total: number;
}

function leadOf(sink: LeadSink, { frameRate, whole }: { frameRate: number; whole: boolean }): Lead {
  const { signal, values } = sink.member;
  const checksum =
    whole && signal.checksum !== undefined && signal.format !== 0
      ? { checksum: { expected: (signal.checksum << 16) >> 16, found: (sink.sum << 16) >> 16 } }
      : {};
  return {
    name: values.name,
    unit: values.unit,
    sampleRate: frameRate * values.samplesPerFrame,
    samples: sink.samples,
    encoding: {
      gain: values.gain,
      baseline: values.baseline,
      bits: values.bits,
      zero: values.zero,
      format: signal.format,
      ...checksum,
      ...(sink.digital === undefined ? {} : { digital: sink.digital }),
    },
  };
}

import { FormatError, UserError } from "../../core/errors.ts";
import { createSink, fillInvalid, takeBlock } from "./lead-sink.ts";
import { decode212Pair } from "./decode-212-pair.ts";
import { bytesForSamples, decodeSamples, sampleFormats, samplesInBytes } from "./sample-formats.ts";
import { frameRateOf } from "./header-values.ts";
import { groupSignals } from "./signal-groups.ts";
import { signalNotices } from "./signal-notices.ts";
import type { ByteFolder, ByteSource } from "../../core/byte-source.ts";
import type { Lead, Notice } from "../../core/recording.ts";
import type { LeadSink } from "./lead-sink.ts";
import type { SampleFormat } from "./sample-formats.ts";
import type { OpenGroup, SignalGroup } from "./signal-groups.ts";
import type { WfdbHeader } from "./header.ts";

export interface ReadSignalsOptions {
  /** Keep the digital samples in `lead.encoding.digital`. */
  readonly digital?: boolean;
  /** First frame; default 0. */
  readonly from?: number;
  /** End of the frames, not included; default and at most the record's length. */
  readonly to?: number;
}

export interface SignalData {
  readonly leads: readonly Lead[];
  /** Frames read. */
  readonly frameCount: number;
  readonly notices: readonly Notice[];
}

/** Where the header lies. */
export interface HeaderPlace {
  readonly folder: ByteFolder;
  /** The header's folder within `folder`, empty or ending in `/`. */
  readonly directory: string;
  /** The header file, for messages. */
  readonly file: string;
}

/**
 * Reads the signal files of an ordinary (one-segment) record into physical units, `(digital − baseline) / gain` computed
 * in double precision and rounded to float32. Never allocates more than the files hold.
 *
 * @throws FormatError where a file is missing, holds no whole frame, or is of an unknown format.
 */
export async function readSignals(
  header: WfdbHeader,
  { folder, directory, file, digital = false, from = 0, to }: HeaderPlace & ReadSignalsOptions,
): Promise<SignalData> {
  const groups: OpenGroup[] = [];
  for (const group of groupSignals(header, file)) groups.push(await openGroup(group, { folder, directory, file }));
  const total = totalFrames(header, groups);
  const range = frameRange({ from, to, total });
  const whole = range.from === 0 && range.to === total;
  const sinks: LeadSink[] = [];
  for (const group of groups) {
    const format = sampleFormats.get(group.format);
    const groupSinks = group.members.map((member) => createSink(member, { ...range, digital, format }));
    for (const sink of groupSinks) fillInvalid(sink, Math.min(group.availableFrames, total));
    if (group.source !== undefined && format !== undefined) {
      await decodeGroup(group, groupSinks, { format, source: group.source, total });
    }
    sinks.push(...groupSinks);
  }
  const frameRate = frameRateOf(header);
  return {
    leads: sinks.map((sink) => leadOf(sink, { frameRate, whole })),
    frameCount: range.to - range.from,
    notices: signalNotices({ header, groups, sinks, total, whole }),
  };
}

async function openGroup(group: SignalGroup, { folder, directory, file }: HeaderPlace): Promise<OpenGroup> {
  if (group.fileName === undefined) return { ...group, availableFrames: 0 };
  const { line } = group.members[0]!.signal;
  const format = sampleFormats.get(group.format);
  if (format === undefined) {
    const known = [...sampleFormats.keys()].join(", ");
    throw new FormatError(
      `Cannot read the signals of ${group.fileName}: expected a format among ${known}, found ${group.format}`,
      { file, line },
    );
  }
  const source = await folder.open(directory + group.fileName);
  if (source === undefined) {
    throw new FormatError(
      `Cannot read the signals: expected the signal file ${directory + group.fileName}, found none in ${folder.name}`,
      { file, line },
    );
  }
  const bytes = Math.max(0, (await source.size()) - group.byteOffset);
  return { ...group, source, availableFrames: Math.floor(samplesInBytes(format, bytes) / group.frameSize) };
}

/** The record's length: what the header says, as far as any file holds it; without the header's word what the longest file holds. */
function totalFrames(header: WfdbHeader, groups: readonly OpenGroup[]): number {
  const withFile = groups.filter(({ source }) => source !== undefined);
  const longest = Math.max(0, ...withFile.map(({ availableFrames }) => availableFrames));
  const stated = header.frameCount ?? 0;
  if (stated === 0 || withFile.length === 0) return longest;
  if (longest === 0) {
    throw new FormatError(`Cannot read the signals of ${header.name}: expected ${stated} frames, found none`, {
      file: withFile[0]!.source!.name,
    });
  }
  return Math.min(stated, longest);
}

/** Checks a wanted range of frames against the record's length. */
export function frameRange({ from, to, total }: { from: number; to: number | undefined; total: number }): {
  from: number;
  to: number;
} {
  const end = Math.min(to ?? total, total);
  if (!Number.isInteger(from) || !Number.isInteger(end) || from < 0 || (from > end && from > 0) || end < 0) {
    throw new UserError(
      `Cannot read frames ${from} to ${to ?? total}: expected whole numbers in order within 0 to ${total}`,
    );
  }
  return { from, to: end };
}

/** Frames decoded at a time: a multiple of 6, so that blocks of two and of three samples begin with a frame. */
const framesPerBlock = 6 * 1024;

async function decodeGroup(
  group: OpenGroup,
  sinks: readonly LeadSink[],
  { format, source, total }: { format: SampleFormat; source: ByteSource; total: number },
): Promise<void> {
  const { from, to } = sinks[0]!;
  const latest = Math.max(...group.members.map(({ values }) => values.skew));
  // Differences add up from the start of the file; sums need all frames when the whole record is read.
  const first = format.differences ? 0 : from - (from % 6);
  const end = Math.min(group.availableFrames, total, from === 0 && to === total ? total : to + latest);
  if (end <= first) return;
  const start = group.byteOffset + bytesForSamples(format, first * group.frameSize);
  const length = bytesForSamples(format, (end - first) * group.frameSize);
  const bytes = await source.read({ start, end: start + length });
  if (bytes.length < length) {
    throw new FormatError(
      `Cannot read the signals of ${group.fileName}: expected ${length} bytes, found ${bytes.length}`,
      { file: source.name, byte: start + bytes.length },
    );
  }
  if (decode212Pair({ bytes, group, sinks, frameCount: end - first })) return;
  const values = new Int32Array(Math.min(framesPerBlock, end - first) * group.frameSize);
  const running = new Int32Array(group.members.length);
  for (const [i, { values }] of group.members.entries()) running[i] = values.initialValue;
  for (let firstFrame = first; firstFrame < end; firstFrame += framesPerBlock) {
    const frameCount = Math.min(framesPerBlock, end - firstFrame);
    const from = bytesForSamples(format, (firstFrame - first) * group.frameSize);
    decodeSamples(format, bytes.subarray(from), { out: values, count: frameCount * group.frameSize });
    if (format.differences) addUp(values, running, { group, frameCount });
    for (const sink of sinks) takeBlock(sink, { values, firstFrame, frameCount }, group);
  }
}

/** Turns differences into amplitudes in place, going on from `running`. */
function addUp(
  values: Int32Array,
  running: Int32Array,
  { group, frameCount }: { group: SignalGroup; frameCount: number },
): void {
  for (const [
    i,
    {
      offset,
      values: { samplesPerFrame },
    },
  ] of group.members.entries()) {
    let value = running[i]!;
    for (let frame = 0; frame < frameCount; frame++) {
      for (let at = frame * group.frameSize + offset, end = at + samplesPerFrame; at < end; at++) {
        value = (value + values[at]!) | 0;
        values[at] = value;
      }
    }
    running[i] = value;
  }
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

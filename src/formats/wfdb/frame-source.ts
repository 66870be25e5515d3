import { FormatError } from "../../core/errors.ts";
import { bytesForSamples, decodeSamples, sampleFormats, samplesInBytes } from "./sample-formats.ts";
import { decode212Pair } from "./decode-212-pair.ts";
import { decodeFlac, flacFormats } from "./flac.ts";
import { takeBlock } from "./lead-sink.ts";
import type { ByteFolder, ByteSource } from "../../core/byte-source.ts";
import type { FlacSamples } from "./flac.ts";
import type { LeadSink } from "./lead-sink.ts";
import type { SampleFormat, SampleRange } from "./sample-formats.ts";
import type { SignalGroup } from "./signal-groups.ts";

/** An opened signal file: how many frames it holds, and a way to decode them. */
export interface FrameSource {
  readonly group: SignalGroup;
  /** The file's name, for messages; absent for signals without a file. */
  readonly fileName?: string;
  /** Whole frames in the file. */
  readonly availableFrames: number;
  /** Frames at the end of the file that may be padding. */
  readonly paddingFrames: number;
  readonly range?: SampleRange;
  /** Hands the frames from `first` up to, not including, `end` to the sinks, one per lead of the group. */
  readonly decode: (sinks: readonly LeadSink[], span: FrameSpan) => Promise<void>;
}

export interface FrameSpan {
  readonly first: number;
  readonly end: number;
}

/** Where a header lies. */
export interface HeaderPlace {
  readonly folder: ByteFolder;
  /** The header's folder within `folder`: empty, or ending in `/`. */
  readonly directory: string;
  /** The header file, for messages. */
  readonly file: string;
}

/**
 * Opens a group's signal file.
 *
 * @throws FormatError where there is none, or its format is unknown.
 */
export async function openFrameSource(group: SignalGroup, place: HeaderPlace): Promise<FrameSource> {
  if (group.fileName === undefined) {
    return { group, availableFrames: 0, paddingFrames: 0, decode: async () => undefined };
  }
  const { folder, directory, file } = place;
  const { line } = group.members[0]!.signal;
  const plain = sampleFormats.get(group.format);
  const flac = flacFormats.get(group.format);
  if (plain === undefined && flac === undefined) {
    const known = [...sampleFormats.keys(), ...flacFormats.keys()].join(", ");
    throw new FormatError(
      `Cannot read the signals of ${group.fileName}: expected a format among ${known}, found ${group.format}`,
      { file, line },
    );
  }
  const source = await folder.open(directory + group.fileName);
  if (source === undefined) {
    throw new FormatError(
      `Cannot read the signals: expected the signal file ${directory}${group.fileName}, found none in ${folder.name}`,
      { file, line },
    );
  }
  if (plain !== undefined) return openPlain(source, { group, format: plain });
  return openFlac(source, { group, range: flac!, file });
}

/** Frames decoded at a time: a multiple of 6, so that a packing unit of two or three samples never lies across two blocks. */
const framesPerBlock = 6 * 1024;

async function openPlain(
  source: ByteSource,
  { group, format }: { group: SignalGroup; format: SampleFormat },
): Promise<FrameSource> {
  const { frameSize, byteOffset, blockSize } = group;
  const byteCount = Math.max(0, (await source.size()) - byteOffset);
  const paddingSamples = Math.max(format.samplesPerBlock, samplesInBytes(format, blockSize));
  return {
    group,
    fileName: source.name,
    availableFrames: Math.floor(samplesInBytes(format, byteCount) / frameSize),
    paddingFrames: Math.floor((paddingSamples - 1) / frameSize),
    range: format,
    decode: async (sinks, { first: wanted, end }) => {
      // Differences add up from the first frame on.
      const first = format.differences ? 0 : wanted - (wanted % 6);
      const start = byteOffset + bytesForSamples(format, first * frameSize);
      const length = bytesForSamples(format, (end - first) * frameSize);
      const bytes = await source.read({ start, end: start + length });
      if (bytes.length < length) {
        throw new FormatError(
          `Cannot read the signals of ${source.name}: expected ${length} bytes, found ${bytes.length}`,
          { file: source.name, byte: start + bytes.length },
        );
      }
      if (!decode212Pair({ bytes, group, sinks, frameCount: end - first })) {
        decodeBlocks(bytes, { group, format, sinks, first, end });
      }
    },
  };
}

interface BlockDecoding {
  readonly group: SignalGroup;
  readonly format: SampleFormat;
  readonly sinks: readonly LeadSink[];
  readonly first: number;
  readonly end: number;
}

function decodeBlocks(bytes: Uint8Array, { group, format, sinks, first, end }: BlockDecoding): void {
  const { frameSize, members } = group;
  const values = new Int32Array(Math.min(framesPerBlock, end - first) * frameSize);
  const levels = Int32Array.from(members, (member) => member.values.initialValue);
  for (let firstFrame = first; firstFrame < end; firstFrame += framesPerBlock) {
    const frameCount = Math.min(framesPerBlock, end - firstFrame);
    const start = bytesForSamples(format, (firstFrame - first) * frameSize);
    decodeSamples(format, bytes.subarray(start), { out: values, count: frameCount * frameSize });
    if (format.differences) addUp(values, levels, { group, frameCount });
    for (const sink of sinks) takeBlock(sink, { values, firstFrame, frameCount }, group);
  }
}

/** Turns differences into amplitudes in place, going on from each lead's level. */
function addUp(
  values: Int32Array,
  levels: Int32Array,
  { group, frameCount }: { group: SignalGroup; frameCount: number },
): void {
  for (const [lead, member] of group.members.entries()) {
    const { samplesPerFrame } = member.values;
    let level = levels[lead]!;
    for (let frame = 0; frame < frameCount; frame++) {
      const start = frame * group.frameSize + member.offset;
      for (let at = start; at < start + samplesPerFrame; at++) {
        level = (level + values[at]!) | 0;
        values[at] = level;
      }
    }
    levels[lead] = level;
  }
}

async function openFlac(
  source: ByteSource,
  { group, range, file }: { group: SignalGroup; range: SampleRange & { readonly bits: number }; file: string },
): Promise<FrameSource> {
  const { members, frameSize, byteOffset } = group;
  const samplesPerFrame = frameSize / members.length;
  for (const { values, signal } of members) {
    if (values.samplesPerFrame !== samplesPerFrame) {
      throw new FormatError(
        `Cannot read the signals of ${source.name}: expected the same number of samples per frame for all signals of a FLAC file, found ${members.map((member) => member.values.samplesPerFrame).join(", ")}`,
        { file, line: signal.line },
      );
    }
  }
  const samples = await decodeFlac(source, { channelCount: members.length, maxBits: range.bits });
  return {
    group,
    fileName: source.name,
    // In FLAC files the header's byte offset counts samples.
    availableFrames: Math.floor(Math.max(0, samples.sampleCount - byteOffset) / samplesPerFrame),
    paddingFrames: 0,
    range,
    decode: async (sinks, { first, end }) => {
      for (let firstFrame = first; firstFrame < end; firstFrame += framesPerBlock) {
        const frameCount = Math.min(framesPerBlock, end - firstFrame);
        const values = interleave(samples, { group, firstFrame, frameCount });
        for (const sink of sinks) takeBlock(sink, { values, firstFrame, frameCount }, group);
      }
    },
  };
}

/** FLAC's channels as frames: all samples of a lead in the frame, then the next lead's. */
function interleave(
  { channels }: FlacSamples,
  { group, firstFrame, frameCount }: { group: SignalGroup; firstFrame: number; frameCount: number },
): Int32Array {
  const { frameSize, byteOffset } = group;
  const samplesPerFrame = frameSize / channels.length;
  const values = new Int32Array(frameCount * frameSize);
  for (const [lead, channel] of channels.entries()) {
    let from = firstFrame * samplesPerFrame + byteOffset;
    for (let frame = 0; frame < frameCount; frame++) {
      const start = frame * frameSize + lead * samplesPerFrame;
      for (let at = start; at < start + samplesPerFrame; at++) values[at] = channel[from++]!;
    }
  }
  return values;
}

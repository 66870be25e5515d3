import { FormatError } from "../../core/errors.ts";
import { bytesForSamples, decodeSamples, samplesInBytes } from "./sample-formats.ts";
import { decode212Pair } from "./decode-212-pair.ts";
import { framesPerBlock } from "./frame-source.ts";
import { takeBlock } from "./lead-sink.ts";
import type { ByteSource } from "../../core/byte-source.ts";
import type { FrameSource } from "./frame-source.ts";
import type { LeadSink } from "./lead-sink.ts";
import type { SampleFormat } from "./sample-formats.ts";
import type { SignalGroup } from "./signal-groups.ts";

/** A signal file that holds samples as plain bits; reads only the bytes of the frames wanted. */
export async function openPlainFrames(
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

import { FormatError } from "../../core/errors.ts";
import { decodeFlac } from "./flac.ts";
import { framesPerBlock } from "./frame-source.ts";
import { takeBlock } from "./lead-sink.ts";
import type { ByteSource } from "../../core/byte-source.ts";
import type { FlacSamples } from "./flac.ts";
import type { FrameSource } from "./frame-source.ts";
import type { SampleRange } from "./sample-formats.ts";
import type { SignalGroup } from "./signal-groups.ts";

/**
 * A FLAC signal file. It is decoded whole, whatever frames are wanted: only then its length can be checked.
 *
 * @throws FormatError where the signals have different numbers of samples per frame, or the file is damaged.
 */
export async function openFlacFrames(
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

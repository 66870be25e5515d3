import type { ByteFolder } from "../../core/byte-source.ts";
import type { LeadSink } from "./lead-sink.ts";
import type { SampleRange } from "./sample-formats.ts";
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

/** Frames decoded at a time: a multiple of 6, so that a packing unit of two or three samples never lies across two blocks. */
export const framesPerBlock = 6 * 1024;

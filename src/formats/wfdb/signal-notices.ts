import type { LeadSink } from "./lead-sink.ts";
import type { Notice } from "../../core/recording.ts";
import type { FrameSource } from "./frame-source.ts";
import type { WfdbHeader } from "./header.ts";

interface Reading {
  readonly header: WfdbHeader;
  readonly sources: readonly FrameSource[];
  readonly sinks: readonly LeadSink[];
  /** Frames of the record. */
  readonly total: number;
  /** Whether all of them were read. */
  readonly whole: boolean;
}

/** What does not agree between a header and its signal files. */
export function signalNotices(reading: Reading): Notice[] {
  return [...lengthNotices(reading), ...calibrationNotices(reading), ...contentNotices(reading)];
}

function lengthNotices({ header, sources, total }: Reading): Notice[] {
  const notices: Notice[] = [];
  const stated = header.frameCount ?? 0;
  const expected = stated === 0 ? total : stated;
  for (const { fileName, availableFrames, paddingFrames } of sources) {
    if (fileName === undefined) continue;
    const short = availableFrames < expected;
    if (!short && availableFrames <= expected + paddingFrames) continue;
    const outcome = short
      ? availableFrames < total
        ? "the missing ones are NaN"
        : "the recording ends there"
      : "the rest is not read";
    notices.push({
      // A longer file lacks nothing.
      code: short ? "length" : "surplus",
      message: `${fileName} holds ${availableFrames} frames where ${expected} were expected; ${outcome}.`,
    });
  }
  return notices;
}

function calibrationNotices({ sinks }: Reading): Notice[] {
  const names = sinks.filter(({ member }) => member.values.uncalibrated).map(({ member }) => member.values.name);
  if (names.length === 0) return [];
  return [
    {
      code: "uncalibrated",
      message: `The header gives no gain for ${names.join(", ")}; the WFDB default of 200 digital units per physical unit is assumed.`,
    },
  ];
}

function contentNotices({ sinks, whole, header }: Reading): Notice[] {
  if (!whole) return [];
  const notices: Notice[] = [];
  const unset: string[] = [];
  for (const { member, sum, first } of sinks) {
    const { signal, values } = member;
    if (signal.format === 0) continue;
    const found = (sum << 16) >> 16;
    if (signal.checksum === 0 && found !== 0) unset.push(values.name);
    else if (signal.checksum !== undefined && (signal.checksum << 16) >> 16 !== found) {
      notices.push({
        code: "checksum",
        message: `The samples of lead ${values.name} add up to ${found}, the header's checksum is ${(signal.checksum << 16) >> 16}: the file or the header is damaged.`,
      });
    }
    // In format 8 the initial value is what the differences add to, not a statement about the file.
    if (
      signal.initialValue !== undefined &&
      signal.format !== 8 &&
      first !== undefined &&
      first !== signal.initialValue
    ) {
      notices.push({
        code: "initial-value",
        message: `Lead ${values.name} begins with ${first}, the header's initial value is ${signal.initialValue}.`,
      });
    }
  }
  if (unset.length > 0) {
    notices.push({
      code: "checksum-unset",
      message: `The header of ${header.name} gives checksum 0, WFDB's placeholder, for ${unset.join(", ")}: these samples are not verified.`,
    });
  }
  return notices;
}

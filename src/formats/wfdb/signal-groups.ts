import { FormatError } from "../../core/errors.ts";
import { signalValues } from "./header-values.ts";
import { quote } from "./text.ts";
import type { SignalValues } from "./header-values.ts";
import type { WfdbHeader, WfdbSignal } from "./header.ts";

/** The signals that share one signal file, in the order in which each frame holds them. */
export interface SignalGroup {
  /** Relative to the header's folder; absent for format 0, a signal without a file. */
  readonly fileName?: string;
  readonly format: number;
  readonly byteOffset: number;
  /** Samples of all signals in one frame. */
  readonly frameSize: number;
  readonly blockSize: number;
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  /** Index among all signals of the header. */
  readonly index: number;
  readonly signal: WfdbSignal;
  readonly values: SignalValues;
  /** Index of its first sample within a frame. */
  readonly offset: number;
}

/**
 * Groups a header's signals by file. Signals of one file stand together, and agree in format and byte offset (signal(5)).
 *
 * @throws FormatError where they don't, or where a file name points outside the folder.
 */
export function groupSignals(header: WfdbHeader, file: string): SignalGroup[] {
  const groups: SignalGroup[] = [];
  const seen = new Set<string>();
  for (let start = 0; start < header.signals.length;) {
    const first = header.signals[start]!;
    let end = start + 1;
    while (first.format !== 0 && header.signals[end]?.fileName === first.fileName) end++;
    const place = { file, line: first.line };
    if (first.format !== 0) {
      checkFileName(first.fileName, place);
      if (seen.has(first.fileName)) {
        throw new FormatError(
          `Cannot read the signals: expected the signals of ${quote(first.fileName)} one after the other, found others between them`,
          place,
        );
      }
      seen.add(first.fileName);
    }
    groups.push(groupOf(header.signals.slice(start, end), { start, file }));
    start = end;
  }
  return groups;
}

function groupOf(signals: readonly WfdbSignal[], { start, file }: { start: number; file: string }): SignalGroup {
  const first = signals[0]!;
  const byteOffset = first.byteOffset ?? 0;
  const members: GroupMember[] = [];
  let frameSize = 0;
  for (const [position, signal] of signals.entries()) {
    const place = { file, line: signal.line };
    if (signal.format !== first.format) {
      throw new FormatError(
        `Cannot read the signals of ${quote(first.fileName)}: expected one format, found ${first.format} and ${signal.format}`,
        place,
      );
    }
    if ((signal.byteOffset ?? byteOffset) !== byteOffset) {
      throw new FormatError(
        `Cannot read the signals of ${quote(first.fileName)}: expected one byte offset, found ${byteOffset} and ${signal.byteOffset}`,
        place,
      );
    }
    const values = signalValues(signal, start + position);
    members.push({ index: start + position, signal, values, offset: frameSize });
    frameSize += values.samplesPerFrame;
    if (!Number.isSafeInteger(frameSize)) {
      throw new FormatError("Cannot read the signals: expected frames of fewer than 2^53 samples, found more", place);
    }
  }
  return {
    ...(first.format === 0 ? {} : { fileName: first.fileName }),
    format: first.format,
    byteOffset,
    frameSize,
    blockSize: first.blockSize ?? 0,
    members,
  };
}

/** Refuses names that leave the header's folder: a header from anywhere must not make the program read any file. */
function checkFileName(name: string, place: { file: string; line: number }): void {
  const parts = name.split("/");
  if (
    /[\\:]|\p{Cc}/u.test(name) ||
    name === "-" ||
    parts.some((part) => part === "" || part === "." || part === "..")
  ) {
    throw new FormatError(
      `Cannot open the signal file: expected the name of a file in the record's folder, found ${quote(name)}`,
      place,
    );
  }
}

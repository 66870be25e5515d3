import { FormatError } from "../../core/errors.ts";
import { decodeText, quote } from "./text.ts";
import type { ByteFolder } from "../../core/byte-source.ts";

/** A WFDB header (.hea) as written: what the file leaves out is absent here. `header-values.ts` has what then holds. */
export interface WfdbHeader {
  /** Record name, as the record line has it. */
  readonly name: string;
  /** Present in multi-segment records only. */
  readonly segmentCount?: number;
  readonly signalCount: number;
  /** Frames per second. */
  readonly frameRate?: number;
  /** Ticks of the counter per second. */
  readonly counterRate?: number;
  /** Counter value of frame 0. */
  readonly counterBase?: number;
  /** Length in frames ("samples per signal"). */
  readonly frameCount?: number;
  /** `12:30:00` or with a fraction, as written. */
  readonly baseTime?: string;
  /** `DD/MM/YYYY`, as written. */
  readonly baseDate?: string;
  /** The rest of the record line where it is no time and date of WFDB's form, as in CinC 2020: `05-Feb-2020 11:39:16`. */
  readonly otherStart?: string;
  /** Empty in a multi-segment record. */
  readonly signals: readonly WfdbSignal[];
  /** Empty in an ordinary record. */
  readonly segments: readonly WfdbSegment[];
  /** All comment lines, without `#` and outer white space. */
  readonly comments: readonly string[];
}

/** A signal specification line. */
export interface WfdbSignal {
  /** Relative to the header's folder; `~` where the signal has no file. */
  readonly fileName: string;
  readonly format: number;
  readonly samplesPerFrame?: number;
  /** Frames by which the stored signal comes late. */
  readonly skew?: number;
  /** Bytes before the first sample. */
  readonly byteOffset?: number;
  /** Digital units per physical unit; 0 says that it is not calibrated. */
  readonly gain?: number;
  /** Digital value of 0 physical units. */
  readonly baseline?: number;
  readonly unit?: string;
  /** Resolution of the converter, bits. */
  readonly bits?: number;
  /** Digital value in the middle of the converter's range. */
  readonly zero?: number;
  readonly initialValue?: number;
  /** 16-bit sum of the digital samples, as written: signed or unsigned. */
  readonly checksum?: number;
  readonly blockSize?: number;
  readonly description?: string;
  /** Line in the header, from 1. */
  readonly line: number;
}

/** A segment specification line. */
export interface WfdbSegment {
  /** Record name of the segment; `~` is a gap. */
  readonly name: string;
  /** Length in frames; 0 marks the layout header of a variable-layout record. */
  readonly frameCount: number;
  readonly line: number;
}

/**
 * Parses the text of a header (WFDB Applications Guide, header(5)).
 *
 * @throws FormatError naming the file and line.
 */
export function parseWfdbHeader(text: string, { name: file = "header" }: { readonly name?: string } = {}): WfdbHeader {
  const comments: string[] = [];
  const lines: HeaderLine[] = [];
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    const content = raw.trim();
    if (content.startsWith("#")) comments.push(content.slice(1).trim());
    else if (content.length > maxLineLength) {
      throw new FormatError(
        `Cannot read the WFDB header: expected lines of at most ${maxLineLength} characters, found ${content.length}`,
        { file, line: index + 1 },
      );
    } else if (content !== "") lines.push({ content, line: index + 1, file });
  });
  const [first, ...rest] = lines;
  if (first === undefined) {
    throw new FormatError("Cannot read the WFDB header: expected a record line, found none", { file });
  }
  const record = parseRecordLine(first);
  const wanted = record.segmentCount ?? record.signalCount;
  const kind = record.segmentCount === undefined ? "signal" : "segment";
  if (rest.length !== wanted) {
    const line = rest[wanted]?.line ?? lines.at(-1)!.line;
    throw new FormatError(
      `Cannot read the WFDB header: expected ${wanted} ${kind} lines, found ${rest.length} lines after the record line`,
      { file, line },
    );
  }
  return {
    ...record,
    signals: kind === "signal" ? rest.map(parseSignalLine) : [],
    segments: kind === "segment" ? rest.map(parseSegmentLine) : [],
    comments,
  };
}

/** Longest line read; header(5) allows 255 characters. */
const maxLineLength = 4096;

/** Largest header read, bytes: far above what a header of thousands of segments takes. */
const maxHeaderBytes = 64 * 1024 * 1024;

/**
 * Reads and parses `name`.hea of a folder; `name` may contain `/`, and may carry `.hea`.
 *
 * @throws FormatError where there is no such file, or it can't be parsed.
 */
export async function readWfdbHeader(folder: ByteFolder, name: string): Promise<WfdbHeader> {
  const file = name.endsWith(".hea") ? name : `${name}.hea`;
  const source = await folder.open(file);
  if (source === undefined) {
    throw new FormatError(`Cannot read the record ${name}: expected a header file, found none in ${folder.name}`, {
      file,
    });
  }
  const bytes = await source.read({ end: maxHeaderBytes + 1 });
  if (bytes.length > maxHeaderBytes) {
    throw new FormatError(`Cannot read the WFDB header: expected at most ${maxHeaderBytes} bytes, found more`, {
      file,
    });
  }
  return parseWfdbHeader(decodeText(bytes), { name: file });
}

interface HeaderLine {
  readonly content: string;
  readonly line: number;
  readonly file: string;
}

const decimal = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const ratePattern = new RegExp(`^(${decimal})(?:/(${decimal})(?:\\((${decimal})\\))?)?$`);
const gainPattern = new RegExp(`^(${decimal})(?:\\(([-+]?\\d+)\\))?(?:/(\\S+))?$`);
const layoutPattern = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/;
const startPattern = /^(\d{1,9}(?::\d{1,2}){0,2}(?:\.\d*)?)(?: (\d{1,2}\/\d{1,2}\/\d{1,4}))?$/;
/** Eight fields, then free text. */
const signalPattern = new RegExp(`^(\\S+)${String.raw`(?:\s+(\S+))?`.repeat(7)}(?:\\s+([^]*))?$`);

function parseRecordLine(at: HeaderLine): Omit<WfdbHeader, "signals" | "segments" | "comments"> {
  const [nameField = "", signalField, rateField, frameField, ...startFields] = at.content.split(/\s+/);
  const name = match(at, nameField, "a record name", /^([^/]+)(?:\/(\d+))?$/);
  const rate =
    rateField === undefined
      ? undefined
      : match(at, rateField, "a sampling frequency, optionally with /counter frequency(base)", ratePattern);
  const frameRate = rate?.[1] === undefined ? undefined : finite(at, rate[1], "a sampling frequency");
  if (frameRate !== undefined && frameRate <= 0) throw unexpected(at, "a sampling frequency above 0", rate![1]!);
  if (signalField === undefined) throw unexpected(at, "a number of signals");
  const start = startPattern.exec(startFields.join(" "));
  return definedOnly({
    name: name[1]!,
    segmentCount: name[2] === undefined ? undefined : integer(at, name[2], "a number of segments", 1),
    signalCount: integer(at, signalField, "a number of signals", 0),
    frameRate,
    counterRate: rate?.[2] === undefined ? undefined : finite(at, rate[2], "a counter frequency"),
    counterBase: rate?.[3] === undefined ? undefined : finite(at, rate[3], "a counter base"),
    frameCount: frameField === undefined ? undefined : integer(at, frameField, "a number of samples", 0),
    baseTime: start?.[1],
    baseDate: start?.[2],
    otherStart: start === null && startFields.length > 0 ? startFields.join(" ") : undefined,
  });
}

function parseSignalLine(at: HeaderLine): WfdbSignal {
  const fields: (string | undefined)[] = signalPattern.exec(at.content)!.slice(1);
  const [fileName = "", format, gainField, bits, zero, initialValue, checksum, blockSize, description] = fields;
  if (format === undefined) throw unexpected(at, "a signal format");
  const layout = match(at, format, "a signal format such as 212 or 16x2:1+24", layoutPattern);
  const gain =
    gainField === undefined
      ? undefined
      : match(at, gainField, "a gain such as 200, 200(1024) or 200(1024)/mV", gainPattern);
  const optional = (field: string | undefined, what: string, least = -Infinity) =>
    field === undefined ? undefined : integer(at, field, what, least);
  return definedOnly({
    fileName,
    format: integer(at, layout[1]!, "a signal format", 0),
    samplesPerFrame: optional(layout[2], "a number of samples per frame", 1),
    skew: optional(layout[3], "a skew", 0),
    byteOffset: optional(layout[4], "a byte offset", 0),
    gain: gain?.[1] === undefined ? undefined : finite(at, gain[1], "a gain"),
    baseline: optional(gain?.[2], "a baseline"),
    unit: gain?.[3],
    bits: optional(bits, "a resolution in bits", 0),
    zero: optional(zero, "an ADC zero"),
    initialValue: optional(initialValue, "an initial value"),
    checksum: optional(checksum, "a checksum"),
    blockSize: optional(blockSize, "a block size"),
    description: description === "" ? undefined : description,
    line: at.line,
  });
}

function parseSegmentLine(at: HeaderLine): WfdbSegment {
  const [name = "", count, ...extra] = at.content.split(/\s+/);
  if (name !== "~") match(at, name, "a segment name of letters, digits, _ and -", /^[\w-]+$/);
  if (count === undefined) throw unexpected(at, "a number of samples");
  if (extra.length > 0) throw unexpected(at, "the end of the segment line", extra.join(" "));
  return { name, frameCount: integer(at, count, "a number of samples", 0), line: at.line };
}

function match(at: HeaderLine, field: string, wanted: string, pattern: RegExp): RegExpExecArray {
  const found = pattern.exec(field);
  if (found === null) throw unexpected(at, wanted, field);
  return found;
}

function integer(at: HeaderLine, field: string, wanted: string, least: number): number {
  const value = /^[-+]?\d+$/.test(field) ? Number(field) : NaN;
  if (!Number.isSafeInteger(value) || value < least) {
    throw unexpected(at, `${wanted} (a whole number${least > -Infinity ? ` of at least ${least}` : ""})`, field);
  }
  return value;
}

function finite(at: HeaderLine, field: string, wanted: string): number {
  const value = Number(field);
  if (!Number.isFinite(value)) throw unexpected(at, `${wanted} (a finite number)`, field);
  return value;
}

/** `found` is absent where the line ends. */
function unexpected({ file, line }: HeaderLine, wanted: string, found?: string): FormatError {
  const what = found === undefined ? "the end of the line" : quote(found);
  return new FormatError(`Cannot read the WFDB header: expected ${wanted}, found ${what}`, { file, line });
}

/** The object without its undefined fields. */
function definedOnly<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

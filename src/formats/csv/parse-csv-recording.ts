import { FormatError, UserError } from "../../core/errors.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import { decodeText, quote } from "../wfdb/text.ts";
import { parseCsvTable } from "./parse-csv-table.ts";

export interface ParseCsvRecordingOptions {
  /** The recording's id. */
  readonly id: string;
  /** The file's name, for messages. */
  readonly file?: string;
  /** Hz; only needed where no column `time` says it. */
  readonly sampleRate?: number;
}

/**
 * Reads a recording from CSV: a header row with the leads' names, then one row per sample, in mV; an empty field is a missing
 * sample. A first column `time` (seconds) says the sample rate.
 * @throws FormatError naming the line; UserError where nothing says the sample rate.
 */
export function parseCsvRecording(
  bytes: Uint8Array,
  { id, file = `${id}.csv`, sampleRate: given }: ParseCsvRecordingOptions,
): Recording {
  const text = decodeText(bytes).replace(/^\uFEFF/, "");
  const headerEnd = text.search(/\r|\n|$/);
  const { columns } = parseCsvTable(text.slice(0, headerEnd), { file });
  if (columns.every((name) => name === "" || !Number.isNaN(Number(name)))) {
    const found = quote(columns.join(","));
    const message = `Cannot read the recording: expected a header row with the leads' names, found ${found}`;
    throw new FormatError(message, { file, line: 1 });
  }
  const values = parseRows(text.slice(headerEnd), { file, columnCount: columns.length });
  const timed = /^time$/i.test(columns[0] ?? "");
  const rate = timed ? rateOf(values[0]!, file) : undefined;
  if (rate !== undefined && given !== undefined && Math.abs(rate / given - 1) > 1e-3) {
    throw new UserError(`Cannot read ${file}: its times say ${rate} Hz, the sample rate given is ${given} Hz`);
  }
  const sampleRate = rate ?? given;
  if (sampleRate === undefined) {
    throw new UserError(
      `Cannot read ${file}: expected a sample rate, or a first column "time" in seconds, found neither`,
    );
  }
  const leads = columns.slice(timed ? 1 : 0).map((name, i): Lead => {
    return { name, unit: "mV", sampleRate, samples: Float32Array.from(values[timed ? i + 1 : i]!) };
  });
  if (leads.length === 0) throw new FormatError("Cannot read the recording: expected leads, found none", { file });
  const sampleCount = leads[0]!.samples.length;
  return { id, sampleRate, sampleCount, leads, annotations: [], comments: [], notices: [] };
}

/** Columns of numbers; what is no number ends in an error with its line. */
function parseRows(
  text: string,
  { file, columnCount }: { readonly file: string; readonly columnCount: number },
): readonly Float64Array[] {
  const lines = text.split(/\r\n|\r|\n/);
  // The text begins with the header's line end.
  const rows = lines
    .map((content, i) => ({ content, line: i + 1 }))
    .filter(({ content, line }) => line > 1 && content !== "");
  const columns = Array.from({ length: columnCount }, () => new Float64Array(rows.length));
  rows.forEach(({ content, line }, row) => {
    const fields = content.split(",");
    if (fields.length !== columnCount) {
      throw new FormatError(`Cannot read the recording: expected ${columnCount} fields, found ${fields.length}`, {
        file,
        line,
      });
    }
    for (let column = 0; column < columnCount; column++) {
      const field = fields[column]!.trim();
      const value = field === "" ? NaN : Number(field);
      if (Number.isNaN(value) && !/^(?:nan)?$/i.test(field)) {
        throw new FormatError(`Cannot read the recording: expected a number, found ${quote(field)}`, { file, line });
      }
      columns[column]![row] = value;
    }
  });
  return columns;
}

/** Samples per second, from the first and last time; every step must be the same. */
function rateOf(times: Float64Array, file: string): number {
  const steps = times.length - 1;
  const span = times[steps]! - times[0]!;
  const rate = Number((steps / span).toPrecision(7));
  if (!(steps >= 1 && span > 0 && Number.isFinite(rate))) {
    throw new FormatError("Cannot read the recording: expected times that rise, over two rows or more", { file });
  }
  for (let i = 0; i <= steps; i++) {
    const expected = times[0]! + i / rate;
    if (!(Math.abs(times[i]! - expected) < 0.5 / rate)) {
      const message = `Cannot read the recording: expected samples at ${rate} Hz, so time ${expected}, found ${times[i]}`;
      throw new FormatError(message, { file, line: i + 2 });
    }
  }
  return rate;
}

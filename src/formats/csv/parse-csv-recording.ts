import { FormatError, UserError } from "../../core/errors.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import { finiteSamples } from "../finite-samples.ts";
import { decodeText, quote } from "../wfdb/text.ts";
import { indexColumnsOf, type NamedIndexColumn } from "./index-column.ts";
import { parseCsvTable } from "./parse-csv-table.ts";
import { rateOfTimes } from "./rate-of-times.ts";

export interface ParseCsvRecordingOptions {
  /** The recording's id. */
  readonly id: string;
  /** The file's name, for messages. */
  readonly file?: string;
  /** Hz; needed where no times say it, and better than times that are rounded. */
  readonly sampleRate?: number;
}

/**
 * Reads a recording from CSV: a header row with the leads' names, then one row per sample, in mV; an empty field, or an empty
 * line between those of a single column, is a missing sample. Before the leads a column of times (`time`, `t`, `Time (s)`, `seconds`,
 * …; `time (ms)`, `ms` in milliseconds) says the sample rate; one that counts the samples (`sample`, `index`) is left out, and so is
 * a last column without a name and values, which a comma at the end of each line makes.
 * @throws FormatError naming the line; UserError where nothing says the sample rate, or the one given contradicts the times.
 */
export function parseCsvRecording(
  bytes: Uint8Array,
  { id, file = `${id}.csv`, sampleRate: given }: ParseCsvRecordingOptions,
): Recording {
  const text = decodeText(bytes).replace(/^\uFEFF/, "");
  const headerEnd = text.search(/\r|\n|$/);
  const { columns } = parseCsvTable(text.slice(0, headerEnd), { file });
  const names = namesOf(columns, file);
  const { values, lines } = parseRows(text.slice(headerEnd), { file, columns });
  if (values.length > names.length && !values.at(-1)!.every(Number.isNaN)) throw unnamed(columns.length, file);
  const front = indexColumnsOf(names, { file });
  const sampleRate = rateOf(front, { values, lines, file, given });
  if (sampleRate === undefined) {
    throw new UserError(
      `Cannot read ${file}: expected a sample rate, or a column "time" in seconds before the leads, found neither`,
    );
  }
  const leads = names.slice(front.length).map((name, i): Lead => {
    return {
      name,
      unit: "mV",
      sampleRate,
      samples: finiteSamples(values[front.length + i]!, { lead: name, file, lines }),
    };
  });
  if (leads.length === 0) throw new FormatError("Cannot read the recording: expected leads, found none", { file });
  const sampleCount = leads[0]!.samples.length;
  return { id, sampleRate, sampleCount, leads, annotations: [], comments: [], notices: [] };
}

/** The columns' names, without the empty one after a comma at the end. */
function namesOf(columns: readonly string[], file: string): readonly string[] {
  if (columns.every((name) => name === "" || !Number.isNaN(Number(name)))) {
    const found = quote(columns.join(","));
    const message = `Cannot read the recording: expected a header row with the leads' names, found ${found}`;
    throw new FormatError(message, { file, line: 1 });
  }
  const names = columns.at(-1) === "" ? columns.slice(0, -1) : columns;
  if (names.includes("")) throw unnamed(names.indexOf("") + 1, file);
  return names;
}

function unnamed(column: number, file: string): FormatError {
  return new FormatError(
    `Cannot read the recording: expected a name for each column, found none for column ${column}; ` +
      'row numbers are to be left out (in pandas by to_csv(index=False)) or called "sample"',
    { file, line: 1 },
  );
}

interface ParseRowsOptions {
  readonly file: string;
  readonly columns: readonly string[];
}

interface Rows {
  /** [column], numbers each. */
  readonly values: readonly Float64Array[];
  /** Each row's line in the file, from 1. */
  readonly lines: Uint32Array;
}

/** Columns of numbers; what is no number ends in an error with its line. */
function parseRows(text: string, { file, columns }: ParseRowsOptions): Rows {
  // The text begins with the header's line end. \r\r\n comes from a program that left line ends to Windows and wrote its own.
  const lines = text.trimEnd().split(/\r*\n|\r/);
  const values = columns.map(() => new Float64Array(lines.length));
  const lineOf = new Uint32Array(lines.length);
  let row = 0;
  for (let line = 1; line < lines.length; line++) {
    const content = lines[line]!;
    // With one column an empty line is an empty field.
    if (content === "" && columns.length > 1) continue;
    const fields = content.split(",");
    if (fields.length !== columns.length) {
      throw new FormatError(`Cannot read the recording: expected ${columns.length} fields, found ${fields.length}`, {
        file,
        line: line + 1,
      });
    }
    for (let column = 0; column < columns.length; column++) {
      const field = fields[column]!.trim();
      // Number would take 0x10 for 16.
      const value = field === "" || /^0[xob]/i.test(field) ? NaN : Number(field);
      if (Number.isNaN(value) && !/^(?:nan)?$/i.test(field)) {
        const message = `Cannot read the recording: expected a decimal number in column ${columns[column]}, found ${quote(field)}`;
        throw new FormatError(message, { file, line: line + 1 });
      }
      values[column]![row] = value;
    }
    lineOf[row++] = line + 1;
  }
  return { values: values.map((column) => column.subarray(0, row)), lines: lineOf.subarray(0, row) };
}

interface RateOptions extends Rows {
  readonly file: string;
  readonly given: number | undefined;
}

/** Samples per second by the columns before the leads, which are checked, or else as given. */
function rateOf(front: readonly NamedIndexColumn[], { values, lines, file, given }: RateOptions): number | undefined {
  let sampleRate = given;
  front.forEach((column, i) => {
    if (column.kind === "counter") requireCount(values[i]!, { file, lines, name: column.name });
    else sampleRate = rateOfTimes(values[i]!, { file, lines, ticksPerSecond: column.ticksPerSecond, given });
  });
  return sampleRate;
}

/** @throws FormatError where a column that is called a counter does not count by ones. */
function requireCount(
  values: Float64Array,
  { file, lines, name }: { readonly file: string; readonly lines: Uint32Array; readonly name: string },
): void {
  const row = values.findIndex((value, i) => value !== Math.round(values[0]!) + i);
  if (row === -1) return;
  const message = `Cannot read the recording: expected column ${name} to count the samples by ones, found ${values[row]}`;
  throw new FormatError(message, { file, line: lines[row]! });
}

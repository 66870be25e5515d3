import { CsvError, parse } from "csv-parse/browser/esm/sync";

import { FormatError } from "../../core/errors.ts";

/** A table with a header row. */
export interface CsvTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

export interface CsvRow {
  /** The row's last line in the file, from 1; a quoted field may span several. */
  readonly line: number;
  /** One per column. */
  readonly fields: readonly string[];
}

export interface ParseCsvOptions {
  /** The file's name, for messages. */
  readonly file: string;
  /** Columns that must be there. */
  readonly required?: readonly string[];
  /** The columns' names where the file has no header row. */
  readonly columns?: readonly string[];
}

/**
 * Parses CSV (RFC 4180: quoted fields may hold commas, quotes and line ends), with a header row unless `columns` are given.
 * @throws FormatError where quotes are open, a row has another number of fields, or a required column is missing.
 */
export function parseCsvTable(text: string, { file, required = [], columns }: ParseCsvOptions): CsvTable {
  const all = parseRows(text, file);
  const header = columns === undefined ? all[0]?.fields.map((name) => name.trim()) : columns;
  const rows = columns === undefined ? all.slice(1) : all;
  if (header === undefined) {
    const wanted = required.length === 0 ? "" : ` with columns ${required.join(", ")}`;
    throw new FormatError(`Cannot read the table: expected a header row${wanted}, found none`, { file, line: 1 });
  }
  const missing = required.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw new FormatError(
      `Cannot read the table: expected columns ${required.join(", ")}, found ${header.join(", ")}`,
      { file, line: 1 },
    );
  }
  const twice = header.find((name, i) => header.indexOf(name) < i);
  if (twice !== undefined) {
    const found = twice === "" ? "two without a name" : `two called ${twice}`;
    throw new FormatError(`Cannot read the table: expected each column once, found ${found}`, { file });
  }
  const uneven = rows.find(({ fields }) => fields.length !== header.length);
  if (uneven !== undefined) {
    throw new FormatError(
      `Cannot read the table: expected ${header.length} fields in each row, found ${uneven.fields.length}`,
      { file, line: uneven.line },
    );
  }
  return { file, columns: header, rows };
}

/** A function that gives a row's field of a column; `undefined` where the table has no such column. */
export function csvColumn({ columns }: CsvTable, name: string): (row: CsvRow) => string | undefined {
  const index = columns.indexOf(name);
  return ({ fields }) => fields[index];
}

interface RowWithInfo {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parseRows(text: string, file: string): readonly CsvRow[] {
  try {
    const options = { bom: true, skip_empty_lines: true, relax_column_count: true, info: true };
    const rows = parse(text, options) as unknown as readonly RowWithInfo[];
    return rows.map(({ record, info }) => ({ fields: record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FormatError(`Cannot read the table: ${error.message.replace(/\.?$/, "")}`, { file });
  }
}

import { FormatError } from "../../core/index.ts";
import type { ScoreTable } from "./score-table.ts";

export interface CsvTableOptions {
  readonly file: string;
  /** Whether the first line names the columns; by default that is guessed, see {@link hasHeader}. */
  readonly header?: boolean | undefined;
}

/** Names of columns whose values tell rows apart. The empty one is what pandas calls an index. */
const idName = /^(|id|ids|index|row|name|(ecg|record|recording|beat|segment)(_?(id|name))?|file_?(name)?(_[lh]r)?)$/i;
/** Names of columns that hold a label, and of what is known of rows beside scores. */
export const truthName = /^(truth|true|target|label|class|diagnosis|rhythm|y|y_?true|symbol)$/i;
export const decisionName = /^(predicted|prediction|decision|y_?pred)$/i;
const aboutName = /^(patient|subject|group|sample|fold|strat_?fold|part|split)(_?(id|name))?$/i;

/**
 * The cells of a CSV file as a table. Of its columns, those named for it or (without a header) a first one of words that are all
 * different are ids; those with other known names, and those of words, are kept by name; the others are numbers. A table without
 * numbers and with one column of words has labels.
 */
export function readCsvTable(cells: readonly (readonly string[])[], { file, header }: CsvTableOptions): ScoreTable {
  const width = cells[0]?.length ?? 0;
  if (width === 0) throw new FormatError("Cannot read the table: expected lines of values, found none", { file });
  const ragged = cells.findIndex((row) => row.length !== width);
  if (ragged >= 0) {
    const message = `Cannot read the table: expected ${width} values in a line as in the first, found ${cells[ragged]!.length}`;
    throw new FormatError(message, { file, line: ragged + 1 });
  }
  const named = header ?? hasHeader(cells);
  const names = named ? cells[0]!.map((name) => name.trim()) : undefined;
  const twice = names?.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new FormatError(`Cannot read the table: expected each column's name once, found "${twice}" twice`, {
      file,
      line: 1,
    });
  }
  const rows = named ? cells.slice(1) : cells;
  if (rows.length === 0) {
    throw new FormatError("Cannot read the table: expected lines of values below the header, found none", { file });
  }
  const columns = Array.from({ length: width }, (_, j) => columnOf(rows, { j, name: names?.[j] }));
  const ids = columns.find(isId);
  const known = columns.filter((column) => column !== ids && (column.words || isAbout(column.name)));
  const numeric = columns.filter((column) => column !== ids && !known.includes(column));
  const labelled = numeric.length === 0 ? known.filter(({ words, name }) => words && !isAbout(name)) : [];
  const labels = labelled.length === 1 ? labelled[0] : undefined;
  return {
    file,
    rowCount: rows.length,
    ...(numeric.length === 0 ? {} : { numbers: numbersOf(rows, { numeric, file, first: named ? 2 : 1 }) }),
    ...(names === undefined || numeric.length === 0 ? {} : { columnNames: numeric.map(({ name }) => name!) }),
    ...(labels === undefined ? {} : { labels: labels.values() }),
    ...(ids === undefined ? {} : { ids: ids.values() }),
    about: Object.fromEntries(
      columns
        .filter(({ name }) => name !== undefined && (known.some((one) => one.name === name) || idName.test(name)))
        .map((column) => [column.name, column.values()]),
    ),
  };
}

/**
 * Whether the first line is a header: a column's cell there is no number and all below are, or it has a known name, or words in the last
 * column repeat below and the first line's is not among them.
 */
export function hasHeader(cells: readonly (readonly string[])[]): boolean {
  const [first = [], ...rows] = cells;
  if (first.some((name) => name !== "" && (idName.test(name) || truthName.test(name) || decisionName.test(name))))
    return true;
  if (rows.length === 0) return false;
  const aboveNumbers = first.some((name, j) => !isNumber(name) && rows.every((row) => isNumber(row[j]!)));
  if (aboveNumbers) return true;
  const last = rows.map((row) => row.at(-1)!);
  const kinds = new Set(last);
  return !isNumber(first.at(-1)!) && !kinds.has(first.at(-1)!) && kinds.size <= last.length / 2;
}

interface Column {
  readonly j: number;
  readonly name: string | undefined;
  /** Whether most of its cells are no numbers. */
  readonly words: boolean;
  values(): string[];
}

function columnOf(
  rows: readonly (readonly string[])[],
  { j, name }: { readonly j: number; readonly name: string | undefined },
): Column {
  let numbers = 0;
  for (const row of rows) if (isNumber(row[j]!)) numbers++;
  return { j, name, words: numbers < rows.length / 2, values: () => rows.map((row) => row[j]!.trim()) };
}

function isId(column: Column, _: number, columns: readonly Column[]): boolean {
  if (columns.length < 2) return false;
  const may = column.name === undefined ? column.j === 0 && column.words : idName.test(column.name);
  if (!may) return false;
  const values = column.values();
  return new Set(values).size === values.length;
}

function isAbout(name: string | undefined): boolean {
  return name !== undefined && [idName, truthName, decisionName, aboutName].some((pattern) => pattern.test(name));
}

function isNumber(cell: string): boolean {
  const text = cell.trim();
  return (text !== "" && !Number.isNaN(Number(text))) || /^[+-]?(nan|inf(inity)?)$/i.test(text);
}

function numbersOf(
  rows: readonly (readonly string[])[],
  { numeric, file, first }: { readonly numeric: readonly Column[]; readonly file: string; readonly first: number },
): NonNullable<ScoreTable["numbers"]> {
  const values = new Float64Array(rows.length * numeric.length);
  let at = 0;
  rows.forEach((row, i) => {
    for (const { j, name } of numeric) {
      const cell = row[j]!;
      const value = cell.trim() === "" ? NaN : Number(cell);
      if (Number.isNaN(value)) {
        throw new FormatError(
          `Cannot read the table: expected a number in column ${name ?? j + 1}, found ${cell.trim() === "" ? "an empty cell" : `"${cell}"`}`,
          { file, line: first + i },
        );
      }
      values[at++] = value;
    }
  });
  return { values, columnCount: numeric.length };
}

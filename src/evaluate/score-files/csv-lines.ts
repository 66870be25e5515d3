import { FormatError } from "../../core/index.ts";
import { isNumber } from "./cell-values.ts";
import { type CsvSeparator, hasDecimalComma } from "./csv-separator.ts";

/** The cells of one line of a CSV file. */
export interface CsvLine {
  readonly cells: readonly string[];
  /** From 1. */
  readonly line: number;
}

export interface CheckLinesOptions {
  /** For messages. */
  readonly file: string;
  /** What stands between the cells. */
  readonly separator: CsvSeparator;
}

/**
 * The lines without empty ones at the end, checked: as many cells in each. An empty line in between is a row of one missing value where
 * the file has one column, and refused where it has several: left out, it would shift the rows below against those of another file.
 */
export function checkLines(all: readonly CsvLine[], { file, separator }: CheckLinesOptions): readonly CsvLine[] {
  const lines = all.slice(0, all.findLastIndex((line) => !isEmpty(line)) + 1);
  const width = lines.find((line) => !isEmpty(line))?.cells.length ?? 0;
  if (width === 0) throw new FormatError("Cannot read the table: expected lines of values, found none", { file });
  refuseDecimalCommas(lines, { file, separator });
  const ragged = lines.find(({ cells }) => cells.length !== width);
  if (ragged !== undefined) {
    const found = isEmpty(ragged) ? "an empty line" : ragged.cells.length;
    const message = `Cannot read the table: expected ${width} values in a line as in the first, found ${found}`;
    throw new FormatError(message, { file, line: ragged.line });
  }
  return lines;
}

/** Numbers such as 0,5: between semicolons, in quotes, or cut in two where commas separate and a line is one of them. */
function refuseDecimalCommas(lines: readonly CsvLine[], { file, separator }: CheckLinesOptions): void {
  const first = lines[0]!.cells;
  const below = lines.slice(1).filter((line) => !isEmpty(line));
  const width = below[0]?.cells.length ?? 0;
  const inCells = Array.from({ length: width }, (_, j) => below.map(({ cells }) => cells[j] ?? "")).some(
    (column) => column.some(hasDecimalComma) && column.every((cell) => hasDecimalComma(cell) || isNumber(cell)),
  );
  const cutInTwo =
    separator === "," &&
    below.every(({ cells }) => cells.length === 2 && /^[01]$/.test(cells[0]!) && /^\d+$/.test(cells[1]!)) &&
    below.some(({ cells }) => Number(cells[1]) > 1) &&
    (first.length === 1 || first.every(isNumber));
  if (below.length === 0 || (!inCells && !cutInTwo)) return;
  const { cells, line } = below.find((one) => !inCells || one.cells.some(hasDecimalComma))!;
  const shown = inCells ? cells.find(hasDecimalComma)! : cells.join(separator);
  throw new FormatError(`Cannot read the table: expected numbers with a decimal point, found ${shown}`, { file, line });
}

function isEmpty({ cells }: CsvLine): boolean {
  return cells.every((cell) => cell === "");
}

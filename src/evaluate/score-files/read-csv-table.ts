import { FormatError, type Notice } from "../../core/index.ts";
import { areWhole, isMissing, isNumber, isNumberSet, isTruthValue, plainLabel } from "./cell-values.ts";
import { aboutName, arePositions, decisionName, idName, truthName } from "./column-names.ts";
import { checkLines, type CsvLine } from "./csv-lines.ts";
import type { CsvSeparator } from "./csv-separator.ts";
import { findHeader } from "./find-header.ts";
import type { ScoreTable } from "./score-table.ts";

export interface CsvTableOptions {
  readonly file: string;
  /** What stands between the cells. */
  readonly separator: CsvSeparator;
  /** A single column of numbers is labels in a file of true classes, where a cell may be empty, and scores in the other. */
  readonly holds: "truth" | "scores";
  /** Whether the first line names the columns; by default that is guessed, see {@link findHeader}. */
  readonly header?: boolean | undefined;
}

/**
 * The lines of a CSV file as a table. Of its columns, those named for it or (without a header) a first one of words that are all
 * different are ids, and one of numbers before labels; those with other known names, and those of words, are kept by name; the others are numbers. A table without
 * numbers and with one column of words has labels. Columns called 0, 1, … have no names.
 */
export function readCsvTable(all: readonly CsvLine[], { file, separator, holds, header }: CsvTableOptions): ScoreTable {
  const lines = checkLines(all, { file, separator });
  const cells = lines.map((line) => line.cells);
  const guess = header === undefined ? findHeader(cells) : undefined;
  const named = header ?? guess !== undefined;
  const names = named ? cells[0]!.map((name) => name.trim()) : undefined;
  const twice = names?.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    const message = `Cannot read the table: expected each column's name once, found "${twice}" twice`;
    throw new FormatError(message, { file, line: lines[0]!.line });
  }
  const rows = named ? lines.slice(1) : lines;
  if (rows.length === 0) {
    throw new FormatError("Cannot read the table: expected lines of values below the header, found none", { file });
  }
  const columns = cells[0]!.map((_, j) => columnOf(rows, { j, name: names?.[j] }));
  const ids = columns.find((column) => isId(column, { columns, holds }));
  const known = columns.filter((column) => column !== ids && (column.words || isAbout(column.name)));
  const numeric = columns.filter((column) => column !== ids && !known.includes(column));
  const single = holds === "truth" && numeric.length === 1 ? numeric[0] : undefined;
  const words = numeric.length === 0 ? known.filter((column) => column.words && !isAbout(column.name)) : [];
  const labels = single ?? (words.length === 1 ? words[0] : undefined);
  const numbered = numeric.length > 0 && single === undefined;
  const columnNames = numeric.map(({ name }) => name ?? "");
  return {
    file,
    rowCount: rows.length,
    ...(numbered && { numbers: numbersOf(rows, { numeric, file }), decided: numeric.every((one) => one.truthValues) }),
    ...(numbered && named && !arePositions(columnNames) && { columnNames }),
    ...(labels === undefined ? {} : { labels: labels.values() }),
    ...(ids === undefined ? {} : { ids: ids.values() }),
    about: Object.fromEntries(
      columns
        .filter(({ name }) => name !== undefined && (known.some((one) => one.name === name) || idName.test(name)))
        .map((column) => [column.name, column.values()]),
    ),
    lines: rows.map(({ line }) => line),
    notices: header === undefined ? headerNotices(cells, { file, byPosition: guess === "positions" }) : [],
  };
}

interface Column {
  readonly j: number;
  readonly name: string | undefined;
  /** Whether most of its cells are no numbers, or they are numbers of classes, several in some. */
  readonly words: boolean;
  /** Whether its cells are True and False. */
  readonly truthValues: boolean;
  values(): string[];
}

function columnOf(
  rows: readonly CsvLine[],
  { j, name }: { readonly j: number; readonly name: string | undefined },
): Column {
  const cells = rows.map((row) => row.cells[j]!.trim());
  const truthValues = cells.some(isTruthValue) && cells.every((cell) => isMissing(cell) || isTruthValue(cell));
  const sets = cells.some(isNumberSet) && cells.every((cell) => isMissing(cell) || isNumber(cell) || isNumberSet(cell));
  const words = sets || (!truthValues && cells.filter(isNumber).length < cells.length / 2);
  return { j, name, words, truthValues, values: () => cells };
}

function isId(
  column: Column,
  { columns, holds }: { readonly columns: readonly Column[] } & Pick<CsvTableOptions, "holds">,
): boolean {
  if (columns.length < 2) return false;
  const values = column.values();
  // Beside words, which are then the labels, a truth's numbers can't be.
  const numbered = holds === "truth" && columns.length === 2 && columns[1]!.words && areWhole(values);
  const may = column.name === undefined ? column.j === 0 && (column.words || numbered) : idName.test(column.name);
  if (!may) return false;
  return new Set(values).size === values.length;
}

function isAbout(name: string | undefined): boolean {
  return name !== undefined && [idName, truthName, decisionName, aboutName].some((pattern) => pattern.test(name));
}

function numbersOf(
  rows: readonly CsvLine[],
  { numeric, file }: { readonly numeric: readonly Column[]; readonly file: string },
): NonNullable<ScoreTable["numbers"]> {
  const values = new Float64Array(rows.length * numeric.length);
  let at = 0;
  for (const { cells, line } of rows) {
    for (const { j, name, truthValues } of numeric) {
      const cell = cells[j]!.trim();
      const value = cell === "" ? NaN : Number(truthValues ? plainLabel(cell) : cell);
      if (Number.isNaN(value)) {
        const found = cell === "" ? "an empty cell" : `"${cell}"`;
        const message = `Cannot read the table: expected a number in column ${name ?? j + 1}, found ${found}`;
        throw new FormatError(message, { file, line });
      }
      values[at++] = value;
    }
  }
  return { values, columnCount: numeric.length };
}

/** Said where a first line of numbers may be the header of a program that has no names for columns. */
function headerNotices(
  [first = [], ...rows]: readonly (readonly string[])[],
  { file, byPosition }: { readonly file: string; readonly byPosition: boolean },
): Notice[] {
  const doubtful = first.length === 1 && first[0] === "0" && rows.some(([cell]) => /\D/.test(cell!));
  if (!byPosition && !doubtful) return [];
  const [as, otherwise] = byPosition ? ["a header", "no"] : ["a row", "yes"];
  const shown = `${first.slice(0, 3).join(",")}${first.length > 3 ? ",…" : ""}`;
  const message = `The first line of ${file}, ${shown}, is taken as ${as} (--header ${otherwise} if it is not).`;
  return [{ code: "header", message }];
}

import { FormatError, type Notice } from "../../core/index.ts";

/** A file of true classes or of scores, read but not yet understood. */
export interface ScoreTable {
  /** For messages. */
  readonly file: string;
  readonly rowCount: number;
  /** Numbers [row, column]; `columnNames` has their names where the file has any. */
  readonly numbers?: { readonly values: Float64Array; readonly columnCount: number };
  readonly columnNames?: readonly string[];
  /** One label per row, as it stands in the file. */
  readonly labels?: readonly string[];
  /** Whether the file has whole numbers or truth values by its type: then it has decisions, not scores. */
  readonly decided?: boolean;
  /** What tells rows apart, each once. */
  readonly ids?: readonly string[];
  /** Other columns, by name: record, patient, truth, … */
  readonly about: Readonly<Record<string, readonly string[]>>;
  /** Each row's line in the file, from 1; absent where it has no lines. */
  readonly lines?: readonly number[];
  /** The same file with its semicolons between several labels of a row instead of columns, where they may be either. */
  readonly sets?: ScoreTable;
  /** How the file was understood, where it might have been otherwise. */
  readonly notices?: readonly Notice[];
}

/** Where in its file a row is, to follow its number in a message. */
export function lineOf({ lines }: Pick<ScoreTable, "lines">, row: number): string {
  return lines === undefined ? "" : ` (line ${lines[row]})`;
}

/** A table of an array as an NPY file holds it: [row] or [row, column]. */
export function tableOfArray(
  {
    shape,
    dtype,
    values,
  }: { readonly shape: readonly number[]; readonly dtype: string; readonly values: Float64Array },
  { file }: { readonly file: string },
): ScoreTable {
  if (shape.length !== 1 && shape.length !== 2) {
    throw new FormatError(
      `Cannot take the array as scores or classes: expected 1 or 2 axes, found ${shape.length} (${shape.join(" × ")})`,
      { file },
    );
  }
  const [rowCount = 0, columnCount = 1] = shape;
  return { file, rowCount, numbers: { values, columnCount }, decided: !dtype.startsWith("f"), about: {} };
}

import { UserError } from "../../core/index.ts";
import { areWhole, isMissing, isNumber, plainLabel } from "./cell-values.ts";
import { lineOf, type ScoreTable } from "./score-table.ts";

/** The labels of each row, written one way: one, or several that stand between semicolons in a cell. */
export type RowLabels = readonly (readonly string[])[];

export interface RowLabelOptions {
  /** Which named column has them, of the names of all. */
  readonly column: (names: readonly string[]) => string | undefined;
  /** Whether a row may have no label. */
  readonly mayBeEmpty: boolean;
  /** The classes' names, as far as they are known: a cell of one is a label, even if it is NA. */
  readonly names: readonly string[];
}

/**
 * The labels of a table: in a column of a known name, or its only one. `undefined` where it has columns of numbers instead.
 * @throws UserError that names the row without a label, or with a number that is none of a class.
 */
export function rowLabels(table: ScoreTable, { column, mayBeEmpty, names }: RowLabelOptions): RowLabels | undefined {
  const { file, about, numbers } = table;
  const name = column(Object.keys(about));
  const cells =
    (name === undefined ? table.labels : about[name]) ??
    (numbers?.columnCount === 1 ? Array.from(numbers.values, String) : undefined);
  if (cells === undefined) return undefined;
  const fail = (row: number, { expected, found }: { readonly expected: string; readonly found: string }) =>
    new UserError(
      `Cannot take the classes of ${file}: expected ${expected}, found ${found} in row ${row + 1}${lineOf(table, row)}`,
    );
  const hasNone = (cell: string) => isMissing(cell) && (cell.trim() === "" || !names.includes(cell.trim()));
  const missing = cells.findIndex(hasNone);
  if (missing >= 0 && !mayBeEmpty) {
    const expected = "a label in each row (--task multi-label takes none as no class)";
    throw fail(missing, { expected, found: "a missing label" });
  }
  const labels = cells.map((cell) =>
    hasNone(cell)
      ? []
      : cell
          .split(";")
          .map(plainLabel)
          .filter((label) => label !== ""),
  );
  if (cells.every((cell) => hasNone(cell) || isNumber(cell))) {
    const odd = labels.findIndex((parts) => !areWhole(parts));
    if (odd >= 0) throw fail(odd, { expected: "whole numbers from 0", found: cells[odd]! });
  }
  return labels;
}

/** The different labels, in the order of the rows. */
export function kindsOf(labels: RowLabels): ReadonlySet<string> {
  return new Set(labels.flat());
}

/** Different labels in order: numbers by size, as other programs sort classes, otherwise by letters. */
export function sortedKinds(kinds: Iterable<string>): string[] {
  const all = [...kinds];
  if (!areWhole(all)) return all.sort();
  return all.sort((a, b) => Number(BigInt(a) - BigInt(b)));
}

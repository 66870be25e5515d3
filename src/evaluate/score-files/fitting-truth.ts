import type { CsvLine } from "./csv-lines.ts";
import type { ScoreTable } from "./score-table.ts";

/** Whether lines between semicolons may be numbers of classes, 0;1 in a row of both: whole ones, none twice in a row. */
export function mayBeSets(lines: readonly CsvLine[]): boolean {
  return lines.every(({ cells }) => {
    const filled = cells.length === 1 && cells[0] === "" ? [] : cells;
    return filled.every((cell) => /^\d+$/.test(cell)) && new Set(filled).size === filled.length;
  });
}

/**
 * A file of truth whose semicolons may stand between columns or between labels, in the way that fits the scores: a table of 0 and 1 with
 * a column for each class, otherwise labels. As many classes as are named, or as there are columns of scores; one column doesn't say it.
 */
export function fittingTruth(
  truth: ScoreTable,
  { scores, given }: { readonly scores: ScoreTable; readonly given: readonly string[] | undefined },
): ScoreTable {
  const { sets, numbers } = truth;
  if (sets === undefined || numbers === undefined) return truth;
  const columns = scores.numbers?.columnCount ?? 0;
  const classCount = given?.length ?? (columns > 1 ? columns : numbers.columnCount);
  const isTable = numbers.columnCount === classCount && numbers.values.every((value) => value === 0 || value === 1);
  return isTable ? truth : sets;
}

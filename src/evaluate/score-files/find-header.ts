import { isMissing, isNumber, isNumberSet, isTruthValue } from "./cell-values.ts";
import { arePositions, decisionName, idName, truthName } from "./column-names.ts";

/** Why the first line is a header: it has names, or the columns' numbers 0, 1, … */
export type Header = "names" | "positions";

/**
 * Whether the first line is a header. It has names where a column's cell there is no number and all below are, where it has a known
 * name, where its first cell alone is empty, or where words in the last column repeat below and the first line's is not among them. It
 * has the columns' numbers where it reads 0, 1, … and the lines below can't be of the same kind.
 */
export function findHeader(cells: readonly (readonly string[])[]): Header | undefined {
  const [first = [], ...rows] = cells;
  const isKnown = (name: string) => name !== "" && [idName, truthName, decisionName].some((known) => known.test(name));
  // A column may be called `true`, but not above True and False.
  const isTruth = (j: number) => isTruthValue(first[j]!) && rows.some((row) => isTruthValue(row[j]!));
  if (first.some((name, j) => isKnown(name) && !isTruth(j))) return "names";
  if (rows.length === 0) return undefined;
  if (first.length > 1 && first[0] === "" && rows.every(([cell]) => cell !== "")) return "names";
  if (first.some((name, j) => !isValue(name) && areValues(rows.map((row) => row[j]!)))) return "names";
  if (arePositions(first) && !mayBeRow(first.length, rows)) return "positions";
  const all = rows.map((row) => row.at(-1)!);
  const last = all.filter((cell) => !isMissing(cell));
  const kinds = new Set(last);
  const own = first.at(-1)!;
  // NA may be a class, and then it recurs.
  return !isValue(own) && !all.includes(own) && kinds.size <= last.length / 2 ? "names" : undefined;
}

/** Whether 0, 1, … may be a row like those below: not above words, not beside 2, which is no score, nor in other writing. */
function mayBeRow(width: number, rows: readonly (readonly string[])[]): boolean {
  if (width === 1) return rows.some(([cell]) => isMissing(cell!) || isValue(cell!));
  return width === 2 && rows.every((row) => row.every((cell) => /^[01]?$/.test(cell)));
}

function areValues(cells: readonly string[]): boolean {
  return cells.some(isValue) && cells.every((cell) => isMissing(cell) || isValue(cell));
}

function isValue(cell: string): boolean {
  return isNumber(cell) || isTruthValue(cell) || isNumberSet(cell);
}

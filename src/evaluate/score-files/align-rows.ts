import { UserError } from "../../core/index.ts";
import type { ScoreTable } from "./score-table.ts";

/**
 * For each row of `truth` the row of `other` that belongs to it: by ids where both have them, otherwise one after the other.
 * @throws UserError where rows or ids do not match.
 */
export function alignRows(truth: ScoreTable, other: ScoreTable): Uint32Array {
  if (truth.rowCount !== other.rowCount) {
    throw fail(
      `as many rows in ${other.file} as in ${truth.file}`,
      `${other.rowCount} and ${truth.rowCount}${Math.abs(other.rowCount - truth.rowCount) === 1 ? " (is a first line a header, or not one? --header yes or no says so)" : ""}`,
    );
  }
  if (truth.ids === undefined || other.ids === undefined)
    return Uint32Array.from({ length: truth.rowCount }, (_, row) => row);
  const places = new Map(other.ids.map((id, row) => [id, row]));
  const missing = truth.ids.filter((id) => !places.has(id));
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).join(", ");
    throw fail(
      `the ids of ${truth.file} in ${other.file}`,
      `${missing.length} that are not there: ${shown}${missing.length > 3 ? ", …" : ""}`,
    );
  }
  return Uint32Array.from(truth.ids, (id) => places.get(id)!);
}

function fail(expected: string, found: string): UserError {
  return new UserError(`Cannot bring truth and scores together: expected ${expected}, found ${found}`);
}

import { type Notice, UserError } from "../../core/index.ts";
import { idName } from "./column-names.ts";
import { lineOf, type ScoreTable } from "./score-table.ts";

export interface AlignedRows {
  /** For each row of truth the row of the other table that belongs to it. */
  readonly order: Uint32Array;
  readonly notices: readonly Notice[];
}

/**
 * Which rows belong together: by ids where both tables have them, otherwise one after the other. What both say of their rows, such as
 * records that repeat, must then be the same row by row.
 * @throws UserError where rows or ids do not match.
 */
export function alignRows(truth: ScoreTable, other: ScoreTable): AlignedRows {
  if (truth.rowCount !== other.rowCount) {
    const lined = [truth, other].filter(({ lines }) => lines !== undefined).map(({ file }) => file);
    const close = Math.abs(other.rowCount - truth.rowCount) === 1 && lined.length > 0;
    const hint = close ? ` (is a first line of ${lined.join(" or ")} a header? --header yes or no says so)` : "";
    throw fail(`as many rows in ${other.file} as in ${truth.file}`, `${other.rowCount} and ${truth.rowCount}${hint}`);
  }
  if (truth.ids === undefined || other.ids === undefined) {
    const order = Uint32Array.from({ length: truth.rowCount }, (_, row) => row);
    return { order, notices: compareRows(truth, other) };
  }
  const places = new Map(other.ids.map((id, row) => [id, row]));
  const missing = truth.ids.filter((id) => !places.has(id));
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).join(", ");
    throw fail(
      `the ids of ${truth.file} in ${other.file}`,
      `${missing.length} that are not there: ${shown}${missing.length > 3 ? ", …" : ""}`,
    );
  }
  const order = Uint32Array.from(truth.ids, (id) => places.get(id)!);
  const moved = order.some((row, at) => row !== at);
  const message = `The rows of ${other.file} were put in the order of ${truth.file}, by id.`;
  return { order, notices: moved ? [{ code: "order", message }] : [] };
}

/** Of tables whose rows are taken one after the other: columns of both that tell rows apart, compared. */
function compareRows(truth: ScoreTable, other: ScoreTable): Notice[] {
  const shared = rowNames(truth).filter((name) => other.about[name] !== undefined);
  for (const name of shared) {
    const [own, others] = [truth.about[name]!, other.about[name]!];
    const row = own.findIndex((value, at) => value !== others[at]);
    if (row >= 0) {
      throw fail(
        `the same ${name === "" ? "index" : name} in each row of ${truth.file} and ${other.file}, since it repeats`,
        `${own[row] || "nothing"} and ${others[row] || "nothing"} in row ${row + 1}${lineOf(truth, row)}`,
      );
    }
  }
  if (shared.length > 0) return [];
  const having = [truth, other].filter((table) => table.ids !== undefined || rowNames(table).length > 0);
  if (having.length === 0) return [];
  const why = having.length === 1 ? "Only one of the files has ids" : "The files' ids are not of the same kind";
  return [{ code: "ids", message: `${why}: rows are taken one after the other.` }];
}

function rowNames({ about }: ScoreTable): string[] {
  return Object.keys(about).filter((name) => idName.test(name) || /^sample$/i.test(name));
}

function fail(expected: string, found: string): UserError {
  return new UserError(`Cannot bring truth and scores together: expected ${expected}, found ${found}`);
}

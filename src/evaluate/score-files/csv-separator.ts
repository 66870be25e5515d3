import { isNumber, isNumberSet } from "./cell-values.ts";

export type CsvSeparator = "," | ";" | "\t";

/**
 * What stands between the values of a CSV text: semicolons or tabs where every line has as many of them and none has a comma outside
 * quotes but decimal ones, otherwise commas. Semicolons alone also stand between several labels of one row: such lines
 * have no numbers, and the same words in several places, or in truth are ids and numbers of classes.
 */
export function csvSeparator(text: string, { holds }: { readonly holds: "truth" | "scores" }): CsvSeparator {
  const lines = text
    .replaceAll(/"(?:[^"]|"")*"/g, '""')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== "");
  for (const separator of [";", "\t"] as const) {
    const rows = lines.map((line) => line.split(separator).map((cell) => cell.trim()));
    const width = rows[0]?.length ?? 0;
    if (width < 2 || rows.some(({ length }) => length !== width)) continue;
    const below = rows.slice(1);
    const commas = lines.some((line) => line.includes(","));
    if (commas && !below.some((row) => row.some(hasDecimalComma))) continue;
    if (separator === ";" && (commas ? holds === "truth" && areIdsAndSets(lines) : areLabels(rows))) continue;
    return separator;
  }
  return ",";
}

/** A number with a decimal comma, such as 0,5. */
export function hasDecimalComma(cell: string): boolean {
  return /^[+-]?\d*,\d+$/.test(cell.trim());
}

/** Whether the rows are sets of words, and not ids and words. */
function areLabels(rows: readonly (readonly string[])[]): boolean {
  if (rows.some((row) => row.some(isNumber))) return false;
  const first = rows.map(([cell]) => cell!);
  const others = new Set(rows.flatMap((row) => row.slice(1)));
  return new Set(first).size < first.length || first.some((cell) => others.has(cell));
}

/** Whether the lines are ids, all different, and numbers of classes, such as 12,0;1: decimal numbers would have a comma in other cells, too. */
function areIdsAndSets(lines: readonly string[]): boolean {
  const rows = lines.map((line) => line.split(","));
  const ids = new Set(rows.map(([id]) => id!.trim()));
  return ids.size === rows.length && rows.every((cells) => cells.length === 2 && isNumberSet(cells[1]!));
}

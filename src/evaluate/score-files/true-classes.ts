import { UserError } from "../../core/index.ts";
import { truthName } from "./read-csv-table.ts";
import type { ScoreTable } from "./score-table.ts";

/**
 * One label per row: a column of words or of a known name, or whole numbers in one column. `undefined` where the rows are hot in
 * columns.
 */
export function labelsOf(
  { file, labels, about, numbers }: ScoreTable,
  name = truthName,
): readonly string[] | undefined {
  const column = Object.keys(about).find((key) => name.test(key));
  if (column !== undefined) return about[column];
  if (labels !== undefined) return labels;
  if (numbers?.columnCount !== 1) return undefined;
  const bad = numbers.values.findIndex((value) => !Number.isInteger(value) || value < 0);
  if (bad < 0) return Array.from(numbers.values, String);
  throw new UserError(
    `Cannot take the classes of ${file}: expected whole numbers from 0, found ${numbers.values[bad]} in row ${bad + 1}`,
  );
}

/** Whether these labels are numbers of classes and not names. */
export function areIndices(labels: readonly string[]): boolean {
  return labels.every((label) => /^\d{1,6}$/.test(label));
}

interface HotOptions {
  readonly classes: readonly string[];
  /** One column: whether the row has the class. */
  readonly binary: boolean;
}

/** [row, class] from labels; several in one cell stand between semicolons, none leaves the row empty. */
export function hotOfLabels(
  labels: readonly string[],
  { classes, binary, file }: HotOptions & { readonly file: string },
): Uint8Array {
  const places = new Map(classes.map((name, column) => [name, column]));
  const hot = new Uint8Array(labels.length * classes.length);
  const byIndex = areIndices(labels);
  labels.forEach((cell, row) => {
    for (const label of cell.split(";").map((part) => part.trim())) {
      if (label === "") continue;
      const column = places.get(label) ?? (byIndex && Number(label) < classes.length ? Number(label) : undefined);
      if (binary) {
        hot[row] = Number(label === "1" || label === classes[0]);
      } else if (column === undefined) {
        throw new UserError(
          `Cannot take the classes of ${file}: expected one of ${classes.slice(0, 12).join(", ")}${classes.length > 12 ? ", …" : ""}, found ${label} in row ${row + 1}`,
        );
      } else {
        hot[row * classes.length + column] = 1;
      }
    }
  });
  return hot;
}

/** [row, class] from columns of 0 and 1, found by name where both sides have names. */
export function hotOfNumbers(
  { file, rowCount, numbers, columnNames }: ScoreTable,
  { classes }: Pick<HotOptions, "classes">,
): Uint8Array {
  if (numbers === undefined) {
    throw new UserError(`Cannot take the classes of ${file}: expected labels or columns of 0 and 1, found neither`);
  }
  const { values, columnCount } = numbers;
  if (columnCount !== classes.length) {
    throw new UserError(
      `Cannot take the classes of ${file}: expected ${classes.length} columns (${classes.slice(0, 8).join(", ")}${classes.length > 8 ? ", …" : ""}), found ${columnCount}`,
    );
  }
  const missing = columnNames === undefined ? [] : classes.filter((name) => !columnNames.includes(name));
  if (missing.length > 0 && columnCount > 1) {
    throw new UserError(
      `Cannot take the classes of ${file}: expected columns ${classes.slice(0, 8).join(", ")}${classes.length > 8 ? ", …" : ""}, found none named ${missing.slice(0, 8).join(", ")}`,
    );
  }
  const from = classes.map((name, column) =>
    columnNames === undefined || columnCount === 1 ? column : columnNames.indexOf(name),
  );
  const hot = new Uint8Array(rowCount * columnCount);
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) {
      const value = values[row * columnCount + from[column]!]!;
      if (value !== 0 && value !== 1) {
        throw new UserError(
          `Cannot take the classes of ${file}: expected 0 or 1, found ${value} in row ${row + 1}, class ${classes[column]}`,
        );
      }
      hot[row * columnCount + column] = value;
    }
  }
  return hot;
}

/** Whether each row of [row, class] has exactly one 1. */
export function isHot(hot: Uint8Array, size: number): boolean {
  for (let start = 0; start < hot.length; start += size) {
    let count = 0;
    for (let at = start; at < start + size; at++) count += hot[at]!;
    if (count !== 1) return false;
  }
  return true;
}

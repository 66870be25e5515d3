import { UserError } from "../../core/index.ts";
import { areWhole, plainLabel } from "./cell-values.ts";
import { few } from "./few.ts";
import { kindsOf, type RowLabels } from "./row-labels.ts";
import { lineOf, type ScoreTable } from "./score-table.ts";

interface HotOptions {
  readonly classes: readonly string[];
  /** For messages. */
  readonly table: ScoreTable;
}

/**
 * [row, class] from labels. All of a file are names of classes, or else all are numbers of columns; numbers in two files that belong
 * together (`beside`) are of the same kind.
 */
export function hotOfLabels(
  labels: RowLabels,
  { classes, table, beside }: HotOptions & { readonly beside?: RowLabels | undefined },
): Uint8Array {
  const places = new Map(classes.map((name, column) => [plainLabel(name), column]));
  const own = kindsOf(labels);
  const others = kindsOf(beside ?? []);
  const kinds = areWhole(own) && areWhole(others) ? [...own, ...others] : [...own];
  const isIndex = (label: string) => areWhole([label]) && Number(label) < classes.length;
  const byName = kinds.every((label) => places.has(label));
  const byIndex = !byName && kinds.every(isIndex);
  const columnOf = (label: string) => (byName ? places.get(label) : byIndex ? Number(label) : undefined);
  const hot = new Uint8Array(labels.length * classes.length);
  labels.forEach((parts, row) => {
    for (const label of parts) {
      const column = columnOf(label);
      if (column === undefined) throw strange(labels, { classes, table, isKnown: (one) => places.has(one), isIndex });
      hot[row * classes.length + column] = 1;
    }
  });
  return hot;
}

/** What is wrong with labels that are neither all names nor all numbers of columns. */
function strange(
  labels: RowLabels,
  {
    classes,
    table,
    isKnown,
    isIndex,
  }: HotOptions & { readonly isKnown: (label: string) => boolean; readonly isIndex: (label: string) => boolean },
): UserError {
  const at = (found: (label: string) => boolean) => {
    const row = labels.findIndex((parts) => parts.some(found));
    return row < 0 ? undefined : `${labels[row]!.find(found)} in row ${row + 1}${lineOf(table, row)}`;
  };
  const unknown = at((label) => !isKnown(label) && !isIndex(label));
  const [name, index] = [at((label) => !isIndex(label)), at((label) => !isKnown(label))];
  return new UserError(
    unknown === undefined
      ? `Cannot take the classes of ${table.file}: expected names of classes throughout, or numbers of columns, found ${name} and ${index}`
      : `Cannot take the classes of ${table.file}: expected one of ${few(classes, 12)}, found ${unknown}`,
  );
}

/**
 * [row, 1] from labels of a binary task: of 0 and 1 the 1 is positive, of other labels the class of that name.
 * @throws UserError where no label is 0, 1 or the class, unless all rows have the same other one, of the same kind.
 */
export function hotOfBinary(
  labels: RowLabels,
  { positive, table }: { readonly positive: string; readonly table: ScoreTable },
): Uint8Array {
  const kinds = kindsOf(labels);
  const wanted = areZeroAndOne(kinds) ? "1" : plainLabel(positive);
  const onlyNegative = kinds.size === 1 && areWhole(kinds) === areWhole([wanted]);
  if (!areZeroAndOne(kinds) && !kinds.has(wanted) && !onlyNegative) {
    throw new UserError(
      `Cannot take the classes of ${table.file}: expected 0 and 1, or ${positive} and others, found ${few([...kinds])}`,
    );
  }
  return Uint8Array.from(labels, (parts) => Number(parts.includes(wanted)));
}

export function areZeroAndOne(kinds: ReadonlySet<string>): boolean {
  return [...kinds].every((label) => label === "0" || label === "1");
}

/** [row, class] from columns of 0 and 1, found by name where both sides have names. */
export function hotOfNumbers(table: ScoreTable, { classes }: Pick<HotOptions, "classes">): Uint8Array {
  const { file, rowCount, numbers, columnNames } = table;
  if (numbers === undefined) {
    throw new UserError(`Cannot take the classes of ${file}: expected labels or columns of 0 and 1, found neither`);
  }
  const { values, columnCount } = numbers;
  if (columnCount !== classes.length) {
    throw new UserError(
      `Cannot take the classes of ${file}: expected ${classes.length} columns (${few(classes)}), found ${columnCount}`,
    );
  }
  const missing = columnNames === undefined ? [] : classes.filter((name) => !columnNames.includes(name));
  if (missing.length > 0 && columnCount > 1) {
    throw new UserError(
      `Cannot take the classes of ${file}: expected columns ${few(classes)}, found none named ${few(missing)}`,
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
          `Cannot take the classes of ${file}: expected 0 or 1, found ${value} in row ${row + 1}, class ${classes[column]}${lineOf(table, row)}`,
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

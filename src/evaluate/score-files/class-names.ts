import { type Notice, UserError } from "../../core/index.ts";
import { areWhole, plainLabel } from "./cell-values.ts";
import { few } from "./few.ts";
import { kindsOf, type RowLabels, sortedKinds } from "./row-labels.ts";
import type { ScoreTable } from "./score-table.ts";
import { areZeroAndOne } from "./true-classes.ts";

/** Numbers up to this are taken for classes 0, 1, … where nothing else says how many there are; greater ones are codes. */
const mostClasses = 1000;

export interface NamingOptions {
  readonly given: readonly string[] | undefined;
  readonly truth: ScoreTable;
  readonly scores: ScoreTable;
  readonly labels: RowLabels | undefined;
  /** What the scores' file decides, where it has labels. */
  readonly said: RowLabels | undefined;
}

export interface NamedClasses {
  readonly classes: readonly string[];
  readonly notices: readonly Notice[];
}

/** The positive class of a binary task. */
export function positiveClass({ given, labels, scores }: NamingOptions): string {
  if (given !== undefined && given.length !== 1) {
    throw new UserError(`Cannot take the scores as binary: expected the name of one class, found ${given.join(", ")}`);
  }
  const own = scores.columnNames?.[0];
  const name = given?.[0] ?? own ?? "positive";
  const kinds = kindsOf(labels ?? []);
  if (areZeroAndOne(kinds)) {
    if (given === undefined || plainLabel(name) !== "0") return name;
    throw new UserError(
      "Cannot take 0 as the positive class: expected a name for 1, which is positive beside 0, found --classes 0",
    );
  }
  // A column may be called anything, but not like a class that it isn't of.
  if (own !== undefined && own !== name && kinds.has(plainLabel(own))) {
    throw new UserError(
      `Cannot take the scores of ${scores.file} as those of ${name}: expected a column of that class, found ${own}, another of truth's`,
    );
  }
  // Rows that were picked may all be negative; then only a person can say so.
  if (kinds.has(plainLabel(name)) || (given !== undefined && kinds.size === 1)) return name;
  throw new UserError(
    `Cannot tell which class the scores of ${scores.file} are of: expected --classes with one of ${few([...kinds])}, found ${given === undefined ? "none" : name}`,
  );
}

/** The classes of a task with several, in the order that they are shown in: as given, as the files have them, or as the labels say. */
export function namedClasses({ given, truth, scores, labels, said }: NamingOptions): NamedClasses {
  const width = said === undefined ? scores.numbers?.columnCount : undefined;
  if (given !== undefined) return { classes: checkGiven(given, { scores, width }), notices: [] };
  const named = (width === undefined ? undefined : scores.columnNames) ?? (labels ? undefined : truth.columnNames);
  if (named !== undefined) {
    if (width === undefined || named.length === width) return { classes: named, notices: [] };
    throw new UserError(
      `Cannot name the classes: expected ${width} names, one per column of ${scores.file}, found ${named.length} in ${truth.file}`,
    );
  }
  if (labels === undefined) return { classes: positions(truth.numbers?.columnCount ?? 0), notices: [] };
  return width === undefined
    ? { classes: classesOfLabels([...labels, ...(said ?? [])]), notices: [] }
    : classesOfColumns(sortedKinds(kindsOf(labels)), { file: scores.file, width });
}

function checkGiven(
  given: readonly string[],
  { scores, width }: { readonly scores: ScoreTable; readonly width: number | undefined },
): readonly string[] {
  const twice = given.find((name, i) => given.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new UserError(`Cannot name the classes: expected each name once, found ${twice || "an empty one"} twice`);
  }
  if (width === undefined) return given;
  if (given.length !== width) {
    throw new UserError(
      `Cannot name the classes: expected ${width} names, one per column of ${scores.file}, found ${given.length}`,
    );
  }
  const unknown = given.filter((name) => scores.columnNames?.includes(name) === false);
  if (unknown.length === 0) return given;
  throw new UserError(
    `Cannot name the classes: expected the columns of ${scores.file}, ${few(scores.columnNames!)}, in any order, found ${few(unknown)}`,
  );
}

/** Of decisions: the classes that are true or decided for in any row. */
function classesOfLabels(labels: RowLabels): readonly string[] {
  const kinds = sortedKinds(kindsOf(labels));
  const greatest = Number(kinds.at(-1));
  return areWhole(kinds) && greatest < mostClasses ? positions(Math.max(2, greatest + 1)) : kinds;
}

/** Of scores in columns without names. Only numbers say which column is whose. */
function classesOfColumns(
  kinds: readonly string[],
  { file, width }: { readonly file: string; readonly width: number },
): NamedClasses {
  if (!areWhole(kinds)) {
    throw new UserError(
      `Cannot name the columns of ${file}: expected --classes with their ${width} names in order, found none (truth has ${few(kinds)})`,
    );
  }
  if (Number(kinds.at(-1) ?? 0) < width) return { classes: positions(width), notices: [] };
  if (kinds.length !== width) {
    throw new UserError(
      `Cannot name the columns of ${file}: expected classes 0 … ${width - 1} in truth, ${width} other numbers, or --classes, found ${few(kinds)}`,
    );
  }
  const message = `The columns of ${file} are taken as truth's classes in numerical order: ${few(kinds)}.`;
  return { classes: kinds, notices: [{ code: "classes", message }] };
}

function positions(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

import { UserError } from "../../core/index.ts";

/**
 * `binary`: one column, the positive class's. `multi-class`: each row has exactly one of the classes. `multi-label`: each row has
 * any number of them.
 */
export const tasks = ["binary", "multi-class", "multi-label"] as const;
export type Task = (typeof tasks)[number];

/** What is measured: rows (recordings, beats) with their true classes, and what a model says of them. */
export interface Predictions {
  readonly task: Task;
  /** The columns' names; `binary` has the positive class alone. */
  readonly classes: readonly string[];
  /** [row, class], 0 or 1. */
  readonly truth: Uint8Array;
  /** [row, class]; absent where the model only decides. */
  readonly scores?: Float64Array;
  /** Whether the scores are probabilities: in 0 … 1, and of sum 1 in each row where the classes exclude each other. */
  readonly probabilities?: boolean;
  /** [row, class], 0 or 1. */
  readonly decisions?: Uint8Array;
}

export function rowCountOf({ truth, classes }: Pick<Predictions, "truth" | "classes">): number {
  return classes.length === 0 ? 0 : truth.length / classes.length;
}

/**
 * The predictions, checked: sizes that fit together, at least one row, truth and decisions 0 or 1 (exactly one class in a row of
 * `multi-class`), scores that are numbers.
 *
 * @throws UserError that names the row and the class of what is wrong.
 */
export function checkPredictions(predictions: Predictions): Predictions {
  const { task, classes, truth, scores, decisions } = predictions;
  const rows = rowCountOf(predictions);
  if (classes.length === 0 || rows < 1 || !Number.isInteger(rows)) {
    throw fail("at least one class and one whole row", `${truth.length} true values of ${classes.length} classes`);
  }
  if (task === "binary" && classes.length !== 1) throw fail("one column for a binary task", `${classes.length}`);
  if (task === "multi-class" && classes.length < 2) throw fail("two classes or more for a multi-class task", "one");
  for (const [name, values] of Object.entries({ scores, decisions })) {
    if (values !== undefined && values.length !== truth.length) {
      throw fail(`${truth.length} ${name} (${rows} rows of ${classes.length} classes)`, `${values.length}`);
    }
  }
  checkHot(truth, { ...predictions, name: "true classes" });
  if (decisions !== undefined) checkHot(decisions, { ...predictions, name: "decisions" });
  const bad = scores?.findIndex((score) => !Number.isFinite(score)) ?? -1;
  if (bad >= 0) throw fail("numbers for scores", `${scores![bad]} ${placeOf(bad, classes)}`);
  return predictions;
}

function checkHot(
  values: Uint8Array,
  { task, classes, name }: { readonly task: Task; readonly classes: readonly string[]; readonly name: string },
): void {
  for (let start = 0; start < values.length; start += classes.length) {
    let count = 0;
    for (let i = start; i < start + classes.length; i++) {
      if (values[i]! > 1) throw fail(`0 or 1 for ${name}`, `${values[i]!} ${placeOf(i, classes)}`);
      count += values[i]!;
    }
    if (task === "multi-class" && count !== 1) {
      throw fail(
        `exactly one of the ${name} in each row of a multi-class task`,
        `${count} in row ${start / classes.length + 1}`,
      );
    }
  }
}

function placeOf(index: number, classes: readonly string[]): string {
  return `in row ${Math.floor(index / classes.length) + 1}, class ${classes[index % classes.length]}`;
}

function fail(expected: string, found: string): UserError {
  return new UserError(`Cannot measure the predictions: expected ${expected}, found ${found}`);
}

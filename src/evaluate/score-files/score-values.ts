import { UserError } from "../../core/index.ts";
import { sigmoid, softmaxRows } from "../../core/probabilities.ts";
import type { Task } from "../metrics/predictions.ts";
import { lineOf, type ScoreTable } from "./score-table.ts";

/** The scores [row, class] with their columns in the order of the classes, where they have names. */
export function columnsNamed(classes: readonly string[], { numbers, columnNames }: ScoreTable): Float64Array {
  const { values } = numbers!;
  const size = classes.length;
  if (columnNames === undefined || size === 1 || classes.every((name, i) => name === columnNames[i])) return values;
  const from = classes.map((name) => columnNames.indexOf(name));
  return values.map((_, at) => values[at - (at % size) + from[at % size]!]!);
}

/** Probabilities of logits [row, class]. */
export function toProbabilities(
  logits: Float64Array,
  { task, size }: { readonly task: Task; readonly size: number },
): Float64Array {
  return task === "multi-class" ? softmaxRows(logits, size) : logits.map(sigmoid);
}

/** @throws UserError that names row and class of what is no probability. */
export function checkRange(
  values: Float64Array,
  { classes, scores }: { readonly classes: readonly string[]; readonly scores: ScoreTable },
): void {
  const bad = values.findIndex((score) => !(score >= 0 && score <= 1));
  if (bad < 0) return;
  const row = Math.floor(bad / classes.length);
  const place = `in row ${row + 1}, class ${classes[bad % classes.length]}${lineOf(scores, row)}`;
  const hint = Number.isFinite(values[bad]) ? " (if these are logits, --logits makes probabilities of them)" : "";
  throw new UserError(
    `Cannot measure the scores of ${scores.file}: expected probabilities of 0 … 1, found ${values[bad]} ${place}${hint}`,
  );
}

/** Whether the scores of each row are of sum 1, to 1e-3. */
export function sumsToOne(scores: Float64Array, size: number): boolean {
  for (let start = 0; start < scores.length; start += size) {
    let sum = 0;
    for (let at = start; at < start + size; at++) sum += scores[at]!;
    if (!(Math.abs(sum - 1) <= 1e-3)) return false;
  }
  return size > 1;
}

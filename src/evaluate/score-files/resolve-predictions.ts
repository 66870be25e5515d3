import { type Notice, UserError } from "../../core/index.ts";
import { type Predictions, type Task } from "../metrics/predictions.ts";
import { sigmoid, softmaxRows } from "../../core/probabilities.ts";
import { alignRows } from "./align-rows.ts";
import { decisionName } from "./read-csv-table.ts";
import type { ScoreTable } from "./score-table.ts";
import { areIndices, hotOfLabels, hotOfNumbers, isHot, labelsOf } from "./true-classes.ts";

export interface ResolveOptions {
  /** Decided by the files where absent, see {@link resolvePredictions}. */
  readonly task?: Task | undefined;
  /** Names of the columns; of the positive class in a binary task. */
  readonly classes?: readonly string[] | undefined;
  /** The scores are logits: sigmoid or softmax makes probabilities of them. */
  readonly logits?: boolean;
}

export interface ResolvedPredictions {
  /** Without decisions, unless the file has nothing else. */
  readonly predictions: Predictions;
  readonly notices: readonly Notice[];
}

/**
 * Truth and scores of two files as predictions. A task is `binary` where there is one column of scores; `multi-class` where truth is one
 * label a row, or hot in exactly one column of each row while all rows of scores sum to 1; `multi-label` otherwise.
 *
 * @throws UserError that says what does not match.
 */
export function resolvePredictions(
  truth: ScoreTable,
  scores: ScoreTable,
  { task: wanted, classes: given, logits = false }: ResolveOptions = {},
): ResolvedPredictions {
  const order = alignRows(truth, scores);
  const labels = labelsOf(truth);
  const several = labels === undefined ? (truth.numbers?.columnCount ?? 0) > 1 : new Set(labels).size > 2;
  const columns = scores.numbers?.columnCount ?? 0;
  const binary = wanted === "binary" || (wanted === undefined && columns === 1 && !several);
  const width = columns > 1 ? columns : undefined;
  const classes = binary
    ? [positiveClass({ given, labels, scores })]
    : classNames({ given, scores, truth, labels, width });
  const hot =
    labels === undefined
      ? hotOfNumbers(truth, { classes })
      : hotOfLabels(labels, { classes, binary, file: truth.file });
  const taskOf = (exclusive: boolean): Task =>
    wanted ?? (binary ? "binary" : exclusive ? "multi-class" : "multi-label");
  const notices = orderNotices({ truth, scores, order });

  if (columns === 0 || scores.decided === true || (columns === 1 && !binary)) {
    const said = labelsOf(scores, decisionName);
    const decided =
      said === undefined
        ? hotOfNumbers(scores, { classes })
        : hotOfLabels(said, { classes, binary, file: scores.file });
    const decisions = reorder(decided, { order, size: classes.length });
    const task = taskOf(isExclusive(hot, classes.length) && isExclusive(decisions, classes.length));
    return { predictions: { task, classes, truth: hot, decisions }, notices };
  }
  if (columns !== classes.length) {
    throw new UserError(
      `Cannot bring truth and scores together: expected ${classes.length} columns of scores (${few(classes)}), found ${columns} in ${scores.file}`,
    );
  }
  const values = reorder(scores.numbers!.values, { order, size: columns });
  const task = taskOf(isExclusive(hot, columns) && (labels !== undefined || logits || sumsToOne(values, columns)));
  const probabilities = logits ? toProbabilities(values, { task, size: columns }) : values;
  checkRange(probabilities, { classes, file: scores.file });
  const sums = task !== "multi-class" || sumsToOne(probabilities, columns);
  const message = "The scores of a row don't sum to 1: measures that need probabilities are left out.";
  return {
    predictions: { task, classes, truth: hot, scores: probabilities, probabilities: sums },
    notices: sums ? notices : [...notices, { code: "sums", message }],
  };
}

function positiveClass({
  given,
  labels,
  scores,
}: {
  readonly given: readonly string[] | undefined;
  readonly labels: readonly string[] | undefined;
  readonly scores: ScoreTable;
}): string {
  const name = given?.[0] ?? scores.columnNames?.[0] ?? "positive";
  const found = [...new Set(labels)];
  if (given !== undefined && given.length !== 1) {
    throw new UserError(`Cannot take the scores as binary: expected the name of one class, found ${given.join(", ")}`);
  }
  if (labels === undefined || found.every((label) => label === "0" || label === "1") || found.includes(name))
    return name;
  throw new UserError(
    `Cannot tell which class the scores of ${scores.file} are of: expected --classes with one of ${found.join(", ")}, found ${given === undefined ? "none" : name}`,
  );
}

function classNames({
  given,
  scores,
  truth,
  labels,
  width,
}: {
  readonly given: readonly string[] | undefined;
  readonly scores: ScoreTable;
  readonly truth: ScoreTable;
  readonly labels: readonly string[] | undefined;
  readonly width: number | undefined;
}): readonly string[] {
  const hotNames = labels === undefined ? truth.columnNames : undefined;
  const names = given ?? (width === undefined ? undefined : scores.columnNames) ?? hotNames;
  if (names !== undefined) {
    if (width !== undefined && names.length !== width) {
      throw new UserError(
        `Cannot name the classes: expected ${width} names, one per column of ${scores.file}, found ${names.length}`,
      );
    }
    return names;
  }
  if (labels === undefined) return Array.from({ length: truth.numbers?.columnCount ?? 0 }, (_, i) => String(i));
  if (areIndices(labels)) {
    const last = labels.reduce((greatest, label) => Math.max(greatest, Number(label)), 0);
    return Array.from({ length: Math.max(width ?? 2, last + 1) }, (_, i) => String(i));
  }
  // A cell may have several labels.
  const parts = labels.flatMap((label) => label.split(";")).map((label) => label.trim());
  const found = [...new Set(parts)].filter((label) => label !== "").sort();
  if (width === undefined || found.length === width) return found;
  throw new UserError(
    `Cannot name the classes: expected --classes with ${width} names in the order of ${scores.file}'s columns, found ${found.length} in truth (${few(found)})`,
  );
}

/** The first names of a list. */
function few(names: readonly string[]): string {
  return names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "");
}

function orderNotices({
  truth,
  scores,
  order,
}: {
  readonly truth: ScoreTable;
  readonly scores: ScoreTable;
  readonly order: Uint32Array;
}): Notice[] {
  if (order.some((row, at) => row !== at)) {
    return [{ code: "order", message: `The rows of ${scores.file} were put in the order of ${truth.file}, by id.` }];
  }
  const one = (truth.ids === undefined) !== (scores.ids === undefined);
  return one ? [{ code: "ids", message: "Only one of the files has ids: rows are taken one after the other." }] : [];
}

function toProbabilities(
  logits: Float64Array,
  { task, size }: { readonly task: Task; readonly size: number },
): Float64Array {
  return task === "multi-class" ? softmaxRows(logits, size) : logits.map(sigmoid);
}

function checkRange(
  scores: Float64Array,
  { classes, file }: { readonly classes: readonly string[]; readonly file: string },
): void {
  const bad = scores.findIndex((score) => !(score >= 0 && score <= 1));
  if (bad < 0) return;
  const place = `in row ${Math.floor(bad / classes.length) + 1}, class ${classes[bad % classes.length]}`;
  const hint = Number.isFinite(scores[bad]) ? " (if these are logits, --logits makes probabilities of them)" : "";
  throw new UserError(
    `Cannot measure the scores of ${file}: expected probabilities of 0 … 1, found ${scores[bad]} ${place}${hint}`,
  );
}

function sumsToOne(scores: Float64Array, size: number): boolean {
  for (let start = 0; start < scores.length; start += size) {
    let sum = 0;
    for (let at = start; at < start + size; at++) sum += scores[at]!;
    if (!(Math.abs(sum - 1) <= 1e-3)) return false;
  }
  return size > 1;
}

function isExclusive(hot: Uint8Array, size: number): boolean {
  return size > 1 && isHot(hot, size);
}

/** Rows of `size` values in another order. */
function reorder<Values extends Float64Array | Uint8Array>(
  values: Values,
  { order, size }: { readonly order: Uint32Array; readonly size: number },
): Values {
  const out = values.slice() as Values;
  order.forEach((row, at) => out.set(values.subarray(row * size, (row + 1) * size), at * size));
  return out;
}

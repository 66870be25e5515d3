import { type Notice, UserError } from "../../core/index.ts";
import type { Predictions, Task } from "../metrics/predictions.ts";
import { alignRows } from "./align-rows.ts";
import { namedClasses, positiveClass } from "./class-names.ts";
import { decisionName, truthColumn } from "./column-names.ts";
import { few } from "./few.ts";
import { fittingTruth } from "./fitting-truth.ts";
import { kindsOf, type RowLabels, rowLabels } from "./row-labels.ts";
import { lineOf, type ScoreTable } from "./score-table.ts";
import { checkRange, columnsNamed, sumsToOne, toProbabilities } from "./score-values.ts";
import { hotOfBinary, hotOfLabels, hotOfNumbers, isHot } from "./true-classes.ts";

export interface ResolveOptions {
  /** Decided by the files where absent, see {@link resolvePredictions}. */
  readonly task?: Task | undefined;
  /** Names of the classes: of the columns where these have none, otherwise their order; of the positive class in a binary task. */
  readonly classes?: readonly string[] | undefined;
  /** The scores are logits: sigmoid or softmax makes probabilities of them. */
  readonly logits?: boolean;
}

export interface ResolvedPredictions {
  /** Without decisions, unless the file has nothing else. */
  readonly predictions: Predictions;
  /** For each row of truth the row of the scores that belongs to it. */
  readonly order: Uint32Array;
  readonly notices: readonly Notice[];
}

/**
 * Truth and scores of two files as predictions. A task is `binary` where there is one column of scores; `multi-class` where truth is one
 * label a row, or hot in exactly one column of each row while all rows of scores sum to 1; `multi-label` otherwise.
 *
 * @throws UserError that says what does not match.
 */
export function resolvePredictions(
  truthFile: ScoreTable,
  scores: ScoreTable,
  { task: wanted, classes: given, logits = false }: ResolveOptions = {},
): ResolvedPredictions {
  const truth = fittingTruth(truthFile, { scores, given });
  const { order, notices: aligned } = alignRows(truth, scores);
  const mayBeEmpty = wanted === "multi-label";
  const names = given ?? scores.columnNames ?? [];
  const labels = rowLabels(truth, { column: truthColumn, mayBeEmpty, names });
  const readDecisions = () =>
    rowLabels(scores, { column: (names) => names.find((name) => decisionName.test(name)), mayBeEmpty, names });
  const columns = scores.numbers?.columnCount ?? 0;
  const onlyDecides = columns === 0 || scores.decided === true;
  const first = onlyDecides ? readDecisions() : undefined;
  const several =
    labels === undefined ? (truth.numbers?.columnCount ?? 0) > 1 : haveSeveral([...labels, ...(first ?? [])]);
  const binary = wanted === "binary" || (wanted === undefined && columns === 1 && !several);
  if (columns === 1 && !binary) checkWhole(scores);
  const decides = onlyDecides || (columns === 1 && !binary);
  const said = first ?? (decides ? readDecisions() : undefined);

  const naming = { given, truth, scores, labels, said };
  const { classes, notices: named } = binary ? { classes: [positiveClass(naming)], notices: [] } : namedClasses(naming);
  const hotOf = (own: RowLabels | undefined, table: ScoreTable, beside?: RowLabels) => {
    if (own === undefined) return hotOfNumbers(table, { classes });
    return binary ? hotOfBinary(own, { positive: classes[0]!, table }) : hotOfLabels(own, { classes, table, beside });
  };
  const hot = hotOf(labels, truth, said);
  const taskOf = (exclusive: boolean): Task =>
    wanted ?? (binary ? "binary" : exclusive ? "multi-class" : "multi-label");
  const notices = [...(truth.notices ?? []), ...(scores.notices ?? []), ...aligned, ...named];
  const size = classes.length;

  if (decides) {
    const decisions = inOrder(hotOf(said, scores, labels), { order, size });
    const task = taskOf(isExclusive(hot, size) && isExclusive(decisions, size));
    return { predictions: { task, classes, truth: hot, decisions }, order, notices };
  }
  if (columns !== size) {
    throw new UserError(
      `Cannot bring truth and scores together: expected ${size} columns of scores (${few(classes)}), found ${columns} in ${scores.file}`,
    );
  }
  const values = columnsNamed(classes, scores);
  const task = taskOf(isExclusive(hot, size) && (labels !== undefined || logits || sumsToOne(values, size)));
  const probabilities = logits ? toProbabilities(values, { task, size }) : values;
  checkRange(probabilities, { classes, scores });
  const sums = task !== "multi-class" || sumsToOne(probabilities, size);
  const message = "The scores of a row don't sum to 1: measures that need probabilities are left out.";
  return {
    predictions: {
      task,
      classes,
      truth: hot,
      scores: inOrder(probabilities, { order, size }),
      probabilities: sums,
    },
    order,
    notices: sums ? notices : [...notices, { code: "sums", message }],
  };
}

function haveSeveral(labels: RowLabels): boolean {
  return kindsOf(labels).size > 2 || labels.some((parts) => parts.length > 1);
}

/** A single column beside several classes can only be decisions. */
function checkWhole(scores: ScoreTable): void {
  const { values } = scores.numbers!;
  const row = values.findIndex((value) => !Number.isInteger(value) || value < 0);
  if (row < 0) return;
  throw new UserError(
    `Cannot take the one column of ${scores.file} as the scores of several classes: expected a column for each class, or decisions ` +
      `(whole numbers from 0), found ${values[row]} in row ${row + 1}${lineOf(scores, row)}; scores of one class are a binary task`,
  );
}

function isExclusive(hot: Uint8Array, size: number): boolean {
  return size > 1 && isHot(hot, size);
}

/** Rows of `size` values in another order. */
function inOrder<Values extends Float64Array | Uint8Array>(
  values: Values,
  { order, size }: { readonly order: Uint32Array; readonly size: number },
): Values {
  const out = values.slice() as Values;
  order.forEach((row, at) => out.set(values.subarray(row * size, (row + 1) * size), at * size));
  return out;
}

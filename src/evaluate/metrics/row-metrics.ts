import { meanOverRows } from "./averages.ts";
import type { Measurable, Metric } from "./metric.ts";
import { tasks } from "./predictions.ts";

/** The share of rows decided rightly. */
export const accuracyMetric: Metric = {
  name: "accuracy",
  label: "Accuracy",
  style: "percent",
  needs: "decisions",
  tasks: ["binary", "multi-class"],
  better: "higher",
  prepare: (data) => meanOverRows(rightRows(data)),
};

/** The share of rows of which every class is decided rightly. */
export const subsetAccuracyMetric: Metric = {
  ...accuracyMetric,
  name: "subsetAccuracy",
  label: "Subset accuracy",
  tasks: ["multi-label"],
};

/**
 * Brier score (1950): the mean over rows of (p − y)²; summed over the classes where they exclude each other (0 … 2), averaged over
 * them where they don't (0 … 1).
 */
export const brierMetric: Metric = {
  name: "brier",
  label: "Brier score",
  style: "fraction",
  needs: "probabilities",
  tasks,
  better: "lower",
  prepare: (data) =>
    meanOverRows(
      rowSums(data, (p, y) => (p - y) ** 2).map((sum) =>
        data.task === "multi-class" ? sum : sum / data.classes.length,
      ),
    ),
};

/** The smallest distance of a probability from 0 and 1 in the logarithm, that of float64 (as scikit-learn has it). */
const smallest = 2 ** -52;

/**
 * Log loss: −ln of the true class's probability where the classes exclude each other, otherwise the mean over classes of the
 * binary one. Probabilities are held off 0 and 1 by 2⁻⁵².
 */
export const logLossMetric: Metric = {
  ...brierMetric,
  name: "logLoss",
  label: "Log loss",
  prepare: (data) => {
    const { task, classes } = data;
    if (task === "multi-class") return meanOverRows(rowSums(data, (p, y) => (y === 1 ? -Math.log(held(p)) : 0)));
    const sums = rowSums(data, (p, y) => -Math.log(y === 1 ? held(p) : 1 - held(p)));
    return meanOverRows(sums.map((sum) => sum / classes.length));
  },
};

function held(p: number): number {
  return Math.min(1 - smallest, Math.max(smallest, p));
}

function rightRows({ rowCount, classes, truth, decisions }: Measurable): Float64Array {
  const right = new Float64Array(rowCount).fill(1);
  for (let at = 0; at < truth.length; at++) {
    if (truth[at] !== decisions![at]) right[Math.floor(at / classes.length)] = 0;
  }
  return right;
}

function rowSums(
  { rowCount, classes, truth, scores }: Measurable,
  value: (p: number, y: number) => number,
): Float64Array {
  const size = classes.length;
  return Float64Array.from({ length: rowCount }, (_, row) => {
    let sum = 0;
    for (let at = row * size; at < (row + 1) * size; at++) sum += value(scores![at]!, truth[at]!);
    return sum;
  });
}

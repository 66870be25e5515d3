import { classificationMetrics, type ClassificationMetrics } from "../classification-metrics.ts";
import type { Measurable, Metric } from "./metric.ts";
import type { RowWeights } from "./row-weights.ts";

const shared = { style: "fraction", needs: "decisions", better: "higher" } as const;

/** Cohen's κ (1960): agreement beyond chance; undefined where truth and decisions are one and the same class throughout. */
export const kappaMetric: Metric = {
  ...shared,
  name: "kappa",
  label: "Cohen’s κ",
  tasks: ["binary", "multi-class"],
  prepare: (data) => fromConfusion(data, ({ kappa }) => kappa),
};

/** The j·κ index of Mar et al. 2011, for beats with classes `S` and `V`; see {@link ClassificationMetrics}. */
export const jKappaMetric: Metric = {
  ...shared,
  name: "jKappa",
  label: "j·κ index",
  tasks: ["multi-class"],
  misfit: (classes) => lacking(classes, ["S", "V"]),
  prepare: (data) => fromConfusion(data, ({ jKappa }) => jKappa),
};

/**
 * The score of the PhysioNet/CinC Challenge 2017 (Clifford et al. 2017): the mean F1 of N (normal), A (atrial fibrillation) and O
 * (other rhythm), each F1 = 2·TP / (true + called). Noisy recordings (~) count as errors of these, and have no F1 of their own in it.
 */
export const cinc2017Metric: Metric = {
  ...shared,
  name: "cinc2017",
  label: "CinC 2017 score",
  tasks: ["multi-class"],
  misfit: (classes) => lacking(classes, ["N", "A", "O"]),
  prepare: (data) =>
    fromConfusion(data, ({ classes }) => {
      const scores = ["N", "A", "O"].map((name) => classes[name]?.f1);
      return scores.reduce((sum, f1) => (sum === undefined || f1 === undefined ? undefined : sum + f1 / 3), 0);
    }),
};

/** What is missing of the classes that a metric is about; `undefined` where nothing is. */
export function lacking(classes: readonly string[], wanted: readonly string[]): string | undefined {
  return wanted.every((name) => classes.includes(name)) ? undefined : `classes ${wanted.join(", ")}`;
}

function fromConfusion(data: Measurable, pick: (metrics: ClassificationMetrics) => number | undefined) {
  const binary = data.task === "binary";
  const classes = binary ? ["no", "yes"] : data.classes;
  const [truth, decided] = [data.truth, data.decisions!].map((hot) => (binary ? hot : columnsOf(hot, classes.length)));
  return (weights: RowWeights) => {
    const confusion = classes.map(() => classes.map(() => 0));
    for (let row = 0; row < weights.length; row++) confusion[truth![row]!]![decided![row]!]! += weights[row]!;
    return { value: pick(classificationMetrics(confusion, { classes })) };
  };
}

/** The column of each row's only 1. */
function columnsOf(hot: Uint8Array, size: number): Uint32Array {
  const columns = new Uint32Array(hot.length / size);
  for (let at = 0; at < hot.length; at++) if (hot[at] === 1) columns[Math.floor(at / size)] = at % size;
  return columns;
}

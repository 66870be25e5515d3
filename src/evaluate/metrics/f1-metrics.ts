import { meanOfAll, ratio } from "./averages.ts";
import type { ClassCounts } from "./class-counts.ts";
import type { Metric } from "./metric.ts";
import { tasks } from "./predictions.ts";

const shared = { style: "fraction", needs: "decisions", tasks, better: "higher" } as const;

/**
 * The mean F1 = 2 TP / (2 TP + FP + FN) of the classes that at least one row has; classes that none has are shown as undefined and
 * left out, as `classificationMetrics` does.
 */
export const macroF1Metric: Metric = {
  ...shared,
  name: "macroF1",
  label: "Macro-F1",
  prepare:
    ({ counts }) =>
    (weights) =>
      perPresentClass(counts(weights), ({ hits, support, called }) => ratio(2 * hits, support + called)),
};

/** The F1 of each class weighed by how many rows have it, so that rare classes hardly count. */
export const weightedF1Metric: Metric = {
  ...shared,
  name: "weightedF1",
  label: "Weighted F1",
  tasks: ["multi-class", "multi-label"],
  prepare:
    ({ counts }) =>
    (weights) => {
      const { hits, support, called } = counts(weights);
      const weighed = support.map((count, label) =>
        count === 0 ? 0 : (count * 2 * hits[label]!) / (count + called[label]!),
      );
      return { value: ratio(sum(weighed), sum(support)) };
    },
};

/** F1 of all decisions of all classes together. */
export const microF1Metric: Metric = {
  ...shared,
  name: "microF1",
  label: "Micro-F1",
  tasks: ["multi-class", "multi-label"],
  prepare:
    ({ counts }) =>
    (weights) => {
      const { hits, support, called } = counts(weights);
      return { value: ratio(2 * sum(hits), sum(support) + sum(called)) };
    },
};

/** Se = TP / (TP + FN), mean of the classes that occur. */
export const macroSensitivityMetric: Metric = {
  ...shared,
  name: "macroSensitivity",
  label: "Macro sensitivity",
  prepare:
    ({ counts }) =>
    (weights) =>
      perPresentClass(counts(weights), ({ hits, support }) => ratio(hits, support)),
};

interface OneClass {
  readonly hits: number;
  readonly support: number;
  readonly called: number;
}

function perPresentClass({ hits, support, called }: ClassCounts, measure: (one: OneClass) => number | undefined) {
  const classes = Array.from(support, (supported, label) =>
    supported === 0 ? undefined : measure({ hits: hits[label]!, support: supported, called: called[label]! }),
  );
  return { value: meanOfAll(classes.filter((value) => value !== undefined)), classes };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

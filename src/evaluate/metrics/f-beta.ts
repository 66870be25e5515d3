import { meanOfDefined, ratio } from "./averages.ts";
import { countClasses } from "./class-counts.ts";
import type { Measurable, Metric } from "./metric.ts";
import type { RowWeights } from "./row-weights.ts";
import type { Predictions } from "./predictions.ts";
import { rowCountOf } from "./predictions.ts";

/** β of both measures, as the PhysioNet/CinC Challenge 2020 fixed it. */
const beta = 2;

const shared = {
  style: "fraction",
  needs: "decisions",
  tasks: ["multi-label", "multi-class"],
  better: "higher",
} as const;

/**
 * Fβ = (1 + β²)TP / ((1 + β²)TP + FP + β²FN), β = 2, mean over classes, where each row weighs 1/(number of its true classes)
 * (Perez Alday et al. 2020; Strodthoff et al. 2020). A class that no row has and none is decided for is undefined and left out.
 */
export const fBetaMetric: Metric = {
  ...shared,
  name: "fBeta",
  label: "Fβ (β = 2)",
  prepare: (data) => overClasses(data, fBeta),
};

/** Gβ = TP / (TP + FP + β·FN), otherwise as {@link fBetaMetric}. */
export const gBetaMetric: Metric = {
  ...shared,
  name: "gBeta",
  label: "Gβ (β = 2)",
  prepare: (data) => overClasses(data, gBeta),
};

interface Errors {
  readonly hits: number;
  readonly falseAlarms: number;
  readonly misses: number;
}

function fBeta({ hits, falseAlarms, misses }: Errors): number | undefined {
  return ratio((1 + beta ** 2) * hits, (1 + beta ** 2) * hits + falseAlarms + beta ** 2 * misses);
}

export function gBeta({ hits, falseAlarms, misses }: Errors): number | undefined {
  return ratio(hits, hits + falseAlarms + beta * misses);
}

/** 1/(number of true classes) of each row; 1 where it has none. */
function labelShares(predictions: Pick<Predictions, "truth" | "classes">): Float64Array {
  const size = predictions.classes.length;
  return Float64Array.from({ length: rowCountOf(predictions) }, (_, row) => {
    let labels = 0;
    for (let at = row * size; at < (row + 1) * size; at++) labels += predictions.truth[at]!;
    return 1 / Math.max(1, labels);
  });
}

function overClasses(data: Measurable, measure: (errors: Errors) => number | undefined) {
  const shares = labelShares(data);
  const { truth, classes } = data;
  return (weights: RowWeights) => {
    const weighted = weights.map((weight, row) => weight * shares[row]!);
    const { hits, support, called } = countClasses({ truth, classes, decisions: data.decisions! }, weighted);
    const values = classes.map((_, label) =>
      measure({
        hits: hits[label]!,
        falseAlarms: called[label]! - hits[label]!,
        misses: support[label]! - hits[label]!,
      }),
    );
    return { value: meanOfDefined(values), classes: values };
  };
}

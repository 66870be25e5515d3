import type { Measured } from "../classification-metrics.ts";
import { meanOfAll, meanOfDefined } from "./averages.ts";
import type { Metric } from "./metric.ts";
import type { RowWeights } from "./row-weights.ts";
import type { Ranking } from "./ranking.ts";
import { tasks } from "./predictions.ts";

/**
 * The mean over classes of the area under the ROC curve: the share of pairs of a positive and a negative in the right order, ties
 * counting half (Mann & Whitney 1947, midranks).
 */
export const macroAucMetric: Metric = {
  name: "macroAuc",
  label: "Macro AUC",
  style: "fraction",
  needs: "scores",
  tasks,
  better: "higher",
  everyClassNeeds: "positives and negatives",
  prepare: ({ classes, ranking }) =>
    overClasses(
      classes.map((_, label) => ranking(label)),
      weightedAuc,
    ),
};

/**
 * {@link macroAucMetric} over those classes alone that some rows have and some have not, for data that lack classes; no published value is
 * such a mean. In a resample that lacks one of them, the mean is over the others.
 */
export const macroAucPresentMetric: Metric = {
  name: "macroAucPresent",
  label: "Macro AUC, classes present",
  style: "fraction",
  needs: "scores",
  tasks,
  better: "higher",
  standsInFor: macroAucMetric,
  prepare: ({ classes, ranking }) => {
    const rankings = classes.map((_, label) => ranking(label));
    return (weights) => {
      const values = rankings.map((each) => weightedAuc(each, weights));
      return { value: meanOfDefined(values), classes: values };
    };
  },
};

/**
 * The mean over classes of the average precision: precision at each score, weighted with the step in recall there, without
 * interpolation, as scikit-learn's `average_precision_score` has it.
 */
export const macroAuprcMetric: Metric = {
  name: "macroAuprc",
  label: "Macro AUPRC",
  style: "fraction",
  needs: "scores",
  tasks,
  better: "higher",
  everyClassNeeds: "positives",
  prepare: ({ classes, ranking }) =>
    overClasses(
      classes.map((_, label) => ranking(label)),
      weightedAveragePrecision,
    ),
};

function overClasses(rankings: readonly Ranking[], area: (ranking: Ranking, weights: RowWeights) => Measured) {
  return (weights: RowWeights) => {
    const values = rankings.map((ranking) => area(ranking, weights));
    return { value: meanOfAll(values), classes: values };
  };
}

/** Undefined without positives or without negatives. */
export function weightedAuc({ rows, positive, begins }: Ranking, weights: RowWeights): Measured {
  let area = 0;
  let [positives, negatives] = [0, 0];
  let [tiedPositives, tiedNegatives] = [0, 0];
  for (let place = 0; place < rows.length; place++) {
    if (begins[place] === 1) {
      area += tiedPositives * (negatives + tiedNegatives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
      tiedPositives = 0;
      tiedNegatives = 0;
    }
    if (positive[place] === 1) tiedPositives += weights[rows[place]!]!;
    else tiedNegatives += weights[rows[place]!]!;
  }
  area += tiedPositives * (negatives + tiedNegatives / 2);
  positives += tiedPositives;
  negatives += tiedNegatives;
  return positives === 0 || negatives === 0 ? undefined : area / (positives * negatives);
}

/** Undefined without positives. */
export function weightedAveragePrecision({ rows, positive, begins }: Ranking, weights: RowWeights): Measured {
  let sum = 0;
  let [hits, called] = [0, 0];
  let [tiedHits, tiedCalled] = [0, 0];
  for (let place = rows.length - 1; place >= 0; place--) {
    const weight = weights[rows[place]!]!;
    tiedCalled += weight;
    if (positive[place] === 1) tiedHits += weight;
    if (begins[place] === 0) continue;
    hits += tiedHits;
    called += tiedCalled;
    if (tiedHits > 0) sum += (hits / called) * tiedHits;
    tiedHits = 0;
    tiedCalled = 0;
  }
  return hits === 0 ? undefined : sum / hits;
}

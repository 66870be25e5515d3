import { UserError } from "../../core/index.ts";
import { type ClassCounts, countClasses } from "./class-counts.ts";
import type { Measurable } from "./metric.ts";
import type { RowWeights } from "./row-weights.ts";
import { checkPredictions, type Predictions, rowCountOf } from "./predictions.ts";
import { type Ranking, rankScores } from "./ranking.ts";

/** Checks predictions and makes them {@link Measurable}. Counts are kept for the weights that were asked for last. */
export function measurable(predictions: Predictions): Measurable {
  const { scores, decisions, truth, classes } = checkPredictions(predictions);
  const rankings = new Map<number, Ranking>();
  let counted: { readonly weights: RowWeights; readonly counts: ClassCounts } | undefined;
  return {
    ...predictions,
    rowCount: rowCountOf(predictions),
    ranking: (label) => {
      if (scores === undefined) throw new UserError("Cannot rank the rows: expected scores, found decisions only");
      const ranking = rankings.get(label) ?? rankScores({ scores, truth }, { label, classCount: classes.length });
      rankings.set(label, ranking);
      return ranking;
    },
    counts: (weights) => {
      if (decisions === undefined)
        throw new UserError("Cannot count the decisions: expected decisions, found scores only");
      if (counted?.weights !== weights) {
        counted = { weights, counts: countClasses({ truth, decisions, classes }, weights) };
      }
      return counted.counts;
    },
  };
}

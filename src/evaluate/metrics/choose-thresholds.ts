import { UserError } from "../../core/index.ts";
import { gBeta } from "./f-beta.ts";
import { checkPredictions, type Predictions } from "./predictions.ts";

/** How many thresholds are tried: 0, 1/99, … 1. */
const candidates = 100;

export interface ChosenThresholds {
  readonly thresholds: Float64Array;
  /** Classes that no row has, so that there was nothing to choose by: their threshold is .5. */
  readonly unchosen: readonly string[];
}

/**
 * One threshold per class: the smallest of 100 equally spaced values from 0 to 1 that gives the greatest Gβ (β = 2) to
 * `score > threshold` (Strodthoff et al. 2020). Each row counts 1 here, as in the benchmark's search, which sees one class at a time;
 * the measure itself weighs rows by 1/(number of their true classes). To be given training or validation scores, never those that
 * are measured. Decide by them with `{ thresholds, orEqual: false, otherwise: "greatest" }`.
 */
export function chooseThresholds(predictions: Predictions): ChosenThresholds {
  const { classes, truth, scores } = checkPredictions(predictions);
  if (scores === undefined) throw new UserError("Cannot choose thresholds: expected scores, found decisions only");
  const unchosen: string[] = [];
  const thresholds = Float64Array.from(classes, (name, label) => {
    // By the number of thresholds that a score is above: how many rows with the class, and without.
    const [having, lacking] = [new Float64Array(candidates + 1), new Float64Array(candidates + 1)];
    for (let at = label; at < truth.length; at += classes.length) {
      const passed = thresholdsBelow(scores[at]!);
      if (truth[at] === 1) having[passed]!++;
      else lacking[passed]!++;
    }
    const positives = having.reduce((sum, rows) => sum + rows, 0);
    if (positives === 0) {
      unchosen.push(name);
      return 0.5;
    }
    let [hits, falseAlarms] = [0, 0];
    let best = { g: -1, k: 0 };
    // From the highest threshold down, so that sums grow; of equals the smallest threshold is kept.
    for (let k = candidates - 1; k >= 0; k--) {
      hits += having[k + 1]!;
      falseAlarms += lacking[k + 1]!;
      const g = gBeta({ hits, falseAlarms, misses: positives - hits }) ?? 0;
      if (g >= best.g) best = { g, k };
    }
    return best.k / (candidates - 1);
  });
  return { thresholds, unchosen };
}

/** How many of the thresholds a score is above. */
function thresholdsBelow(score: number): number {
  const last = candidates - 1;
  let k = Math.min(last, Math.max(0, Math.ceil(score * last)));
  // The product is rounded; the comparison with k/99 decides.
  if (k > 0 && score <= (k - 1) / last) k--;
  if (k <= last && score > k / last) k++;
  return k;
}

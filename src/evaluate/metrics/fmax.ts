import type { Metric } from "./metric.ts";
import type { RowWeights } from "./row-weights.ts";

/** 0, .01, … 1. */
const steps = 100;

/**
 * Fmax, sample-centric (Strodthoff et al. 2020; the measure of CAFA, Radivojac et al. 2013): at each threshold 0, .01, … 1 a row is
 * predicted the classes whose score is not below it; precision is the mean over the rows that are predicted anything, recall the
 * mean over the rows that have a class; the greatest harmonic mean of the two over thresholds.
 */
export const fmaxMetric: Metric = {
  name: "fmax",
  label: "Fmax",
  style: "fraction",
  needs: "probabilities",
  tasks: ["multi-label", "multi-class"],
  better: "higher",
  prepare: ({ classes, truth, scores, rowCount }) => {
    const size = classes.length;
    const width = steps + 1;
    // [row, threshold]; a row's precisions from `ends` on are undefined, as nothing is predicted there.
    const [precisions, recalls] = [new Float64Array(rowCount * width), new Float64Array(rowCount * width)];
    const ends = new Uint8Array(rowCount);
    const labels = new Float64Array(rowCount);
    const [hitsAt, calledAt] = [new Float64Array(width + 1), new Float64Array(width + 1)];
    for (let row = 0; row < rowCount; row++) {
      hitsAt.fill(0);
      calledAt.fill(0);
      for (let at = row * size; at < (row + 1) * size; at++) {
        const reached = thresholdsReached(scores![at]!);
        calledAt[reached]! += 1;
        if (truth[at] === 1) {
          hitsAt[reached]! += 1;
          labels[row]! += 1;
        }
      }
      let [hits, called] = [0, 0];
      for (let reached = width; reached >= 1; reached--) {
        hits += hitsAt[reached]!;
        called += calledAt[reached]!;
        if (called === 0) continue;
        if (ends[row] === 0) ends[row] = reached;
        precisions[row * width + reached - 1] = hits / called;
        if (labels[row]! > 0) recalls[row * width + reached - 1] = hits / labels[row]!;
      }
    }
    return (weights) => ({ value: greatestF({ precisions, recalls, ends, labels }, weights) });
  },
};

interface RowCurves {
  readonly precisions: Float64Array;
  readonly recalls: Float64Array;
  readonly ends: Uint8Array;
  readonly labels: Float64Array;
}

function greatestF({ precisions, recalls, ends, labels }: RowCurves, weights: RowWeights): number | undefined {
  const width = steps + 1;
  const [precision, recall, predicted] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)];
  let labelled = 0;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    if (labels[row]! > 0) labelled += weight;
    const end = ends[row]!;
    for (let k = 0, at = row * width; k < end; k++, at++) {
      precision[k]! += weight * precisions[at]!;
      recall[k]! += weight * recalls[at]!;
      predicted[k]! += weight;
    }
  }
  let best: number | undefined;
  for (let k = 0; k < width; k++) {
    if (predicted[k] === 0 || labelled === 0) continue;
    const [p, r] = [precision[k]! / predicted[k]!, recall[k]! / labelled];
    const f = p + r === 0 ? 0 : (2 * p * r) / (p + r);
    if (best === undefined || f > best) best = f;
  }
  return best;
}

/** How many of the thresholds 0, .01, … 1 a score of 0 … 1 is not below. */
function thresholdsReached(score: number): number {
  let k = Math.min(steps, Math.max(-1, Math.floor(score * steps)));
  // The product is rounded; the comparison with k/100 decides.
  if (k < steps && score >= (k + 1) / steps) k++;
  if (k >= 0 && score < k / steps) k--;
  return k + 1;
}

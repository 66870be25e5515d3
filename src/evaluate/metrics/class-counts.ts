import type { Predictions } from "./predictions.ts";
import type { RowWeights } from "./row-weights.ts";

/** Per class, sums of the rows' weights. */
export interface ClassCounts {
  readonly hits: Float64Array;
  /** True rows: TP + FN. */
  readonly support: Float64Array;
  /** Rows decided for: TP + FP. */
  readonly called: Float64Array;
  /** Of all rows. */
  readonly total: number;
}

/** Counts truth and decisions [row, class] with a weight per row. */
export function countClasses(
  { truth, decisions, classes }: Required<Pick<Predictions, "truth" | "decisions" | "classes">>,
  weights: RowWeights,
): ClassCounts {
  const size = classes.length;
  const [hits, support, called] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  let total = 0;
  for (let row = 0, at = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    total += weight;
    if (weight === 0) {
      at += size;
      continue;
    }
    for (let label = 0; label < size; label++, at++) {
      const both = truth[at]! + 2 * decisions[at]!;
      if (both === 0) continue;
      if (both !== 2) support[label]! += weight;
      if (both !== 1) called[label]! += weight;
      if (both === 3) hits[label]! += weight;
    }
  }
  return { hits, support, called, total };
}

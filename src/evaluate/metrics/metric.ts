import type { Measured } from "../classification-metrics.ts";
import type { ValueStyle } from "../report/format-value.ts";
import type { ClassCounts } from "./class-counts.ts";
import type { Predictions, Task } from "./predictions.ts";
import type { Ranking } from "./ranking.ts";
import type { RowWeights } from "./row-weights.ts";

export interface MetricValue {
  readonly value: Measured;
  /** By class, where the metric has a value for each. */
  readonly classes?: readonly Measured[];
}

/** Predictions with what several metrics share, computed once. */
export interface Measurable extends Predictions {
  readonly rowCount: number;
  /** The order of a class's scores. */
  ranking(label: number): Ranking;
  /** How decisions and truth meet, class by class. */
  counts(weights: RowWeights): ClassCounts;
}

/** How a metric is computed and what it needs. */
export interface Metric {
  readonly name: string;
  /** For tables. */
  readonly label: string;
  /** `percent` for shares of rows, `fraction` otherwise. */
  readonly style: ValueStyle;
  readonly needs: "scores" | "probabilities" | "decisions";
  readonly tasks: readonly Task[];
  readonly better: "higher" | "lower";
  /** What every class must have in truth; without it the metric is an error that names the classes. */
  readonly everyClassNeeds?: "positives" | "positives and negatives";
  /** Stands in for another metric, and is measured only where that one meets an obstacle. */
  readonly standsInFor?: Metric;
  /** Why it does not fit these classes; `undefined` where it does. */
  readonly misfit?: (classes: readonly string[]) => string | undefined;
  /** All that does not depend on the weights is done here, so that resamples are cheap. */
  prepare(data: Measurable): (weights: RowWeights) => MetricValue;
}

import { UserError } from "../../core/index.ts";
import type { Measured } from "../classification-metrics.ts";
import { quantileOfSorted } from "../quantile.ts";
import { measurable } from "./measurable.ts";
import { obstacle, onesFor } from "./measure.ts";
import type { Metric } from "./metric.ts";
import type { Predictions } from "./predictions.ts";
import { resampler, type ResamplingOptions } from "./resampling.ts";

export interface BootstrapScoresOptions extends ResamplingOptions {
  readonly metrics: readonly Metric[];
  /** Share of the distribution inside the interval; .95 by default. */
  readonly level?: number;
}

/** As the PTB-XL benchmark does it (Strodthoff et al. 2020): 100 resamples, each with all classes; 5 % and 95 % quantiles. */
export const ptbxlBootstrap = { resamples: 100, level: 0.9, rejectAbsentClasses: true } as const;

export interface BootstrapSummary {
  readonly metric: string;
  /** On the data as they are. */
  readonly point: Measured;
  /** Of the resamples. */
  readonly mean: Measured;
  /** Linear quantiles of the resamples. */
  readonly low: Measured;
  readonly high: Measured;
  /** Resamples in which the metric was undefined; mean and quantiles are those of the others. */
  readonly undefinedResamples: number;
}

export interface BootstrapScores {
  readonly unitCount: number;
  readonly resamples: number;
  readonly level: number;
  readonly rejected: number;
  readonly metrics: readonly BootstrapSummary[];
}

/**
 * Percentile bootstrap intervals of metrics. All metrics are measured on the same resamples.
 * @throws UserError where a metric does not apply to the predictions.
 */
export function bootstrapScores(predictions: Predictions, options: BootstrapScoresOptions): BootstrapScores {
  const { metrics, level = 0.95, resamples = 1000 } = options;
  checkLevel(level);
  const data = measurable(predictions);
  const prepared = metrics.map((metric) => prepare(data, metric));
  const drawn = resampler(data, { ...options, resamples });
  const values = metrics.map(() => [] as number[]);
  for (const weights of drawn.draw()) {
    prepared.forEach((measure, i) => {
      const { value } = measure(weights);
      if (value !== undefined) values[i]!.push(value);
    });
  }
  const ones = onesFor(data);
  return {
    unitCount: drawn.unitCount,
    resamples,
    level,
    rejected: drawn.rejected(),
    metrics: metrics.map(({ name }, i) => ({
      metric: name,
      point: prepared[i]!(ones).value,
      ...summarise(values[i]!, level),
      undefinedResamples: resamples - values[i]!.length,
    })),
  };
}

/** The metric made ready for these data, or the sentence that says why it cannot be. */
export function prepare(data: ReturnType<typeof measurable>, metric: Metric): ReturnType<Metric["prepare"]> {
  const problem = obstacle(data, metric);
  if (problem !== undefined) throw new UserError(`Cannot measure the ${metric.label}: ${problem}`);
  return metric.prepare(data);
}

/** Mean and central interval. */
export function summarise(values: readonly number[], level: number): Pick<BootstrapSummary, "mean" | "low" | "high"> {
  const sorted = Float64Array.from(values).sort();
  return {
    mean: values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length,
    low: quantileOfSorted(sorted, (1 - level) / 2),
    high: quantileOfSorted(sorted, (1 + level) / 2),
  };
}

export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new UserError(`Cannot bootstrap: expected a level between 0 and 1, found ${level}`);
  }
}

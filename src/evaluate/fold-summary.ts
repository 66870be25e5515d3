import type { Measured } from "./classification-metrics.ts";
import { type ReportMetrics, combineMetrics } from "./metric-table.ts";

/**
 * The mean over folds, value by value. A value that is undefined in one fold is undefined in the mean: leaving the fold
 * out would average over the easier folds only. Supports are averaged, too. Without folds every value is undefined.
 */
export function meanOfMetrics<Metrics extends ReportMetrics = ReportMetrics>(folds: readonly Metrics[]): Metrics {
  return combineMetrics(folds, { combine: mean, combineSupport: (supports) => mean(supports) ?? 0 });
}

/** The standard deviation over folds, value by value, with n − 1 in the denominator; undefined for fewer than two folds. */
export function deviationOfMetrics<Metrics extends ReportMetrics = ReportMetrics>(folds: readonly Metrics[]): Metrics {
  return combineMetrics(folds, {
    combine: standardDeviation,
    combineSupport: (supports) => standardDeviation(supports) ?? 0,
  });
}

function mean(values: readonly Measured[]): Measured {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return values.length === 0 ? undefined : sum / values.length;
}

function standardDeviation(values: readonly Measured[]): Measured {
  const centre = mean(values);
  if (centre === undefined || values.length < 2) return undefined;
  const squares = values.reduce<number>((sum, value) => sum + ((value ?? 0) - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

import type { Measured } from "../classification-metrics.ts";
import type { PairedComparison } from "../metrics/paired-bootstrap.ts";
import type { ScoreReport } from "./score-report.ts";
import type { SettledPredictions } from "./settle-decisions.ts";

/** A report as one JSON value: metrics and classes by name, `null` for what is undefined. */
export function scoreJson(
  report: ScoreReport,
  { thresholds, temperatures }: Pick<SettledPredictions, "thresholds" | "temperatures"> = {},
): unknown {
  const { task, rows, classes, metrics, leftOut, bootstrap, comparison, notices } = report;
  const byClass = (values: readonly Measured[]) =>
    Object.fromEntries(classes.map((name, i) => [name, values[i] ?? null]));
  return {
    task,
    rows,
    classes,
    ...(thresholds === undefined ? {} : { thresholds: byClass(thresholds) }),
    ...(temperatures === undefined
      ? {}
      : { temperatures: temperatures.length === 1 ? temperatures[0] : byClass(temperatures) }),
    metrics: Object.fromEntries(
      metrics.map(({ name, value, classes: each, interval }) => [
        name,
        {
          value: value ?? null,
          ...(interval === undefined ? {} : { interval: nullsIn(interval) }),
          ...(each === undefined ? {} : { classes: byClass(each) }),
        },
      ]),
    ),
    leftOut,
    ...(bootstrap === undefined ? {} : { bootstrap }),
    ...(comparison === undefined
      ? {}
      : {
          comparison: Object.fromEntries(comparison.metrics.map((one: PairedComparison) => [one.metric, nullsIn(one)])),
        }),
    notices,
  };
}

function nullsIn(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]: [string, unknown]) => [key, value ?? null]));
}

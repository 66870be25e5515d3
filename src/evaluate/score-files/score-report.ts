import { type Notice, UserError } from "../../core/index.ts";
import type { Measured } from "../classification-metrics.ts";
import {
  bootstrapScores,
  type BootstrapScores,
  type BootstrapSummary,
  ptbxlBootstrap,
} from "../metrics/bootstrap-scores.ts";
import { measurable } from "../metrics/measurable.ts";
import { obstacle, onesFor } from "../metrics/measure.ts";
import type { Metric } from "../metrics/metric.ts";
import { metricList } from "../metrics/metric-list.ts";
import { pairedBootstrap, type PairedBootstrap } from "../metrics/paired-bootstrap.ts";
import { type Predictions, rowCountOf, type Task } from "../metrics/predictions.ts";

export interface ScoreReportOptions {
  /** What is wanted; an obstacle to one of these is an error. Absent: all that apply. */
  readonly metrics?: readonly Metric[] | undefined;
  readonly bootstrap?: {
    readonly resamples: number;
    readonly seed: string | number;
    readonly level?: number | undefined;
    /** As the PTB-XL benchmark does it: intervals of 90 %, resamples that lost a class drawn again. */
    readonly ptbxl?: boolean;
    /** The record or patient of each row. */
    readonly groups?: readonly string[] | undefined;
  };
  /** Another model's predictions of the same rows; needs `bootstrap`. */
  readonly compare?: Predictions | undefined;
}

/** All that is said of predictions. */
export interface ScoreReport {
  readonly task: Task;
  readonly rows: number;
  readonly classes: readonly string[];
  readonly metrics: readonly ScoredMetric[];
  /** Metrics that do not apply, and why. */
  readonly leftOut: readonly { readonly metric: string; readonly reason: string }[];
  readonly bootstrap?: Omit<BootstrapScores, "metrics">;
  readonly comparison?: PairedBootstrap;
  readonly notices: readonly Notice[];
}

export interface ScoredMetric extends Pick<Metric, "name" | "label" | "style" | "better"> {
  readonly value: Measured;
  readonly classes?: readonly Measured[];
  readonly interval?: Pick<BootstrapSummary, "mean" | "low" | "high" | "undefinedResamples">;
}

/** Measures predictions with every metric that applies to them, or those that are wanted. */
export function scoreReport(
  predictions: Predictions,
  { metrics: wanted, bootstrap, compare }: ScoreReportOptions = {},
): ScoreReport {
  const data = measurable(predictions);
  const obstacles = new Map((wanted ?? metricList).map((metric) => [metric, obstacle(data, metric)]));
  const metrics = [...obstacles].filter(([, reason]) => reason === undefined).map(([metric]) => metric);
  const refused = [...obstacles].filter(([, reason]) => reason !== undefined);
  if (wanted !== undefined && refused.length > 0) {
    throw new UserError(refused.map(([{ label }, reason]) => `Cannot measure the ${label}: ${reason}`).join("; "));
  }
  const options = bootstrap && {
    metrics,
    resamples: bootstrap.resamples,
    seed: bootstrap.seed,
    level: bootstrap.level ?? (bootstrap.ptbxl === true ? ptbxlBootstrap.level : 0.95),
    rejectAbsentClasses: bootstrap.ptbxl === true,
    ...(bootstrap.groups === undefined ? {} : { groups: bootstrap.groups }),
  };
  if (compare !== undefined && options === undefined) {
    throw new UserError("Cannot compare two models: expected a bootstrap, found none");
  }
  const intervals = options && bootstrapScores(data, options);
  const ones = onesFor(data);
  return {
    task: data.task,
    rows: rowCountOf(data),
    classes: data.classes,
    metrics: metrics.map((metric, i) => {
      const { name, label, style, better } = metric;
      const summary = intervals?.metrics[i];
      return {
        name,
        label,
        style,
        better,
        ...metric.prepare(data)(ones),
        ...(summary === undefined ? {} : { interval: intervalOf(summary) }),
      };
    }),
    leftOut: refused.map(([{ name }, reason]) => ({ metric: name, reason: reason! })),
    ...(intervals === undefined ? {} : { bootstrap: settingsOf(intervals) }),
    ...(compare === undefined || options === undefined
      ? {}
      : { comparison: pairedBootstrap(data, compare, comparable(options, compare)) }),
    notices: [],
  };
}

function intervalOf({ mean, low, high, undefinedResamples }: BootstrapSummary): NonNullable<ScoredMetric["interval"]> {
  return { mean, low, high, undefinedResamples };
}

function settingsOf({ unitCount, resamples, level, rejected }: BootstrapScores): Omit<BootstrapScores, "metrics"> {
  return { unitCount, resamples, level, rejected };
}

/** The same options with the metrics that the other model has, too. */
function comparable<Options extends { readonly metrics: readonly Metric[] }>(
  options: Options,
  other: Predictions,
): Options {
  return { ...options, metrics: options.metrics.filter((metric) => obstacle(other, metric) === undefined) };
}

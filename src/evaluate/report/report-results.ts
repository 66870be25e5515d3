import type { Notice } from "../../core/index.ts";
import type { BootstrapIntervals } from "../bootstrap-metrics.ts";
import { addConfusions, type ConfusionMatrix } from "../confusion-matrix.ts";
import { deviationOfMetrics, meanOfMetrics } from "../fold-summary.ts";
import { recordTable } from "../record-table.ts";
import type { FoldReport, Report } from "./report.ts";
import { type Labelling, type ScoredRows, scorings } from "./scoring.ts";

/** The predictions on one fold's test part, example by example, and how its training went. */
export interface FoldPredictions extends Omit<FoldReport, "metrics" | "confusion">, Omit<ScoredRows, "classes"> {
  /** The record of each example. */
  readonly records: ArrayLike<string>;
  /** What the bootstrap draws together, such as the person of each example; the record where absent. */
  readonly groups?: ArrayLike<string> | undefined;
}

export interface ReportResultsOptions {
  readonly classes: readonly string[];
  /** Whether an example has exactly one class, the default, or may have several. */
  readonly labelling?: Labelling;
  /** What the bootstrap draws: records for an inter-patient split, beats for an intra-patient one. */
  readonly resample: BootstrapIntervals["unit"];
  readonly seed: string | number;
  /** 1000 and .95 for single classes; 100 and .9 for several, as the PTB-XL benchmark has it. */
  readonly resamples?: number | undefined;
  readonly level?: number | undefined;
  /** Names of measures beside the usual ones, see `metricList`. */
  readonly extras?: readonly string[] | undefined;
}

/** The measured part of a {@link Report}: per fold, over folds, pooled with intervals, and per record. */
export function reportResults(
  folds: readonly FoldPredictions[],
  options: ReportResultsOptions,
): Pick<Report, "classes" | "folds" | "mean" | "standardDeviation" | "pooled" | "records"> & {
  readonly confusion?: ConfusionMatrix;
  readonly intervals: BootstrapIntervals;
} {
  const { classes, labelling = "one", resample, seed, resamples, level, extras = [] } = options;
  const scoring = scorings[labelling];
  const notices: Notice[] = [];
  const measured = folds.map((fold): FoldReport => {
    const { truth, predicted, scores, name, learning, bestEpoch, seconds, peakMemoryMegabytes } = fold;
    const { metrics, confusion, notices: own } = scoring.measure({ classes, truth, predicted, scores }, extras);
    notices.push(...own.map(({ code, message }) => ({ code, message: `${name}: ${message}` })));
    return {
      name,
      metrics,
      ...(confusion === undefined ? {} : { confusion }),
      learning,
      ...(bestEpoch === undefined ? {} : { bestEpoch }),
      ...(seconds === undefined ? {} : { seconds }),
      ...(peakMemoryMegabytes === undefined ? {} : { peakMemoryMegabytes }),
    };
  });
  const all: ScoredRows = {
    classes,
    truth: folds.flatMap((fold) => Array.from(fold.truth)),
    predicted: folds.flatMap((fold) => Array.from(fold.predicted)),
    ...(folds.every(({ scores }) => scores !== undefined)
      ? { scores: folds.flatMap(({ scores }) => Array.from(scores!)) }
      : {}),
  };
  const records = folds.flatMap((fold) => Array.from(fold.records));
  const together = folds.flatMap((fold) => Array.from(fold.groups ?? fold.records));
  const isGrouped = resample === "record" || resample === "patient";
  const metrics = measured.map((fold) => fold.metrics);
  const confusions = measured.flatMap(({ confusion }) => (confusion === undefined ? [] : [confusion]));
  const { truth, predicted } = all;
  const intervals = scoring.intervals(all, {
    seed,
    resamples,
    level,
    unit: resample,
    extras,
    ...(isGrouped ? { groups: together } : {}),
  });
  return {
    classes,
    folds: measured,
    mean: meanOfMetrics(metrics),
    standardDeviation: deviationOfMetrics(metrics),
    ...(labelling === "one" ? { confusion: addConfusions(confusions, classes.length) } : {}),
    pooled: scoring.measure(all, extras).metrics,
    intervals: { ...intervals, notices: [...notices, ...intervals.notices] },
    // A recording that is one example has no row of its own.
    records:
      new Set(records).size === records.length ? [] : recordRows({ labelling, truth, predicted, records, classes }),
  };
}

function recordRows({
  labelling,
  records,
  ...rows
}: ScoredRows & { readonly labelling: Labelling; readonly records: readonly string[] }) {
  return labelling === "one" ? recordTable({ ...rows, groups: records }) : [];
}

import { bootstrapMetrics } from "../bootstrap-metrics.ts";
import { classificationMetrics } from "../classification-metrics.ts";
import { addConfusions, confusionMatrix } from "../confusion-matrix.ts";
import { deviationOfMetrics, meanOfMetrics } from "../fold-summary.ts";
import { recordTable } from "../record-table.ts";
import type { FoldReport, Report } from "./report.ts";

/** The predictions on one fold's test part, beat by beat, and how its training went. */
export interface FoldPredictions extends Omit<FoldReport, "metrics" | "confusion"> {
  /** Class numbers. */
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** The record of each beat. */
  readonly records: ArrayLike<string>;
}

export interface ReportResultsOptions {
  readonly classes: readonly string[];
  /** What the bootstrap draws: records for an inter-patient split, beats for an intra-patient one. */
  readonly resample: "record" | "beat";
  readonly seed: string | number;
  readonly resamples?: number;
}

/** The measured part of a {@link Report}: per fold, over folds, pooled with intervals, and per record. */
export function reportResults(
  folds: readonly FoldPredictions[],
  { classes, resample, seed, resamples = 1000 }: ReportResultsOptions,
): Pick<Report, "classes" | "folds" | "mean" | "standardDeviation" | "confusion" | "pooled" | "intervals" | "records"> {
  const measured = folds.map((fold): FoldReport => {
    const { truth, predicted, name, learning, bestEpoch, seconds, peakMemoryMegabytes } = fold;
    const confusion = confusionMatrix(truth, predicted, classes.length);
    return {
      name,
      metrics: classificationMetrics(confusion, { classes }),
      confusion,
      learning,
      ...(bestEpoch === undefined ? {} : { bestEpoch }),
      ...(seconds === undefined ? {} : { seconds }),
      ...(peakMemoryMegabytes === undefined ? {} : { peakMemoryMegabytes }),
    };
  });
  const truth = folds.flatMap((fold) => Array.from(fold.truth));
  const predicted = folds.flatMap((fold) => Array.from(fold.predicted));
  const groups = folds.flatMap((fold) => Array.from(fold.records));
  const confusion = addConfusions(
    measured.map((fold) => fold.confusion),
    classes.length,
  );
  const metrics = measured.map((fold) => fold.metrics);
  return {
    classes,
    folds: measured,
    mean: meanOfMetrics(metrics),
    standardDeviation: deviationOfMetrics(metrics),
    confusion,
    pooled: classificationMetrics(confusion, { classes }),
    intervals: bootstrapMetrics({
      truth,
      predicted,
      classes,
      seed,
      resamples,
      ...(resample === "record" ? { groups } : {}),
    }),
    records: recordTable({ truth, predicted, groups, classes }),
  };
}

import type { Measured } from "../classification-metrics.ts";
import { measure } from "../metrics/measure.ts";
import { metricNamed } from "../metrics/measure.ts";
import { type Reliability, reliability } from "../metrics/reliability.ts";
import { formatValue } from "./format-value.ts";
import { left, type ReportTable, right } from "./report-table.ts";
import { type Labelling, toPredictions } from "./scoring.ts";

/** How often the test part's probabilities came true, before and after temperatures that were fitted on the validation part. */
export interface CalibrationReport {
  /** One where the classes exclude each other, else one per class. */
  readonly temperatures: readonly { readonly fold: string; readonly values: readonly number[] }[];
  readonly before: CalibrationState;
  readonly after: CalibrationState;
}

export interface CalibrationState {
  /** By the names of `metricList`. */
  readonly measures: Readonly<Record<string, Measured>>;
  /** 15 bins of equal width. */
  readonly diagrams: readonly Reliability[];
}

/** The test rows of a fold with what a net says of them, [row, class]. */
export interface CalibratedFold {
  readonly fold: string;
  readonly temperatures: readonly number[];
  /** [row], class numbers; where rows may have several classes [row, class], 0 or 1. */
  readonly truth: ArrayLike<number>;
  readonly before: Float32Array;
  readonly after: Float32Array;
}

const measures: Readonly<Record<Labelling, readonly string[]>> = {
  one: ["ece", "classwiseEce", "brier", "logLoss"],
  several: ["classwiseEce", "brier", "logLoss"],
};

/** All folds' test rows together. */
export function calibrationReport(
  folds: readonly CalibratedFold[],
  { classes, labelling }: { readonly classes: readonly string[]; readonly labelling: Labelling },
): CalibrationReport {
  const truth = folds.flatMap((fold) => Array.from(fold.truth));
  const state = (part: "before" | "after"): CalibrationState => {
    const scores = folds.flatMap((fold) => Array.from(fold[part]));
    const task = labelling === "one" ? "multi-class" : "multi-label";
    // Nothing here goes by the decisions.
    const { decisions: _, ...predictions } = toPredictions({ classes, truth, predicted: truth, scores }, task);
    return {
      measures: Object.fromEntries(
        measures[labelling].map((name) => [name, measure(predictions, metricNamed(name)).value]),
      ),
      diagrams: reliability(predictions, { binning: "width" }),
    };
  };
  return {
    temperatures: folds.map(({ fold, temperatures }) => ({ fold, values: temperatures })),
    before: state("before"),
    after: state("after"),
  };
}

/** The measures before and after. */
export function calibrationTable({ temperatures, before, after }: CalibrationReport): ReportTable {
  const list = temperatures.map(({ fold, values }) => `${fold}: ${values.map((value) => value.toFixed(3)).join(", ")}`);
  return {
    title: "Calibration",
    columns: [left("Measure, the lower the better"), right("Before"), right("After")],
    rows: Object.keys(before.measures).map((name) => [
      metricNamed(name).label,
      formatValue(before.measures[name], "fraction"),
      formatValue(after.measures[name], "fraction"),
    ]),
    note: `Test part. Logits divided by temperatures that were fitted on the validation part (Guo et al. 2017): ${list.join("; ")}.`,
  };
}

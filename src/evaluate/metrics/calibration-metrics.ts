import { meanOfAll } from "./averages.ts";
import {
  type BinnedRows,
  binRows,
  type BinOptions,
  calibrationBins,
  expectedCalibrationError,
} from "./calibration-bins.ts";
import type { Metric } from "./metric.ts";
import { type Predictions, rowCountOf } from "./predictions.ts";

const shared = { style: "fraction", needs: "probabilities", better: "lower" } as const;

/**
 * The calibration error of what was decided (Guo et al. 2017), 15 bins of equal width: the greatest probability of each row against
 * whether it is the true class's. With one column: that probability against the truth.
 */
export const eceMetric: Metric = {
  ...shared,
  name: "ece",
  label: "Calibration error",
  tasks: ["binary", "multi-class"],
  prepare: (data) => errorOf(binRows(confidences(data), { binning: "width" })),
};

/** As {@link eceMetric} with bins of equal mass (Nguyen & O'Connor 2015). */
export const eceMassMetric: Metric = {
  ...eceMetric,
  name: "eceMass",
  label: "Calibration error, equal mass",
  prepare: (data) => errorOf(binRows(confidences(data), { binning: "mass" })),
};

/** The mean over classes of the error of each class's probability against whether a row has it (Kull et al. 2019). */
export const classwiseEceMetric: Metric = {
  ...shared,
  name: "classwiseEce",
  label: "Classwise calibration error",
  tasks: ["multi-class", "multi-label"],
  prepare: (data) => classwise(data, { binning: "width" }),
};

/** As {@link classwiseEceMetric} with bins of equal mass. */
export const classwiseEceMassMetric: Metric = {
  ...classwiseEceMetric,
  name: "classwiseEceMass",
  label: "Classwise calibration error, equal mass",
  prepare: (data) => classwise(data, { binning: "mass" }),
};

/** Of each row the greatest probability and whether its class (the first of equals) is the true one; with one column that column. */
export function confidences({
  task,
  classes,
  truth,
  scores,
}: Predictions): Pick<BinnedRows, "probabilities" | "outcomes"> {
  const rows = rowCountOf({ truth, classes });
  const size = classes.length;
  if (task === "binary") return { probabilities: scores!, outcomes: truth };
  const [probabilities, outcomes] = [new Float64Array(rows), new Uint8Array(rows)];
  for (let row = 0; row < rows; row++) {
    let best = row * size;
    for (let at = best + 1; at < (row + 1) * size; at++) if (scores![at]! > scores![best]!) best = at;
    probabilities[row] = scores![best]!;
    outcomes[row] = truth[best]!;
  }
  return { probabilities, outcomes };
}

/** One class's probabilities and whether each row has it. */
export function classOutcomes(
  { classes, truth, scores }: Predictions,
  label: number,
): Pick<BinnedRows, "probabilities" | "outcomes"> {
  const rows = { length: rowCountOf({ truth, classes }) };
  return {
    probabilities: Float64Array.from(rows, (_, row) => scores![row * classes.length + label]!),
    outcomes: Uint8Array.from(rows, (_, row) => truth[row * classes.length + label]!),
  };
}

function errorOf(binned: BinnedRows): ReturnType<Metric["prepare"]> {
  return (weights) => ({ value: expectedCalibrationError(calibrationBins(binned, weights)) });
}

function classwise(data: Predictions, options: BinOptions): ReturnType<Metric["prepare"]> {
  const each = data.classes.map((_, label) => binRows(classOutcomes(data, label), options));
  return (weights) => {
    const classes = each.map((binned) => expectedCalibrationError(calibrationBins(binned, weights)));
    return { value: meanOfAll(classes), classes };
  };
}

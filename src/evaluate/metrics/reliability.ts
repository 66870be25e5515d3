import { UserError } from "../../core/index.ts";
import type { Measured } from "../classification-metrics.ts";
import {
  binRows,
  type BinOptions,
  type CalibrationBin,
  calibrationBins,
  expectedCalibrationError,
} from "./calibration-bins.ts";
import { classOutcomes, confidences } from "./calibration-metrics.ts";
import { checkPredictions, type Predictions } from "./predictions.ts";

/** A reliability diagram as data (DeGroot & Fienberg 1983). */
export interface Reliability {
  /** What the probabilities are of: a class, or `decided class`. */
  readonly of: string;
  readonly rows: number;
  readonly bins: readonly CalibrationBin[];
  readonly error: Measured;
}

/**
 * One diagram of the decided class where classes exclude each other, then one for each class.
 * @throws UserError where the predictions have no probabilities.
 */
export function reliability(predictions: Predictions, options: BinOptions): Reliability[] {
  const { task, classes, scores, probabilities } = checkPredictions(predictions);
  if (scores === undefined || probabilities !== true) {
    throw new UserError("Cannot draw reliability diagrams: expected probabilities, found none");
  }
  const decided =
    task === "multi-class" ? [{ of: "decided class", binned: binRows(confidences(predictions), options) }] : [];
  const each = classes.map((of, label) => ({ of, binned: binRows(classOutcomes(predictions, label), options) }));
  return [...decided, ...each].map(({ of, binned }) => {
    const bins = calibrationBins(binned, new Float64Array(binned.bins.length).fill(1));
    return { of, rows: binned.bins.length, bins, error: expectedCalibrationError(bins) };
  });
}

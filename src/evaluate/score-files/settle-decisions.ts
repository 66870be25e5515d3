import { type Notice, UserError } from "../../core/index.ts";
import { chooseThresholds } from "../metrics/choose-thresholds.ts";
import { decide } from "../metrics/decide.ts";
import type { Predictions } from "../metrics/predictions.ts";
import { applyTemperatures, fitTemperatures } from "../metrics/temperature.ts";

export interface SettleOptions {
  /** One number for all classes, one per class, or `gbeta`: chosen on the validation predictions. Absent: .5, a score at it passes. */
  readonly threshold?: "gbeta" | readonly number[] | undefined;
  /** Scale probabilities by temperatures fitted on the validation predictions. */
  readonly calibrate?: boolean;
  /** Other rows, which these predictions are not measured on. */
  readonly validation?: Predictions | undefined;
}

export interface SettledPredictions {
  readonly predictions: Predictions;
  /** By class; absent where the greatest score decides or the file has decisions. */
  readonly thresholds?: readonly number[];
  readonly temperatures?: readonly number[];
  readonly notices: readonly Notice[];
}

/** Gives predictions their decisions, after calibration where that is wanted. */
export function settleDecisions(
  predictions: Predictions,
  { threshold, calibrate = false, validation }: SettleOptions = {},
): SettledPredictions {
  if ((calibrate || threshold === "gbeta") && validation === undefined) {
    throw new UserError("Cannot choose thresholds or temperatures: expected validation truth and scores, found none");
  }
  if (
    validation !== undefined &&
    (validation.task !== predictions.task || validation.classes.join("\n") !== predictions.classes.join("\n"))
  ) {
    throw new UserError(
      `Cannot use the validation scores: expected the same ${predictions.task} task with classes ${predictions.classes.slice(0, 8).join(", ")}, ` +
        `found ${validation.task} with ${validation.classes.slice(0, 8).join(", ")}`,
    );
  }
  if (predictions.scores === undefined) {
    if (threshold !== undefined || calibrate) {
      throw new UserError("Cannot use thresholds or temperatures: expected scores, found decisions only");
    }
    return { predictions, notices: [] };
  }
  const temperatures = calibrate ? fitTemperatures(validation!) : undefined;
  const scaled = (given: Predictions): Predictions & { readonly scores: Float64Array } =>
    temperatures === undefined
      ? { ...given, scores: given.scores! }
      : { ...given, scores: applyTemperatures(given, temperatures), probabilities: true };
  const own = scaled(predictions);
  const warm = temperatures === undefined ? {} : { temperatures: [...temperatures] };
  if (own.task === "multi-class") {
    if (threshold !== undefined) {
      throw new UserError(
        "Cannot use thresholds: expected a binary or multi-label task, found multi-class, where the greatest score decides",
      );
    }
    return { predictions: { ...own, decisions: decide(own) }, ...warm, notices: [] };
  }
  if (threshold === "gbeta") {
    const { thresholds, unchosen } = chooseThresholds(scaled(validation!));
    const decisions = decide(own, { thresholds, orEqual: false, otherwise: "greatest" });
    const message = `No validation row has ${unchosen.join(", ")}: threshold .5.`;
    const notices = unchosen.length === 0 ? [] : [{ code: "thresholds", message }];
    return { predictions: { ...own, decisions }, thresholds: [...thresholds], ...warm, notices };
  }
  const thresholds =
    threshold === undefined || threshold.length === 1 ? own.classes.map(() => threshold?.[0] ?? 0.5) : threshold;
  return { predictions: { ...own, decisions: decide(own, { thresholds }) }, thresholds, ...warm, notices: [] };
}

import type { Calibration } from "../../bundle/index.ts";
import { fitTemperatures, toPredictions } from "../../evaluate/index.ts";
import type { ExampleSet } from "../examples/index.node.ts";
import { tabulatePredictions } from "./predictions.node.ts";

/** Temperatures for a net's probabilities, fitted on validation examples alone; see `fitTemperatures`. */
export function fitCalibration(
  examples: ExampleSet,
  validation: { readonly rows: Int32Array; readonly probabilities: Float32Array },
): Calibration {
  const { classes, labels } = examples;
  // Only the truth is taken from the table, whatever is decided.
  const decision = labels === undefined ? { thresholds: classes.map(() => 0.5) } : "most-likely";
  const { truth, predicted, probabilities } = tabulatePredictions(examples, { ...validation, decision });
  const task = labels === undefined ? "multi-label" : "multi-class";
  const predictions = toPredictions({ classes, truth, predicted, scores: probabilities }, task);
  return { method: "temperature", temperatures: [...fitTemperatures(predictions)] };
}

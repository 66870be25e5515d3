import type { Decision } from "../../bundle/index.ts";
import { chooseThresholds, toPredictions } from "../../evaluate/index.ts";
import { type PredictionTable, tabulatePredictions } from "./predictions.node.ts";
import type { ExampleSet } from "../examples/example-set.node.ts";

/**
 * How a model decides: for the most likely class where each example has one; otherwise by a threshold for each class, chosen on validation
 * examples alone, see `chooseThresholds`.
 */
export function chooseDecision(
  examples: ExampleSet,
  validation: { readonly rows: Int32Array; readonly probabilities: Float32Array },
): Decision {
  if (examples.labels !== undefined) return "most-likely";
  const half = { thresholds: examples.classes.map(() => 0.5) };
  const table: PredictionTable = tabulatePredictions(examples, { ...validation, decision: half });
  const { classes, truth, predicted, probabilities } = table;
  const predictions = toPredictions({ classes, truth, predicted, scores: probabilities }, "multi-label");
  return { thresholds: Array.from(chooseThresholds(predictions).thresholds) };
}

import { UserError } from "../../core/index.ts";
import { logitOf, scaledProbabilities, sigmoid, softmaxRows } from "../../core/probabilities.ts";
import { checkPredictions, type Predictions } from "./predictions.ts";

/** Temperatures are looked for between 1/100 and 100. */
const widest = 100;

/**
 * Temperatures that make probabilities say how often they come true (Guo et al. 2017): logits are divided by T, and T minimises
 * the log loss. One temperature where the classes exclude each other (softmax), otherwise one per class (sigmoid). To be fitted on
 * validation predictions, never on those that are measured. The loss is convex in 1/T; its slope's zero is bisected. Where the best T
 * is beyond 0.01 … 100 (perfectly separated rows, say) the end of this range is taken; a class that no row or every row has keeps 1.
 */
export function fitTemperatures(predictions: Predictions): Float64Array {
  const { task, classes, truth } = checkPredictions(predictions);
  const logits = logitsOf(predictions);
  if (task === "multi-class")
    return Float64Array.of(fit((inverse) => softmaxSlope({ logits, truth, size: classes.length }, inverse)));
  return Float64Array.from(classes, (_, label) => {
    const rows = { length: truth.length / classes.length };
    const column = Float64Array.from(rows, (_, row) => logits[row * classes.length + label]!);
    const has = Uint8Array.from(rows, (_, row) => truth[row * classes.length + label]!);
    if (new Set(has).size < 2) return 1;
    return fit((inverse) => {
      let slope = 0;
      for (let row = 0; row < column.length; row++)
        slope += column[row]! * (sigmoid(inverse * column[row]!) - has[row]!);
      return slope;
    });
  });
}

/** Probabilities [row, class] at these temperatures. */
export function applyTemperatures(predictions: Predictions, temperatures: ArrayLike<number>): Float64Array {
  const { task, classes } = predictions;
  const size = classes.length;
  const wanted = task === "multi-class" ? 1 : size;
  if (temperatures.length !== wanted) {
    throw new UserError(`Cannot scale by temperatures: expected ${wanted} of them, found ${temperatures.length}`);
  }
  return scaledProbabilities(logitsOf(predictions), { temperatures, size });
}

/** Logits that give these probabilities: ln p for softmax, ln(p/(1 − p)) for sigmoid. Scores that are none are logits already. */
function logitsOf({ task, scores, probabilities }: Predictions): Float64Array {
  if (scores === undefined) throw new UserError("Cannot scale by temperatures: expected scores, found decisions only");
  if (probabilities !== true) return scores;
  return scores.map((p) => logitOf(p, { exclusive: task === "multi-class" }));
}

interface SoftmaxRows {
  readonly logits: Float64Array;
  readonly truth: Uint8Array;
  readonly size: number;
}

/** The slope of the softmax log loss with respect to 1/T: the sum over rows of Σ p·z − z of the true class. */
function softmaxSlope({ logits, truth, size }: SoftmaxRows, inverse: number): number {
  const shares = softmaxRows(
    logits.map((logit) => logit * inverse),
    size,
  );
  let slope = 0;
  for (let at = 0; at < logits.length; at++) slope += logits[at]! * (shares[at]! - truth[at]!);
  return slope;
}

/** The temperature at which a rising slope over 1/T crosses 0. */
function fit(slope: (inverse: number) => number): number {
  let [low, high] = [1 / widest, widest];
  if (slope(low) >= 0) return widest;
  if (slope(high) <= 0) return 1 / widest;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
}

import type { ModelCard } from "./model-card.ts";

export type Decision = ModelCard["decision"];

/**
 * The classes that a model decides for, by its probabilities [class]: the most likely one (the first of equals); or all whose probability
 * is above their threshold, and the most likely one where none is.
 */
export function decideClasses(decision: Decision, probabilities: ArrayLike<number>): number[] {
  if (decision !== "most-likely") {
    const { thresholds } = decision;
    const above = thresholds.flatMap((threshold, label) => (probabilities[label]! > threshold ? [label] : []));
    if (above.length > 0) return above;
  }
  let best = 0;
  for (let label = 1; label < probabilities.length; label++)
    if (probabilities[label]! > probabilities[best]!) best = label;
  return [best];
}

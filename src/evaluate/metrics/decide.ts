import { UserError } from "../../core/index.ts";
import type { Task } from "./predictions.ts";

export interface DecisionRule {
  /** One for all classes, or one per class; .5 by default. Not used where the classes exclude each other. */
  readonly thresholds?: number | ArrayLike<number>;
  /** Whether a score that equals the threshold passes; it does by default. */
  readonly orEqual?: boolean;
  /** What a row gets of which no class passes: nothing (the default), or the class of the greatest score. */
  readonly otherwise?: "nothing" | "greatest";
}

/**
 * Decisions [row, class] from scores [row, class]: the greatest score (the first of equals) where the classes exclude each other,
 * otherwise every class whose score passes its threshold.
 */
export function decide(
  {
    task,
    classes,
    scores,
  }: { readonly task: Task; readonly classes: readonly string[]; readonly scores: Float64Array },
  { thresholds = 0.5, orEqual = true, otherwise = "nothing" }: DecisionRule = {},
): Uint8Array {
  const size = classes.length;
  const limits =
    typeof thresholds === "number" ? new Float64Array(size).fill(thresholds) : Float64Array.from(thresholds);
  if (limits.length !== size || limits.some((limit) => !Number.isFinite(limit))) {
    throw new UserError(
      `Cannot decide by thresholds: expected one number for each of ${size} classes, found ${limits.join(", ")}`,
    );
  }
  const decisions = new Uint8Array(scores.length);
  for (let start = 0; start < scores.length; start += size) {
    let greatest = start;
    let passed = 0;
    for (let at = start; at < start + size; at++) {
      if (scores[at]! > scores[greatest]!) greatest = at;
      if (task === "multi-class") continue;
      const limit = limits[at - start]!;
      if (scores[at]! > limit || (orEqual && scores[at] === limit)) {
        decisions[at] = 1;
        passed++;
      }
    }
    if (task === "multi-class" || (passed === 0 && otherwise === "greatest" && size > 1)) decisions[greatest] = 1;
  }
  return decisions;
}

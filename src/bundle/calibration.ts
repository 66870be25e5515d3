import { logitOf, scaledProbabilities, sharesTemperature } from "../core/probabilities.ts";
import type { ModelCard } from "./model-card.ts";

export type Calibration = NonNullable<ModelCard["calibration"]>;

/** A net's probabilities [row, class] as its card calibrates them. */
export function calibrate(
  probabilities: Float32Array,
  { calibration, size }: { readonly calibration: Calibration | undefined; readonly size: number },
): Float32Array {
  if (calibration === undefined) return probabilities;
  const { temperatures } = calibration;
  const exclusive = sharesTemperature({ temperatures, size });
  const logits = Float64Array.from(probabilities, (p) => logitOf(p, { exclusive }));
  return Float32Array.from(scaledProbabilities(logits, { temperatures, size }));
}

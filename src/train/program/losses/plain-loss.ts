import type { LossKind } from "./loss-kind.ts";
import { type LossSettings, lossOf } from "./loss-table.ts";

/** Below this a probability counts as this. */
const least = 1e-12;

/** One value's share of the plain loss, and whether the shares of a row's classes are averaged or added. */
const measures: Readonly<
  Record<
    ReturnType<LossKind<LossSettings>["measure"]>,
    { readonly average: boolean; readonly term: (value: number, target: number) => number }
  >
> = {
  "cross-entropy": { average: false, term: surprise },
  "binary-cross-entropy": {
    average: true,
    term: (value, target) => surprise(value, target) + surprise(1 - value, 1 - target),
  },
  "squared-error": { average: true, term: (value, target) => (value - target) ** 2 },
};

/**
 * What validation rows are judged by: the loss without weights, smoothing or focus, so that it says the same whatever a training's settings.
 * Values (after the link) and targets [row, class]; the mean over the rows.
 */
export function plainLoss(
  values: Float32Array,
  targets: Float32Array,
  { loss, classCount }: { readonly loss: LossSettings; readonly classCount: number },
): number {
  const { average, term } = measures[lossOf(loss).measure(loss)];
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += term(values[i]!, targets[i]!);
  return sum / (average ? values.length : values.length / classCount);
}

/** A probability that is NaN stays NaN: it has to be seen. */
function surprise(probability: number, share: number): number {
  if (share === 0 && !Number.isNaN(probability)) return 0;
  return -share * Math.log(probability < least ? least : probability);
}

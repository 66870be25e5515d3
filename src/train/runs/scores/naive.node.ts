import { type Splittable, countClasses } from "../../../datasets/index.ts";

/** The share of some training examples that have each class, once for every row, [row, class]: what one can say without looking at a signal. */
export function naiveScores(
  examples: Splittable,
  { train, rows }: { readonly train: Int32Array; readonly rows: Int32Array },
): Float32Array {
  const shares = countClasses(examples, train).map((count) => count / train.length);
  const scores = new Float32Array(rows.length * shares.length);
  for (let row = 0; row < rows.length; row++) scores.set(shares, row * shares.length);
  return scores;
}

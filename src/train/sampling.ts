import type { Random } from "../core/random.ts";
import type { TrainingSettings } from "./training-settings.ts";

export interface ClassCountOptions {
  readonly labels: ArrayLike<number>;
  readonly classes: readonly string[];
}

/** The rows of one epoch in the order in which they are learnt. */
export function epochOrder(
  rows: Int32Array,
  sampling: TrainingSettings["sampling"],
  { labels, classes, random }: ClassCountOptions & { readonly random: Random },
): Int32Array {
  if (sampling === "shuffle") return random.shuffle(rows.slice());
  const byClass = rowsByClass(rows, { labels, classes }).filter((members) => members.length > 0);
  return rows.map(() => {
    const members = byClass[random.integer(byClass.length)]!;
    return members[random.integer(members.length)]!;
  });
}

/** [class]: the weight of a row in the loss. Balanced weights have mean 1 over the rows; an absent class has weight 0. */
export function classWeightsOf(
  rows: Int32Array,
  weights: TrainingSettings["classWeights"],
  { labels, classes }: ClassCountOptions,
): Float32Array {
  if (weights === "none") return new Float32Array(classes.length).fill(1);
  if (typeof weights === "object") return Float32Array.from(classes, (name) => weights[name] ?? 1);
  const counts = rowsByClass(rows, { labels, classes }).map((members) => members.length);
  const power = weights === "balanced" ? 1 : 0.5;
  const raw = counts.map((count) => (count === 0 ? 0 : (rows.length / count) ** power));
  const mean = raw.reduce((sum, weight, label) => sum + weight * counts[label]!, 0) / rows.length;
  return Float32Array.from(raw, (weight) => weight / mean);
}

function rowsByClass(rows: Int32Array, { labels, classes }: ClassCountOptions): number[][] {
  const byClass = classes.map((): number[] => []);
  for (const row of rows) byClass[labels[row]!]!.push(row);
  return byClass;
}

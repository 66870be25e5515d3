import type { Random } from "../../core/random.ts";
import type { LossSettings } from "../program/losses/index.ts";
import { type TrainingData, addTargets } from "../batches/training-data.ts";
import type { TrainingSettings } from "./training-settings.ts";

export interface ClassCountOptions {
  readonly data: TrainingData;
  readonly classes: readonly string[];
}

/** The rows of one epoch in the order in which they are learnt. */
export function epochOrder(
  rows: Int32Array,
  sampling: TrainingSettings["sampling"],
  { data, classes, random }: ClassCountOptions & { readonly random: Random },
): Int32Array {
  if (sampling === "shuffle") return random.shuffle(rows.slice());
  const byClass = rowsByClass(rows, { data, classes }).filter((members) => members.length > 0);
  if (byClass.length === 0) return random.shuffle(rows.slice());
  return rows.map(() => {
    const members = byClass[random.integer(byClass.length)]!;
    return members[random.integer(members.length)]!;
  });
}

/** [class]: what having a class weighs in the loss. Balanced weights have mean 1 over the rows' classes; an absent class has weight 0. */
export function classWeightsOf(
  rows: Int32Array,
  weights: TrainingSettings["classWeights"],
  { data, classes }: ClassCountOptions,
): Float32Array {
  if (weights === "none") return new Float32Array(classes.length).fill(1);
  if (typeof weights === "object") return Float32Array.from(classes, (name) => weights[name] ?? 1);
  const counts = rowsByClass(rows, { data, classes }).map((members) => members.length);
  const power = weights === "balanced" ? 1 : 0.5;
  const raw = counts.map((count) => (count === 0 ? 0 : (rows.length / count) ** power));
  const all = counts.reduce((sum, count) => sum + count, 0);
  const mean = raw.reduce((sum, weight, label) => sum + weight * counts[label]!, 0) / Math.max(1, all);
  return Float32Array.from(raw, (weight) => (mean === 0 ? 0 : weight / mean));
}

/** [class]: what having a class weighs against not having it; balanced, the rows without it per row with it. */
export function positiveWeightsOf(
  rows: Int32Array,
  loss: LossSettings,
  { data, classes }: ClassCountOptions,
): Float32Array {
  const weights = loss.name === "binary-cross-entropy" ? loss.positiveWeights : "none";
  if (weights === "none") return new Float32Array(classes.length).fill(1);
  if (typeof weights === "object") return Float32Array.from(classes, (name) => weights[name] ?? 1);
  const counts = rowsByClass(rows, { data, classes }).map((members) => members.length);
  return Float32Array.from(counts, (count) => (count === 0 ? 1 : (rows.length - count) / count));
}

/** A row has a class where its share of it is at least a half. */
export function rowsByClass(rows: Int32Array, { data, classes }: ClassCountOptions): number[][] {
  const byClass = classes.map((): number[] => []);
  const targets = new Float32Array(classes.length);
  for (const row of rows) {
    targets.fill(0);
    addTargets(targets, { data, row, share: 1 });
    targets.forEach((share, label) => {
      if (share >= 0.5) byClass[label]!.push(row);
    });
  }
  return byClass;
}

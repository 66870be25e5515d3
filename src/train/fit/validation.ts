import { classificationMetrics, confusionMatrix, macroAuc, multiLabelMetrics } from "../../evaluate/index.ts";
import type { EpochRecord } from "./checkpoint.ts";
import { type LossSettings, plainLoss } from "../program/losses/index.ts";
import { type TrainingData, targetsOf } from "../batches/training-data.ts";
import type { TrainingSettings } from "./training-settings.ts";

export interface JudgeOptions {
  readonly data: TrainingData;
  readonly classes: readonly string[];
  readonly loss: LossSettings;
  readonly monitor: TrainingSettings["monitor"];
}

/**
 * How good the scores of some rows are, [row, class]. Rows with several classes are judged class by class, at one half; the area under the
 * ROC curve is measured for these, and where it decides.
 */
export function judge(
  scores: Float32Array,
  rows: Int32Array,
  { data, classes, loss, monitor }: JudgeOptions,
): EpochRecord["validation"] {
  const targets = targetsOf(data, rows, classes.length);
  const value = plainLoss(scores, targets, { loss, classCount: classes.length });
  const area = () => (Number.isFinite(value) ? macroAuc(targets, scores, { classes }) : undefined);
  if (data.labels === undefined) {
    const { accuracy, macroF1 } = multiLabelMetrics(targets, scores, { classes });
    const known = monitor === "macroAuc" || hasBothEverywhere(targets, classes.length);
    return { loss: value, accuracy, macroF1, ...(known ? { macroAuc: area() } : {}) };
  }
  const truth = rows.map((row) => data.labels[row]!);
  const predicted = mostLikely(scores, classes.length);
  const { accuracy, macroF1 } = classificationMetrics(confusionMatrix(truth, predicted, classes.length), { classes });
  const record = { loss: value, accuracy: accuracy ?? 0, macroF1 };
  return monitor === "macroAuc" ? { ...record, macroAuc: area() } : record;
}

/** What decides which epoch is kept, the higher the better; where that is the last one, what averages and schedules go by. */
export function monitored(validation: EpochRecord["validation"], monitor: TrainingSettings["monitor"]): number {
  if (monitor === "loss" || monitor === "last") return -validation.loss;
  return validation[monitor] ?? -Infinity;
}

/** The most likely class of each row; the first of equals. */
export function mostLikely(scores: Float32Array, classCount: number): Uint8Array {
  const rows = scores.length / classCount;
  return Uint8Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let label = 1; label < classCount; label++) {
      if (scores[row * classCount + label]! > scores[row * classCount + best]!) best = label;
    }
    return best;
  });
}

/** Whether each class has rows with it and rows without. */
function hasBothEverywhere(targets: Float32Array, classCount: number): boolean {
  return Array.from({ length: classCount }, (_, label) => {
    const column = targets.filter((_, i) => i % classCount === label);
    return column.some((share) => share >= 0.5) && column.some((share) => share < 0.5);
  }).every(Boolean);
}

import { classificationMetrics, type ClassMetrics, type Measured } from "./classification-metrics.ts";
import { checkSameLength, confusionMatrix } from "./confusion-matrix.ts";

/** How one record came out. */
export interface RecordRow {
  readonly record: string;
  /** Its beats, or segments. */
  readonly beats: number;
  readonly errors: number;
  readonly accuracy: Measured;
  readonly classes: Readonly<Record<string, ClassMetrics>>;
}

/**
 * One row per record, in order of first appearance. `truth` and `predicted` hold class numbers, `groups` the record of each
 * beat.
 */
export function recordTable({
  truth,
  predicted,
  groups,
  classes,
}: {
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  readonly groups: ArrayLike<string | number>;
  readonly classes: readonly string[];
}): RecordRow[] {
  checkSameLength("make the table of records", {
    truth: truth.length,
    predicted: predicted.length,
    groups: groups.length,
  });
  const beatsOf = new Map<string, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const record = String(groups[i]);
    const beats = beatsOf.get(record) ?? [];
    beatsOf.set(record, beats);
    beats.push(i);
  }
  return [...beatsOf].map(([record, beats]) => {
    const confusion = confusionMatrix(
      beats.map((i) => truth[i]!),
      beats.map((i) => predicted[i]!),
      classes.length,
    );
    const metrics = classificationMetrics(confusion, { classes });
    const errors = beats.filter((i) => truth[i] !== predicted[i]).length;
    return { record, beats: beats.length, errors, accuracy: metrics.accuracy, classes: metrics.classes };
  });
}

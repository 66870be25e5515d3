/** Which examples train, choose and test; indices into the set that was split. */
export interface Fold {
  readonly name: string;
  readonly train: Int32Array;
  /** Decides when to stop and which epoch to keep, and at which thresholds. */
  readonly validation: Int32Array;
  /** Touched once, at the end. */
  readonly test: Int32Array;
}

/** What an example is: a heart beat, a segment of a recording, or a whole recording. */
export type ExampleUnit = "beat" | "segment" | "recording";

/** What bootstrap intervals resample: single examples, or all examples of a record or of a person at once. */
export type BootstrapUnit = ExampleUnit | "record" | "patient";

/** A split, with what it gives away stated in words for the report. */
export interface Split {
  readonly name: string;
  readonly description: string;
  /** Each way in which the test part is not independent of the training part; empty where none is known. */
  readonly leakage: readonly string[];
  readonly bootstrapUnit: BootstrapUnit;
  readonly folds: readonly Fold[];
}

/** What a split needs to know of the set: one entry each per example. */
export interface Splittable {
  readonly size: number;
  /** [example], index into the classes, where each has exactly one. */
  readonly labels?: ArrayLike<number> | undefined;
  /** [example, class], 1 where the example has the class, where it may have several. */
  readonly targets?: ArrayLike<number> | undefined;
  readonly classes: readonly string[];
  readonly recordOf: ArrayLike<number>;
  readonly records: readonly SplitRecord[];
  /** Beats where absent. */
  readonly unit?: ExampleUnit;
}

export interface SplitRecord {
  readonly id: string;
  readonly patientId: string;
  /** The dataset's own fold, from 1, where it has them. */
  readonly fold?: number | undefined;
}

/** The classes of one example. */
export function classesOf({ labels, targets, classes }: Splittable, example: number): number[] {
  if (labels !== undefined) return [labels[example]!];
  return classes.flatMap((_, label) => (targets![example * classes.length + label]! >= 0.5 ? [label] : []));
}

/** How many of some examples have each class. */
export function countClasses(set: Splittable, examples: ArrayLike<number>): number[] {
  const counts = set.classes.map(() => 0);
  for (let i = 0; i < examples.length; i++) for (const label of classesOf(set, examples[i]!)) counts[label]!++;
  return counts;
}

/** `3 beats`, `1 beat`. */
export function countOf(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

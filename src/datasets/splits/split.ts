/** Which beats (or segments) train, choose and test; indices into the set that was split. */
export interface Fold {
  readonly name: string;
  readonly train: Int32Array;
  /** Decides when to stop and which epoch to keep. */
  readonly validation: Int32Array;
  /** Touched once, at the end. */
  readonly test: Int32Array;
}

/** A split, with what it gives away stated in words for the report. */
export interface Split {
  readonly name: string;
  readonly description: string;
  /** Each way in which the test part is not independent of the training part; empty where none is known. */
  readonly leakage: readonly string[];
  /** What bootstrap intervals resample. */
  readonly bootstrapUnit: "record" | "beat";
  readonly folds: readonly Fold[];
}

/** What a split needs to know of the set: one entry each per beat. */
export interface Splittable {
  readonly size: number;
  readonly labels: ArrayLike<number>;
  readonly classes: readonly string[];
  readonly recordOf: ArrayLike<number>;
  readonly records: readonly { readonly id: string; readonly patientId: string }[];
}

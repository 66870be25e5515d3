import type { Notice } from "../../core/recording.ts";
import type { SplitRecord, Splittable, ExampleUnit } from "../../datasets/index.ts";
import type { ReportClassMap } from "../../evaluate/index.ts";

/** Labelled examples without their signal, whatever they are: what splits, reports and cards need to know of them. */
export interface ExampleSet extends Splittable {
  readonly unit: ExampleUnit;
  /** [example], the first sample of a segment, the R peak of a beat, 0 for a whole recording. */
  readonly positions: ArrayLike<number>;
  readonly records: readonly ExampleRecord[];
  /** What the net reads at once. */
  readonly input: { readonly channels: number; readonly samples: number };
  /** What the classes are made of. */
  readonly classMap: ReportClassMap;
  /** What a fold's training part gives to scale by: nothing, one mean and standard deviation of all its samples, or those of each channel. */
  readonly scaling: "none" | "one" | "channel";
  /** What was left out, and what else a reader should know. */
  readonly notices: readonly Notice[];
}

export interface ExampleRecord extends SplitRecord {
  /** The lead that a report shows. */
  readonly lead: string;
}

import type { Notice } from "../core/recording.ts";

/** What a dataset says of whole recordings, for one task. */
export interface RecordLabels {
  /** The task's name, such as `superdiagnostic`. */
  readonly task: string;
  /** In the order in which scores and reports have them. */
  readonly classes: readonly string[];
  /** Whether each recording has exactly one class, or any number from one on. */
  readonly kind: "one" | "several";
  /** The classes of each labelled record, in the dataset's order; records without a label in this task are absent. */
  readonly of: ReadonlyMap<string, readonly string[]>;
  /** The dataset's own fold of each record, from 1, where it has them. */
  readonly folds?: ReadonlyMap<string, number>;
  /** The person of each record, where the labels' source says it. */
  readonly patients?: ReadonlyMap<string, string>;
  /** What a person should know, such as how much of the dataset is missing. */
  readonly notices: readonly Notice[];
}

import type { LocatedDataset } from "../../datasets/index.ts";

/** What every run needs, whatever it trains or scores. */
export interface RunOptions {
  readonly dataset: LocatedDataset;
  /** The run's folder; those of an ensemble's members lie beside it. */
  readonly directory: string;
  readonly resume: boolean;
  /** Milliseconds, for durations. */
  readonly now: () => number;
  /** When the report is made, ISO 8601. */
  readonly date: string;
  readonly software: { readonly name: string; readonly version: string };
}

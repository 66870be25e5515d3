import type { LocatedDataset } from "./located-dataset.ts";
import type { Licence } from "./wfdb-entry.ts";

/** A large dataset of short recordings with labels: what a directory holds of it is looked up there, not listed here. */
export interface RecordingsEntry {
  readonly kind: "recordings";
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Below PhysioNet's `files/`; the published list of digests lies there. */
  readonly path: string;
  /** Recordings of a complete copy. */
  readonly recordCount: number;
  /** Files of a complete copy, as it is downloaded. */
  readonly fileCount: number;
  /** Bytes of all these files, to about one percent. */
  readonly bytes: number;
  readonly licence: Licence;
  readonly citation: string;
  /** What `labels` can be asked for, the main task first. */
  readonly tasks: readonly string[];
  /** Whether a file of the published list belongs to a complete copy. */
  readonly needs: (file: string) => boolean;
  /** How many files of it a directory holds, 0 where it is none of its directories; and how many a complete copy in the same form does. */
  readonly countFiles: (directory: string) => Promise<{ readonly present: number; readonly expected: number }>;
  /**
   * Opens what a directory holds of it. `options` are the dataset's own, such as `{ rate: 500 }`.
   * @throws UserError where an option is not one of the dataset's.
   */
  readonly open: (directory: string, options: Readonly<Record<string, unknown>>) => Promise<LocatedDataset>;
}

import type { EpochRecord } from "../fit/checkpoint.ts";

/** What a search knows of a trial after some of its epochs: of the validation part alone. */
export interface TrialResult {
  /** Epochs done. */
  readonly epochs: number;
  /** Whether its training is over, be it by its patience. */
  readonly complete: boolean;
  readonly bestEpoch: number;
  /** The best epoch's, by the recipe's `monitor`; the higher the better. */
  readonly score: number;
  /** Of the best epoch. */
  readonly validation: EpochRecord["validation"];
  readonly seconds: number;
  /** SHA-256 of which examples there were, and of their labels; absent where an earlier version trained. */
  readonly examples?: string;
  /** The name of the fold that was trained on, and how many the recipe has. */
  readonly fold: string;
  readonly folds: number;
}

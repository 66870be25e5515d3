import type { Measured } from "./classification-metrics.ts";

/** A percentile interval; both ends undefined where too little is known. */
export interface Interval {
  readonly low: Measured;
  readonly high: Measured;
  /** Resamples in which the value was undefined; the interval is that of the others. */
  readonly undefinedResamples: number;
}

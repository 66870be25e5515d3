/** What a detector has to know about the lead. */
export interface DetectorOptions {
  /** Samples per second, Hz. */
  readonly sampleRate: number;
}

/**
 * Finds the R peaks of one lead: mV (any other scale works too), `NaN` where a sample is missing. Returns sample
 * numbers, strictly increasing, none of them at a missing sample; empty where nothing in the lead looks like a beat.
 */
export type DetectRPeaks = (samples: Float32Array, options: DetectorOptions) => Int32Array;

/** A detector as the table of detectors lists it. */
export interface Detector {
  /** Name of the method: author and year. */
  readonly name: string;
  readonly detect: DetectRPeaks;
}

import type { Annotation, Notice } from "../../core/index.ts";
import type { BootstrapIntervals } from "../bootstrap-metrics.ts";
import type { Measured } from "../classification-metrics.ts";
import type { ConfusionMatrix } from "../confusion-matrix.ts";
import type { ReportMetrics } from "../metric-table.ts";
import type { RecordRow } from "../record-table.ts";
import type { CalibrationReport } from "./calibration-report.ts";
import type { ExpectedCheck } from "./check-expected.ts";

/**
 * What a run measured and how: plain data, the source of every rendering. Undefined values are `undefined` here and
 * `null` in its JSON ({@link stringifyReport}); the clock, the seed and the versions are passed in.
 */
export interface Report {
  readonly schema: 1;
  readonly title: string;
  /** The recipe's name. */
  readonly recipe: string;
  /** The dataset's name, `mitdb`. */
  readonly dataset: string;
  readonly datasetLicence?: string;
  readonly datasetCitation?: string;
  /** The split's name, `intra-patient 5-fold`. */
  readonly split: string;
  /** Whether and how one person's data is on both sides of the split, in sentences; empty where it is on one side only. */
  readonly leakage: readonly string[];
  /** What was classified; heart beats where absent. */
  readonly unit?: ReportUnit;
  readonly classMap: ReportClassMap;
  /** SHA-256 of which examples there were in all parts, and of their labels: reports of others can't be compared. */
  readonly examples?: string;
  /** Class names in the order of the matrices' rows. */
  readonly classes: readonly string[];
  /** `train`, `validation`, `test`, …: what each part holds. */
  readonly parts: Readonly<Record<string, PartCounts>>;
  readonly folds: readonly FoldReport[];
  /** Mean over folds; undefined where a fold's value is. */
  readonly mean: ReportMetrics;
  /** Standard deviation over folds with n − 1; undefined for a single fold. */
  readonly standardDeviation: ReportMetrics;
  /** The sum of the folds' confusion matrices [truth, predicted]; absent where an example may have several classes. */
  readonly confusion?: ConfusionMatrix;
  /** Of all folds' predictions together. */
  readonly pooled: ReportMetrics;
  /** Bootstrap intervals of the pooled values. */
  readonly intervals?: BootstrapIntervals;
  /** Where the predictions are calibrated. */
  readonly calibration?: CalibrationReport;
  /** The same measures on parts of the test data, such as DS2 without record 232. */
  readonly subsets?: readonly SubsetReport[];
  readonly records: readonly RecordRow[];
  readonly worstErrors: readonly WorstError[];
  /** The recipe's expected values and how the run compares. */
  readonly expected: readonly ExpectedCheck[];
  /** What a reader should know. That this is research software and no medical device is always printed and need not be here. */
  readonly notices: readonly Notice[];
  /** Wall time of the whole run. */
  readonly seconds: number;
  readonly peakMemoryMegabytes?: number;
  readonly seed: string | number;
  /** When it was made, ISO 8601. */
  readonly date: string;
  readonly software: { readonly name: string; readonly version: string; readonly commit?: string };
  /** Where the nets were computed: "cpu", "webgpu", "cuda". */
  readonly device?: string;
}

export interface ReportClassMap {
  /** `aami-ec57` or `literature` for beats; otherwise what the labels are. */
  readonly name: string;
  /** The annotation symbols, or the dataset's own classes, of each class. */
  readonly symbols?: Readonly<Record<string, readonly string[]>>;
}

export type ReportUnit = "beat" | "segment" | "recording";

/** The number of examples has the name of what they are. */
export interface PartCounts {
  readonly records?: number;
  readonly beats?: number;
  readonly segments?: number;
  readonly recordings?: number;
  readonly byClass: Readonly<Record<string, number>>;
}

export interface FoldReport {
  /** `1`, `2`, … or what else tells it apart. */
  readonly name: string;
  readonly metrics: ReportMetrics;
  /** Absent where an example may have several classes. */
  readonly confusion?: ConfusionMatrix;
  /** One entry per epoch, in order. */
  readonly learning: readonly LearningPoint[];
  /** The epoch whose weights were kept. */
  readonly bestEpoch?: number;
  readonly seconds?: number;
  readonly peakMemoryMegabytes?: number;
}

export interface LearningPoint {
  /** From 1. */
  readonly epoch: number;
  readonly train: LearningValues;
  readonly validation?: LearningValues;
}

export interface LearningValues {
  readonly loss?: Measured;
  readonly accuracy?: Measured;
  readonly macroF1?: Measured;
}

export interface SubsetReport {
  readonly name: string;
  /** Why it is shown, one sentence. */
  readonly reason?: string;
  readonly confusion?: ConfusionMatrix;
  /** Of all folds' predictions together. */
  readonly metrics: ReportMetrics;
  /** Over the folds, where there are several; the deviation with n − 1. */
  readonly mean?: ReportMetrics;
  readonly standardDeviation?: ReportMetrics;
}

/** An example classified wrongly, with the trace around it. */
export interface WorstError {
  readonly record: string;
  /** Its position in the recording, in samples at its rate: the R peak of a beat, the start of a segment. */
  readonly sample: number;
  readonly truth: string;
  readonly predicted: string;
  /** The probability that the model gave to `predicted`. */
  readonly probability: number;
  readonly strip?: ReportStrip;
}

/** A few seconds of one lead. */
export interface ReportStrip {
  readonly sampleRate: number;
  /** The lead's name. */
  readonly lead: string;
  /** The recording's sample number of `samples[0]`. */
  readonly start: number;
  /** Millivolts; `null` in a gap. */
  readonly samples: readonly (number | null)[];
  /** Sample numbers of the recording, as in {@link WorstError.sample}. */
  readonly annotations: readonly Pick<Annotation, "sample" | "symbol" | "aux">[];
}

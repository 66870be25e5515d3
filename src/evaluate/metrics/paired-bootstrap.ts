import { UserError } from "../../core/index.ts";
import type { Measured } from "../classification-metrics.ts";
import { type BootstrapScoresOptions, checkLevel, prepare, summarise } from "./bootstrap-scores.ts";
import { measurable } from "./measurable.ts";
import { onesFor } from "./measure.ts";
import type { Predictions } from "./predictions.ts";
import { resampler } from "./resampling.ts";

/** How predictions A compare with B on one metric. */
export interface PairedComparison {
  readonly metric: string;
  readonly better: "higher" | "lower";
  readonly a: Measured;
  readonly b: Measured;
  /** A − B on the data as they are. */
  readonly difference: Measured;
  /** Linear quantiles of the resamples' differences. */
  readonly low: Measured;
  readonly high: Measured;
  /** The share of resamples in which A is better, equal ones counting half. */
  readonly shareBetter: Measured;
  readonly undefinedResamples: number;
}

export interface PairedBootstrap {
  readonly unitCount: number;
  readonly resamples: number;
  readonly level: number;
  readonly rejected: number;
  readonly metrics: readonly PairedComparison[];
}

/**
 * "Is A better than B" (paired bootstrap, Efron & Tibshirani 1993): both are measured on the same resamples of the same rows, so that
 * what makes a resample hard is hard for both. The interval is that of the difference.
 * @throws UserError where the two are not of the same rows and classes.
 */
export function pairedBootstrap(a: Predictions, b: Predictions, options: BootstrapScoresOptions): PairedBootstrap {
  const { metrics, level = 0.95, resamples = 1000 } = options;
  checkLevel(level);
  const [first, second] = [measurable(a), measurable(b)];
  checkSameTruth(first, second);
  const prepared = metrics.map((metric) => [prepare(first, metric), prepare(second, metric)] as const);
  const drawn = resampler(first, { ...options, resamples });
  const differences = metrics.map(() => [] as number[]);
  for (const weights of drawn.draw()) {
    prepared.forEach(([measureA, measureB], i) => {
      const difference = minus(measureA(weights).value, measureB(weights).value);
      if (difference !== undefined) differences[i]!.push(difference);
    });
  }
  const ones = onesFor(first);
  return {
    unitCount: drawn.unitCount,
    resamples,
    level,
    rejected: drawn.rejected(),
    metrics: metrics.map(({ name, better }, i) => {
      const [valueA, valueB] = prepared[i]!.map((measure) => measure(ones).value);
      const { low, high } = summarise(differences[i]!, level);
      return {
        metric: name,
        better,
        a: valueA,
        b: valueB,
        difference: minus(valueA, valueB),
        low,
        high,
        shareBetter: shareBetter(differences[i]!, better),
        undefinedResamples: resamples - differences[i]!.length,
      };
    }),
  };
}

function minus(a: Measured, b: Measured): Measured {
  return a === undefined || b === undefined ? undefined : a - b;
}

function shareBetter(differences: readonly number[], better: "higher" | "lower"): Measured {
  if (differences.length === 0) return undefined;
  const sign = better === "higher" ? 1 : -1;
  const points = differences.map((difference) => (Math.sign(sign * difference) + 1) / 2);
  return points.reduce((sum, point) => sum + point, 0) / differences.length;
}

function checkSameTruth(a: Predictions, b: Predictions): void {
  const same =
    a.task === b.task &&
    a.classes.join("\n") === b.classes.join("\n") &&
    a.truth.length === b.truth.length &&
    a.truth.every((value, at) => value === b.truth[at]);
  if (!same) {
    throw new UserError(
      "Cannot compare two models: expected the same rows, classes and truth for both, found different ones",
    );
  }
}

import { createRandom, type Notice, type Random, UserError } from "../core/index.ts";
import { drawMultinomial } from "./binomial.ts";
import { classificationMetrics, type ClassificationMetrics } from "./classification-metrics.ts";
import { checkSameLength, type ConfusionMatrix, confusionMatrix } from "./confusion-matrix.ts";
import type { Interval } from "./interval.ts";
import { metricAt, metricPaths } from "./metric-table.ts";
import { quantileOfSorted } from "./quantile.ts";

export type { Interval } from "./interval.ts";

export interface BootstrapOptions {
  /** Class numbers, beat by beat. */
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** The record of each beat. Where given, records are resampled, as an inter-patient measure needs; otherwise beats. */
  readonly groups?: ArrayLike<string | number>;
  readonly classes: readonly string[];
  /** How many resamples; 1000 by default. */
  readonly resamples?: number;
  readonly seed: string | number;
  /** Share of the distribution inside the interval; .95 by default. */
  readonly level?: number;
}

export interface BootstrapIntervals {
  /** What was drawn with replacement, and how many of them there are. */
  readonly unit: "beat" | "segment" | "recording" | "record" | "patient";
  readonly unitCount: number;
  readonly resamples: number;
  readonly level: number;
  readonly seed: string | number;
  /** By the metric's path: `accuracy`, `macroF1`, `classes.S.f1`, … */
  readonly intervals: Readonly<Record<string, Interval>>;
  readonly notices: readonly Notice[];
}

/**
 * Percentile bootstrap intervals (Efron 1979) of every value that {@link classificationMetrics} gives, with linearly
 * interpolated quantiles. Resampling beats is a multinomial draw of the confusion matrix's cells, which is the same
 * distribution and needs no pass over the beats; resampling records adds the records' own matrices. The macro-F1 of a
 * resample averages the classes that the full data has; a resample that lost one of them counts as undefined for it.
 */
export function bootstrapMetrics(options: BootstrapOptions): BootstrapIntervals {
  const { truth, predicted, groups, classes, resamples = 1000, seed, level = 0.95 } = options;
  checkOptions({ resamples, level });
  checkSameLength("bootstrap the metrics", {
    truth: truth.length,
    predicted: predicted.length,
    ...(groups === undefined ? {} : { groups: groups.length }),
  });
  const units = groups === undefined ? [] : matricesByGroup({ truth, predicted, groups, classCount: classes.length });
  const whole = confusionMatrix(truth, predicted, classes.length);
  const unit = groups === undefined ? "beat" : "record";
  const unitCount = groups === undefined ? truth.length : units.length;
  const draw = groups === undefined ? beatSampler(whole) : recordSampler(units);

  const paths = metricPaths(classificationMetrics(whole, { classes }));
  const values = new Map(paths.map((path) => [path, [] as number[]]));
  const random = createRandom(seed).fork("bootstrap");
  const macroOver = whole.map((row) => row.some((count) => count > 0));
  if (unitCount > 1) {
    for (let i = 0; i < resamples; i++) {
      const metrics = measure(draw(random), { classes, macroOver });
      for (const [path, list] of values) {
        const value = metricAt(metrics, path);
        if (value !== undefined) list.push(value);
      }
    }
  }
  return {
    unit,
    unitCount,
    resamples,
    level,
    seed,
    intervals: Object.fromEntries([...values].map(([path, list]) => [path, interval(list, { resamples, level })])),
    notices: unitCount > 1 ? [] : [tooFewUnits(unit, unitCount)],
  };
}

/** Metrics of a resample; its macro-F1 is undefined where a class of the full data has no beat left. */
function measure(
  confusion: ConfusionMatrix,
  { classes, macroOver }: { readonly classes: readonly string[]; readonly macroOver: readonly boolean[] },
): ClassificationMetrics {
  const metrics = classificationMetrics(confusion, { classes, macroOver });
  const lost = classes.some((name, i) => macroOver[i] === true && metrics.classes[name]?.support === 0);
  return lost ? { ...metrics, macroF1: undefined } : metrics;
}

function beatSampler(whole: ConfusionMatrix): (random: Random) => number[][] {
  const size = whole.length;
  const weights = Float64Array.from(whole.flat());
  const trials = weights.reduce((sum, count) => sum + count, 0);
  const counts = new Float64Array(weights.length);
  return (random) => {
    drawMultinomial(random, { trials, weights, counts });
    return whole.map((_, i) => Array.from(counts.subarray(i * size, (i + 1) * size)));
  };
}

function recordSampler(units: readonly Float64Array[]): (random: Random) => number[][] {
  const cells = units[0]?.length ?? 0;
  const size = Math.sqrt(cells);
  return (random) => {
    const sum = new Float64Array(cells);
    for (let i = 0; i < units.length; i++) {
      const unit = units[random.integer(units.length)]!;
      for (let cell = 0; cell < cells; cell++) sum[cell]! += unit[cell]!;
    }
    return Array.from({ length: size }, (_, i) => Array.from(sum.subarray(i * size, (i + 1) * size)));
  };
}

/** One flat confusion matrix per group, in order of first appearance. */
function matricesByGroup({
  truth,
  predicted,
  groups,
  classCount,
}: {
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  readonly groups: ArrayLike<string | number>;
  readonly classCount: number;
}): Float64Array[] {
  const byGroup = new Map<string | number, Float64Array>();
  for (let i = 0; i < groups.length; i++) {
    const matrix = byGroup.get(groups[i]!) ?? new Float64Array(classCount * classCount);
    byGroup.set(groups[i]!, matrix);
    matrix[truth[i]! * classCount + predicted[i]!]! += 1;
  }
  return [...byGroup.values()];
}

function interval(
  values: readonly number[],
  { resamples, level }: { readonly resamples: number; readonly level: number },
): Interval {
  const sorted = Float64Array.from(values).sort();
  return {
    low: quantileOfSorted(sorted, (1 - level) / 2),
    high: quantileOfSorted(sorted, (1 + level) / 2),
    undefinedResamples: resamples - values.length,
  };
}

function checkOptions({ resamples, level }: { readonly resamples: number; readonly level: number }): void {
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new UserError(`Cannot bootstrap the metrics: expected 1 or more resamples, found ${resamples}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new UserError(`Cannot bootstrap the metrics: expected a level between 0 and 1, found ${level}`);
  }
}

function tooFewUnits(unit: "record" | "beat", unitCount: number): Notice {
  return {
    code: "bootstrap",
    message: `No intervals: a bootstrap over ${unit}s needs at least 2 of them, found ${unitCount}.`,
  };
}

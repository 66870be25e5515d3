import type { Notice } from "../../core/index.ts";
import { type BootstrapIntervals, bootstrapMetrics } from "../bootstrap-metrics.ts";
import { classificationMetrics, type ClassMetrics, type Measured } from "../classification-metrics.ts";
import { type ConfusionMatrix, confusionMatrix } from "../confusion-matrix.ts";
import type { ReportClassMetrics, ReportMetrics } from "../metric-table.ts";
import {
  type Metric,
  type Predictions,
  bootstrapScores,
  measure,
  metricNamed,
  obstacle,
  oneSidedClasses,
  ptbxlBootstrap,
} from "../metrics/index.ts";

/** Whether an example has exactly one class, or may have several. */
export type Labelling = "one" | "several";

/** Examples with their true and predicted classes. */
export interface ScoredRows {
  readonly classes: readonly string[];
  /** [row], class numbers; where rows may have several classes [row, class], 0 or 1. */
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** [row, class]; absent where only the decisions are known. */
  readonly scores?: ArrayLike<number> | undefined;
}

export interface IntervalOptions {
  readonly seed: string | number;
  readonly resamples?: number | undefined;
  readonly level?: number | undefined;
  /** Rows of one group are drawn together. */
  readonly groups?: ArrayLike<string | number> | undefined;
  /** What is drawn. */
  readonly unit: BootstrapIntervals["unit"];
  readonly extras: readonly string[];
}

export interface ScoredMetrics {
  readonly metrics: ReportMetrics;
  readonly confusion?: ConfusionMatrix;
  /** Why a measure that was asked for could not be taken. */
  readonly notices: readonly Notice[];
}

/** How examples of one labelling are measured. */
export interface Scoring {
  /** @param extras Names of measures beside the usual ones, see `metricList`. */
  measure(rows: ScoredRows, extras: readonly string[]): ScoredMetrics;
  intervals(rows: ScoredRows, options: IntervalOptions): BootstrapIntervals;
}

const one: Scoring = {
  measure: (rows, extras) => {
    const { classes, truth, predicted } = rows;
    const confusion = confusionMatrix(truth, predicted, classes.length);
    const { classes: byClass, ...overall } = classificationMetrics(confusion, { classes });
    const names = extras.filter((name) => !(name in overall));
    const { values, notices } = measureNamed(rows, { task: "multi-class", names });
    return { metrics: { ...overall, ...values, classes: byClass } as ReportMetrics, confusion, notices };
  },
  intervals: (rows, { extras, unit, groups, seed, resamples, level }) => {
    const { classes, truth, predicted } = rows;
    const options = {
      seed,
      ...(resamples === undefined ? {} : { resamples }),
      ...(level === undefined ? {} : { level }),
    };
    const grouped = groups === undefined ? {} : { groups };
    const usual = bootstrapMetrics({ truth, predicted, classes, ...grouped, ...options });
    const names = extras.filter((name) => !(name in usual.intervals));
    const others =
      names.length === 0 || usual.unitCount < 2
        ? {}
        : intervalsOf(toPredictions(rows, "multi-class"), { names, ...grouped, ...options }).intervals;
    return { ...usual, unit, intervals: { ...usual.intervals, ...others } };
  },
};

/** What is measured of examples with several classes each, beside the classes themselves. */
const usualOfSeveral = ["macroAuc", "macroAucPresent", "fmax", "subsetAccuracy", "macroF1"];

const several: Scoring = {
  measure: (rows, extras) => {
    const names = [...new Set([...usualOfSeveral, ...extras])];
    const { values, byClass, notices } = measureNamed(rows, { task: "multi-label", names });
    const areas = byClass["macroAuc"] ?? byClass["macroAucPresent"];
    return { metrics: { ...values, classes: classesOfSeveral(rows, areas) } as ReportMetrics, notices };
  },
  intervals: (rows, { extras, unit, seed, groups, ...asked }) => {
    const { resamples = ptbxlBootstrap.resamples, level = ptbxlBootstrap.level } = asked;
    const names = [...new Set([...usualOfSeveral, ...extras])];
    const grouped = groups === undefined ? {} : { groups };
    const found = intervalsOf(toPredictions(rows, "multi-label"), { names, seed, resamples, level, ...grouped });
    return { unit, resamples, level, seed, ...found };
  },
};

export const scorings: Readonly<Record<Labelling, Scoring>> = { one, several };

/** What the field's metrics are measured on. */
export function toPredictions(
  { classes, truth, predicted, scores }: ScoredRows,
  task: Predictions["task"],
): Predictions {
  const hot = (values: ArrayLike<number>) => {
    if (task !== "multi-class") return Uint8Array.from(values);
    const rows = new Uint8Array(values.length * classes.length);
    for (let row = 0; row < values.length; row++) rows[row * classes.length + values[row]!] = 1;
    return rows;
  };
  return {
    task,
    classes,
    truth: hot(truth),
    decisions: hot(predicted),
    ...(scores === undefined ? {} : { scores: Float64Array.from(scores), probabilities: true }),
  };
}

interface NamedValues {
  readonly values: Readonly<Record<string, Measured>>;
  readonly byClass: Readonly<Record<string, readonly Measured[] | undefined>>;
  readonly notices: readonly Notice[];
}

/** Measures by name; one that cannot be taken is undefined, and a notice says why. A stand-in that is not needed is left out. */
function measureNamed(
  rows: ScoredRows,
  { task, names }: { readonly task: Predictions["task"]; readonly names: readonly string[] },
): NamedValues {
  const asked = names.map(metricNamed);
  const rowCount = task === "multi-class" ? rows.truth.length : rows.truth.length / rows.classes.length;
  if (asked.length === 0 || rowCount === 0) {
    const usual = asked.filter(({ standsInFor }) => standsInFor === undefined);
    return { values: valuesOf(usual, []), byClass: {}, notices: [] };
  }
  const predictions = toPredictions(rows, task);
  const metrics = asked.filter(
    (metric) => metric.standsInFor === undefined || obstacle(predictions, metric) === undefined,
  );
  const replaced = metrics.flatMap(({ standsInFor }) => standsInFor ?? []);
  const problems = metrics.map((metric) => obstacle(predictions, metric));
  const found = metrics.map((metric, i) => (problems[i] === undefined ? measure(predictions, metric) : undefined));
  return {
    values: valuesOf(
      metrics,
      found.map((each) => each?.value),
    ),
    byClass: Object.fromEntries(metrics.map(({ name }, i) => [name, found[i]?.classes])),
    notices: metrics.flatMap((metric, i) => {
      const problem = problems[i];
      if (problem === undefined) return [];
      const shown = replaced.includes(metric) ? ` ${overPresent(predictions)}` : "";
      return [{ code: "unmeasured", message: `${metric.label}: ${problem}.${shown}` }];
    }),
  };
}

function overPresent(predictions: Predictions): string {
  const { without, full } = oneSidedClasses(predictions);
  const { length } = predictions.classes;
  const absent = new Set([...without, ...full]).size;
  return `Shown instead is the mean over the ${length - absent} of ${length} classes that are present.`;
}

function valuesOf(metrics: readonly Metric[], values: readonly Measured[]): Record<string, Measured> {
  return Object.fromEntries(metrics.map(({ name }, i) => [name, values[i]]));
}

/** Each class against the rest, at the thresholds by which it was predicted. */
function classesOfSeveral(
  { classes, truth, predicted }: ScoredRows,
  areas: readonly Measured[] | undefined,
): Record<string, ReportClassMetrics> {
  const columnOf = (values: ArrayLike<number>, label: number) =>
    Array.from({ length: values.length / classes.length }, (_, row) => values[row * classes.length + label]!);
  return Object.fromEntries(
    classes.map((name, label) => {
      const confusion = confusionMatrix(columnOf(truth, label), columnOf(predicted, label), 2);
      const against = classificationMetrics(confusion, { classes: ["without", "with"] }).classes[
        "with"
      ] as ClassMetrics;
      return [name, { auc: areas?.[label], ...against }];
    }),
  );
}

/** Intervals of those measures that can be taken. */
function intervalsOf(
  predictions: Predictions,
  { names, ...options }: { readonly names: readonly string[] } & Omit<Parameters<typeof bootstrapScores>[1], "metrics">,
): Pick<BootstrapIntervals, "intervals" | "unitCount" | "notices"> {
  const metrics = names.map(metricNamed).filter((metric) => obstacle(predictions, metric) === undefined);
  const rejectAbsentClasses = metrics.some(({ everyClassNeeds }) => everyClassNeeds !== undefined);
  try {
    const {
      unitCount,
      rejected,
      metrics: found,
    } = bootstrapScores(predictions, {
      ...options,
      metrics,
      rejectAbsentClasses,
    });
    return {
      unitCount,
      intervals: Object.fromEntries(
        found.map(({ metric, low, high, undefinedResamples }) => [metric, { low, high, undefinedResamples }]),
      ),
      notices:
        rejected === 0
          ? []
          : [{ code: "bootstrap", message: `${rejected} resamples in which a class had no example were drawn again.` }],
    };
  } catch (error) {
    // Too few examples, or classes too rare to be in every resample: there are no intervals then, and it is said why.
    return { unitCount: 0, intervals: {}, notices: [{ code: "bootstrap", message: (error as Error).message }] };
  }
}

import type { ClassificationMetrics } from "../classification-metrics.ts";
import { type ConfusionMatrix, normaliseRows } from "../confusion-matrix.ts";
import { classMetrics, metricAt, metricLabel, overallMetrics } from "../metric-table.ts";
import { formatClock, formatCount, formatInterval, formatSeconds, formatSpread, formatValue } from "./format-value.ts";
import type { FoldReport, Report } from "./report.ts";

/** A table as every renderer takes it: the first column names the row and stands left, numbers stand right. */
export interface ReportTable {
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
  /** One sentence on how to read it. */
  readonly note?: string;
}

export interface ReportColumn {
  readonly label: string;
  readonly align: "left" | "right";
}

const left = (label: string): ReportColumn => ({ label, align: "left" });
const right = (label: string): ReportColumn => ({ label, align: "right" });
const verdicts = {
  within: "within tolerance",
  above: "above tolerance",
  below: "below tolerance",
  undefined: "not measured",
} as const;
const unitOf = (style: "percent" | "fraction") => (style === "percent" ? " (%)" : "");

/** Accuracy, macro-F1, κ and j·κ: over folds, pooled, and the pooled values' intervals. */
export function overallTable(report: Report): ReportTable {
  const several = report.folds.length > 1;
  const shown = overallMetrics.filter(({ key }) => key in report.mean);
  return {
    title: "Overall",
    columns: [
      left("Measure"),
      ...(several ? [right("Mean ± SD of folds"), right("Pooled")] : [right("Value")]),
      ...(report.intervals === undefined ? [] : [right(intervalLabel(report))]),
    ],
    rows: shown.map(({ key, label, style }) => [
      label + unitOf(style),
      ...(several ? [formatSpread(report.mean[key], { deviation: report.standardDeviation[key], style })] : []),
      formatValue(report.pooled[key], style),
      ...(report.intervals === undefined ? [] : [formatInterval(report.intervals.intervals[key], style)]),
    ]),
    ...noteOf(intervalNote(report)),
  };
}

/** Every class's values: mean ± deviation over folds, or the one fold's. */
export function classTable(report: Report): ReportTable {
  return {
    title: "By class",
    columns: [left("Class"), right("Beats"), ...classMetrics.map(({ short, style }) => right(short + unitOf(style)))],
    rows: report.classes.map((name) => [
      name,
      formatCount(report.pooled.classes[name]?.support ?? 0),
      ...classMetrics.map(({ key, style }) =>
        formatSpread(report.mean.classes[name]?.[key], {
          deviation: report.standardDeviation.classes[name]?.[key],
          style,
        }),
      ),
    ]),
    note:
      (report.folds.length > 1 ? "Mean ± standard deviation over the folds. " : "") +
      "Se: sensitivity, +P: positive predictivity, Sp: specificity; – is undefined. Macro-F1 averages the classes that occur.",
  };
}

/** The bootstrap intervals of every class's values; undefined where there are none. */
export function classIntervalTable(report: Report): ReportTable | undefined {
  const { intervals } = report;
  if (intervals === undefined) return undefined;
  return {
    title: `By class: ${intervalLabel(report)}`,
    columns: [left("Class"), ...classMetrics.map(({ short, style }) => right(short + unitOf(style)))],
    rows: report.classes.map((name) => [
      name,
      ...classMetrics.map(({ key, style }) => {
        const text = formatInterval(intervals.intervals[`classes.${name}.${key}`], style);
        return text === "" ? "–" : text;
      }),
    ]),
  };
}

/** Counts, or shares of each row in percent. */
export function confusionTable(
  confusion: ConfusionMatrix,
  { classes, normalised }: { readonly classes: readonly string[]; readonly normalised: boolean },
): ReportTable {
  const cells = normalised
    ? normaliseRows(confusion).map((row) => row.map((share) => formatValue(share, "percent")))
    : confusion.map((row) => row.map(formatCount));
  return {
    title: normalised ? "Confusion matrix (% of the true class)" : "Confusion matrix (beats)",
    columns: [left("true \\ predicted"), ...classes.map((name) => right(name))],
    rows: classes.map((name, i) => [name, ...(cells[i] ?? [])]),
  };
}

/** One row per fold. */
export function foldTable(report: Report): ReportTable {
  const shown = overallMetrics.filter(({ key }) => key in report.mean);
  return {
    title: "Folds",
    columns: [
      left("Fold"),
      ...shown.map(({ label, style }) => right(label + unitOf(style))),
      ...report.classes.map((name) => right(`F1 ${name}`)),
      right("Best epoch"),
      right("Time"),
      right("Peak memory"),
    ],
    rows: report.folds.map((fold) => [
      fold.name,
      ...shown.map(({ key, style }) => formatValue(fold.metrics[key], style)),
      ...report.classes.map((name) => formatValue(fold.metrics.classes[name]?.f1, "fraction")),
      keptEpoch(fold),
      fold.seconds === undefined ? "–" : formatSeconds(fold.seconds),
      formatMegabytes(fold.peakMemoryMegabytes),
    ]),
  };
}

function keptEpoch({ learning, bestEpoch }: FoldReport): string {
  return learning.length === 0 ? "–" : `${bestEpoch ?? "–"} of ${learning.length}`;
}

/** The same measures on parts of the test data; undefined where the report has none. */
export function subsetTable(report: Report): ReportTable | undefined {
  const subsets = report.subsets ?? [];
  if (subsets.length === 0) return undefined;
  const paths = [
    ...overallMetrics
      .filter(({ key }) => key in report.mean)
      .map(({ key, label, style }) => ({ path: key, label, style })),
    ...report.classes.map((name) => ({ path: `classes.${name}.f1`, label: `F1 ${name}`, style: "fraction" as const })),
  ];
  const row = (name: string, metrics: ClassificationMetrics) => [
    name,
    ...paths.map(({ path, style }) => formatValue(metricAt(metrics, path), style)),
  ];
  const reasons = subsets.flatMap(({ name, reason }) => (reason === undefined ? [] : [`${name}: ${reason}`]));
  return {
    title: "Parts of the test data",
    columns: [left("Beats of"), ...paths.map(({ label, style }) => right(label + unitOf(style)))],
    rows: [row("all test records", report.pooled), ...subsets.map(({ name, metrics }) => row(name, metrics))],
    ...noteOf(reasons.join(" ")),
  };
}

/** What each part of the split holds. */
export function partTable(report: Report): ReportTable {
  return {
    title: "Parts of the data",
    columns: [left("Part"), right("Records"), right("Beats"), ...report.classes.map((name) => right(name))],
    rows: Object.entries(report.parts).map(([name, part]) => [
      name,
      part.records === undefined ? "–" : formatCount(part.records),
      formatCount(part.beats),
      ...report.classes.map((label) => formatCount(part.byClass[label] ?? 0)),
    ]),
  };
}

/** One row per record; the classes that occur in no record's truth have no columns. */
export function recordsTable(report: Report): ReportTable {
  const present = report.classes.filter((name) => (report.pooled.classes[name]?.support ?? 0) > 0);
  return {
    title: "Records",
    columns: [
      left("Record"),
      right("Beats"),
      right("Errors"),
      right("Accuracy (%)"),
      ...present.flatMap((name) => [right(`${name} beats`), right(`${name} Se (%)`), right(`${name} +P (%)`)]),
    ],
    rows: report.records.map((row) => [
      row.record,
      formatCount(row.beats),
      formatCount(row.errors),
      formatValue(row.accuracy, "percent"),
      ...present.flatMap((name) => {
        const metrics = row.classes[name];
        return [
          formatCount(metrics?.support ?? 0),
          formatValue(metrics?.sensitivity, "percent"),
          formatValue(metrics?.positivePredictivity, "percent"),
        ];
      }),
    ]),
  };
}

/** The wrong beats of which the model was surest. */
export function errorTable(report: Report): ReportTable {
  return {
    title: "Worst errors",
    columns: [left("Record"), right("Sample"), right("Time"), left("True"), left("Predicted"), right("Probability")],
    rows: report.worstErrors.map((error) => [
      error.record,
      formatCount(error.sample),
      error.strip === undefined ? "–" : formatClock(error.sample / error.strip.sampleRate),
      error.truth,
      error.predicted,
      formatValue(error.probability, "fraction"),
    ]),
  };
}

/** The recipe's numbers beside the run's. */
export function expectedTable(report: Report): ReportTable {
  return {
    title: "Expected by the recipe",
    columns: [left("Measure"), right("Expected"), right("Found"), left("Verdict"), left("Source")],
    rows: report.expected.map(({ metric, value, tolerance, found, verdict, source }) => [
      metricLabel(metric),
      `${value} ± ${tolerance}`,
      found === undefined ? "–" : found.toFixed(4),
      verdicts[verdict],
      source ?? "",
    ]),
  };
}

/** `95 % interval`. */
export function intervalLabel({ intervals }: Report): string {
  return intervals === undefined ? "" : `${Number((100 * intervals.level).toFixed(3))} % interval`;
}

/** How the intervals came about, and how many resamples lacked a value. */
export function intervalNote({ intervals }: Report): string {
  if (intervals === undefined) return "";
  const { resamples, unit, unitCount, seed } = intervals;
  const most = Math.max(0, ...Object.values(intervals.intervals).map((interval) => interval.undefinedResamples));
  const lacking = Object.entries(intervals.intervals)
    .filter(([, interval]) => interval.undefinedResamples > 0)
    .map(([path, interval]) => `${path.replace("classes.", "")} in ${formatCount(interval.undefinedResamples)}`);
  const what = `Intervals: percentile bootstrap of the pooled values, ${formatCount(resamples)} resamples of ${formatCount(unitCount)} ${unit}s, seed ${seed}.`;
  return most === 0 ? what : `${what} Undefined resamples were left out: ${lacking.join(", ")}.`;
}

export function formatMegabytes(megabytes: number | undefined): string {
  return megabytes === undefined ? "–" : `${formatCount(Math.round(megabytes))} MB`;
}

function noteOf(note: string): { readonly note?: string } {
  return note === "" ? {} : { note };
}

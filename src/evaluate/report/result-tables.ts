import { metricAt, metricLabel, overallAt, shownMetrics } from "../metric-table.ts";
import { examplesTitle } from "./example-words.ts";
import { formatCount, formatInterval, formatSpread, formatValue } from "./format-value.ts";
import { left, type ReportTable, right, unitOf } from "./report-table.ts";
import type { Report, SubsetReport } from "./report.ts";

const verdicts = {
  within: "within tolerance",
  above: "above tolerance",
  below: "below tolerance",
  undefined: "not measured",
  incomparable: "not comparable: partial data",
} as const;

/** Accuracy, macro-F1, κ and j·κ: over folds, pooled, and the pooled values' intervals. */
export function overallTable(report: Report): ReportTable {
  const several = report.folds.length > 1;
  const shown = shownMetrics(report.mean).overall;
  return {
    title: "Overall",
    columns: [
      left("Measure"),
      ...(several ? [right("Mean ± SD of folds"), right("Pooled")] : [right("Value")]),
      ...(report.intervals === undefined ? [] : [right(intervalLabel(report))]),
    ],
    rows: shown.map(({ key, label, style }) => [
      label + unitOf(style),
      ...(several
        ? [formatSpread(overallAt(report.mean, key), { deviation: overallAt(report.standardDeviation, key), style })]
        : []),
      formatValue(overallAt(report.pooled, key), style),
      ...(report.intervals === undefined ? [] : [formatInterval(report.intervals.intervals[key], style)]),
    ]),
    ...noteOf(intervalNote(report)),
  };
}

/** Every class's values: mean ± deviation over folds, or the one fold's. */
export function classTable(report: Report): ReportTable {
  const classMetrics = shownMetrics(report.mean).ofClass;
  return {
    title: "By class",
    columns: [
      left("Class"),
      right(examplesTitle(report)),
      ...classMetrics.map(({ short, style }) => right(short + unitOf(style))),
    ],
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
      (classMetrics.some(({ key }) => key === "auc") ? "AUC: area under the ROC curve, " : "") +
      "Se: sensitivity, +P: positive predictivity, Sp: specificity; – is undefined. Macro-F1 averages the classes that occur.",
  };
}

/** The bootstrap intervals of every class's values; undefined where there are none. */
export function classIntervalTable(report: Report): ReportTable | undefined {
  const { intervals } = report;
  if (intervals === undefined) return undefined;
  const classMetrics = shownMetrics(report.mean).ofClass.filter(({ key }) =>
    report.classes.some((name) => `classes.${name}.${key}` in intervals.intervals),
  );
  if (classMetrics.length === 0) return undefined;
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

/** The same measures on parts of the test data; undefined where the report has none. */
export function subsetTable(report: Report): ReportTable | undefined {
  const subsets = report.subsets ?? [];
  if (subsets.length === 0) return undefined;
  const paths = [
    ...shownMetrics(report.mean).overall.map(({ key, label, style }) => ({ path: key, label, style })),
    ...report.classes.map((name) => ({ path: `classes.${name}.f1`, label: `F1 ${name}`, style: "fraction" as const })),
  ];
  const several = report.folds.length > 1 && subsets.every(({ mean }) => mean !== undefined);
  const row = ({ name, metrics, mean, standardDeviation }: SubsetReport) => [
    name,
    ...paths.map(({ path, style }) =>
      several
        ? formatSpread(metricAt(mean!, path), { deviation: metricAt(standardDeviation!, path), style })
        : formatValue(metricAt(metrics, path), style),
    ),
  ];
  const { pooled, mean, standardDeviation } = report;
  const reasons = subsets.flatMap(({ name, reason }) => (reason === undefined ? [] : [`${name}: ${reason}`]));
  return {
    title: "Parts of the test data",
    columns: [left(`${examplesTitle(report)} of`), ...paths.map(({ label, style }) => right(label + unitOf(style)))],
    rows: [{ name: "all test records", metrics: pooled, mean, standardDeviation }, ...subsets].map(row),
    ...noteOf([...(several ? ["Mean ± standard deviation over the folds."] : []), ...reasons].join(" ")),
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

function noteOf(note: string): { readonly note?: string } {
  return note === "" ? {} : { note };
}

import { normaliseRows } from "../confusion-matrix.ts";
import { overallAt, shownMetrics } from "../metric-table.ts";
import { examplesTitle, sizeOfPart, unitOfReport } from "./example-words.ts";
import { formatClock, formatCount, formatMegabytes, formatSeconds, formatValue } from "./format-value.ts";
import { left, type ReportTable, right, unitOf } from "./report-table.ts";
import type { FoldReport, Report } from "./report.ts";

/** Counts, or shares of each row in percent; undefined where an example may have several classes. */
export function confusionTable(
  report: Report,
  { normalised }: { readonly normalised: boolean },
): ReportTable | undefined {
  const { classes, confusion } = report;
  if (confusion === undefined) return undefined;
  const cells = normalised
    ? normaliseRows(confusion).map((row) => row.map((share) => formatValue(share, "percent")))
    : confusion.map((row) => row.map(formatCount));
  return {
    title: normalised ? "Confusion matrix (% of the true class)" : `Confusion matrix (${unitOfReport(report)}s)`,
    columns: [left("true \\ predicted"), ...classes.map((name) => right(name))],
    rows: classes.map((name, i) => [name, ...(cells[i] ?? [])]),
  };
}

/** One row per fold. */
export function foldTable(report: Report): ReportTable {
  const shown = shownMetrics(report.mean).overall;
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
      ...shown.map(({ key, style }) => formatValue(overallAt(fold.metrics, key), style)),
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

/** What each part of the split holds. */
export function partTable(report: Report): ReportTable {
  return {
    title: "Parts of the data",
    columns: [
      left("Part"),
      right("Records"),
      right(examplesTitle(report)),
      ...report.classes.map((name) => right(name)),
    ],
    rows: Object.entries(report.parts).map(([name, part]) => [
      name,
      part.records === undefined ? "–" : formatCount(part.records),
      formatCount(sizeOfPart(part)),
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
      right(examplesTitle(report)),
      right("Errors"),
      right("Accuracy (%)"),
      ...present.flatMap((name) => [
        right(`${name} ${unitOfReport(report)}s`),
        right(`${name} Se (%)`),
        right(`${name} +P (%)`),
      ]),
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

import { formatCount, formatInterval, formatValue } from "../report/format-value.ts";
import { left, type ReportTable, right } from "../report/report-table.ts";
import type { ScoreReport } from "./score-report.ts";
import type { SettledPredictions } from "./settle-decisions.ts";

/** A report as tables: measures, the comparison with another model, and classes. */
export function scoreTables(
  report: ScoreReport,
  { thresholds }: Pick<SettledPredictions, "thresholds"> = {},
): readonly ReportTable[] {
  const { comparison } = report;
  return [
    overall(report),
    ...(comparison === undefined ? [] : [comparisonTable(report)]),
    ...(report.classes.length < 2 ? [] : [classTable(report, thresholds)]),
  ];
}

function overall({ task, rows, classes, metrics, bootstrap }: ScoreReport): ReportTable {
  const interval = bootstrap === undefined ? [] : [right(`${Math.round(bootstrap.level * 100)} % interval`)];
  const drawn =
    bootstrap &&
    `${formatCount(bootstrap.resamples)} resamples of ${formatCount(bootstrap.unitCount)} ${bootstrap.unitCount === rows ? "rows" : "groups"}` +
      `${bootstrap.rejected > 0 ? `, ${formatCount(bootstrap.rejected)} drawn again for a missing class` : ""}.`;
  return {
    title: `${formatCount(rows)} rows, ${task}, ${classes.length === 1 ? `class ${classes[0]}` : `${classes.length} classes`}`,
    columns: [left("Measure"), right("Value"), ...interval],
    rows: metrics.map(({ label, style, value, interval: found }) => [
      measureName({ label, style }, classes),
      formatValue(value, style),
      ...(bootstrap === undefined ? [] : [formatInterval(found && { ...found }, style)]),
    ]),
    ...(drawn === undefined ? {} : { note: drawn }),
  };
}

function comparisonTable({ comparison, metrics, classes }: ScoreReport): ReportTable {
  const { level, metrics: compared } = comparison!;
  return {
    title: "Compared with the other scores, on the same resamples",
    columns: [
      left("Measure"),
      right("These"),
      right("Others"),
      right("Difference"),
      right(`${Math.round(level * 100)} % interval`),
      right("Resamples better (%)"),
    ],
    rows: compared.map((one) => {
      const { label, style } = metrics.find(({ name }) => name === one.metric)!;
      return [
        measureName({ label, style }, classes),
        ...[one.a, one.b, one.difference].map((value) => formatValue(value, style)),
        formatInterval(one, style),
        one.shareBetter === undefined ? "–" : (100 * one.shareBetter).toFixed(1),
      ];
    }),
    note: "Better is higher, or lower for errors and losses; equal resamples count half.",
  };
}

function classTable({ classes, metrics }: ScoreReport, thresholds: readonly number[] | undefined): ReportTable {
  const shown = metrics.filter((metric) => metric.classes !== undefined);
  return {
    title: "Classes",
    columns: [
      left("class"),
      ...(thresholds === undefined ? [] : [right("threshold")]),
      ...shown.map(({ label }) => right(label.replace(/^Macro[- ]/, ""))),
    ],
    rows: classes.map((name, i) => [
      name,
      ...(thresholds === undefined ? [] : [thresholds[i]!.toFixed(3)]),
      ...shown.map((metric) => formatValue(metric.classes![i], metric.style)),
    ]),
  };
}

/** A metric's name with its unit; without "macro" where there is one class. */
function measureName(
  { label, style }: { readonly label: string; readonly style: string },
  classes: readonly string[],
): string {
  const short = label.replace(/^Macro[- ]/, "");
  const name = classes.length > 1 ? label : short.charAt(0).toUpperCase() + short.slice(1);
  return style === "percent" ? `${name} (%)` : name;
}

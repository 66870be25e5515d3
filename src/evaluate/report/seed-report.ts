import { deviationOfMetrics, meanOfMetrics } from "../fold-summary.ts";
import { type ReportMetrics, metricAt, metricLabel, shownMetrics } from "../metric-table.ts";
import { formatSeconds, formatSpread, formatValue } from "./format-value.ts";
import { escapeMarkdown, markdownTable } from "./markdown-table.ts";
import { leakageSentences, medicalNotice } from "./report-facts.ts";
import { left, type ReportTable, right, unitOf } from "./report-table.ts";
import type { Report } from "./report.ts";

/** What one recipe came to from several seeds: the same data and split, other starting weights, order of the rows and masks. */
export interface SeedReport extends Pick<
  Report,
  "title" | "recipe" | "dataset" | "split" | "leakage" | "classes" | "date" | "software"
> {
  readonly schema: 1;
  readonly seeds: readonly Report["seed"][];
  /** All of the test part, then the parts of it that the recipe names. */
  readonly parts: readonly SeedPart[];
  readonly seconds: number;
}

export interface SeedPart {
  readonly name: string;
  readonly reason?: string;
  /** By seed; of each run the mean over its folds, of a part of the test data the pooled values. */
  readonly runs: readonly ReportMetrics[];
  readonly mean: ReportMetrics;
  /** With n − 1; undefined for a single seed. */
  readonly standardDeviation: ReportMetrics;
}

/** Puts together what the same recipe came to from each seed. */
export function seedReport(reports: readonly Report[]): SeedReport {
  const first = reports[0]!;
  const { title, recipe, dataset, split, leakage, classes, software } = first;
  const part = (name: string, runs: readonly ReportMetrics[]): SeedPart => ({
    name,
    runs,
    mean: meanOfMetrics(runs),
    standardDeviation: deviationOfMetrics(runs),
  });
  return {
    schema: 1,
    title,
    recipe,
    dataset,
    split,
    leakage,
    classes,
    seeds: reports.map(({ seed }) => seed),
    parts: [
      part(
        "test",
        reports.map(({ mean }) => mean),
      ),
      ...(first.subsets ?? []).map(({ name, reason }, index) => ({
        ...part(
          name,
          reports.map(({ subsets }) => subsets![index]!.metrics),
        ),
        ...(reason === undefined ? {} : { reason }),
      })),
    ],
    seconds: reports.reduce((sum, { seconds }) => sum + seconds, 0),
    date: reports
      .map(({ date }) => date)
      .toSorted()
      .at(-1)!,
    software,
  };
}

/** A row for each measure, a column for each seed, mean ± standard deviation. */
export function seedTables({ seeds, parts, classes }: SeedReport): ReportTable[] {
  return parts.map(({ name, reason, runs, mean, standardDeviation }) => {
    const { overall, ofClass } = shownMetrics(mean);
    const rows = [
      ...overall.map(({ key, label, style }) => ({ path: key, label, style })),
      ...classes.flatMap((own) =>
        ofClass.map(({ key, style }) => ({
          path: `classes.${own}.${key}`,
          label: metricLabel(`classes.${own}.${key}`),
          style,
        })),
      ),
    ];
    return {
      title: name === "test" ? "Over the seeds" : `Over the seeds: ${name}`,
      columns: [left("Measure"), ...seeds.map((seed) => right(`Seed ${seed}`)), right("Mean ± SD")],
      rows: rows.map(({ path, label, style }) => [
        label + unitOf(style),
        ...runs.map((run) => formatValue(metricAt(run, path), style)),
        formatSpread(metricAt(mean, path), { deviation: metricAt(standardDeviation, path), style }),
      ]),
      ...(reason === undefined ? {} : { note: reason }),
    };
  });
}

/** The tables as Markdown. */
export function renderSeedMarkdown(report: SeedReport): string {
  const { title, recipe, dataset, split, seeds, seconds, date } = report;
  const blocks = [
    `# ${escapeMarkdown(`${title}: ${seeds.length} seeds`)}`,
    `> ${medicalNotice}`,
    escapeMarkdown(
      `Recipe ${recipe} on ${dataset}, ${split}; seeds ${seeds.join(", ")} give other starting weights, order of the rows and masks, ` +
        `the data and the split are the same. ${formatSeconds(seconds)} in all, ${date}.`,
    ),
    `**Leakage.** ${leakageSentences(report).map(escapeMarkdown).join(" ")}`,
    ...seedTables(report).map(markdownTable),
  ];
  return `${blocks.join("\n\n")}\n`;
}

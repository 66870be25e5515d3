import type { Measured } from "../classification-metrics.ts";
import { formatCount, formatSeconds, formatValue, undefinedMark, type ValueStyle } from "../report/format-value.ts";
import { left, type ReportTable, right } from "../report/report-table.ts";

/** One number of one run, beside the published one. */
export interface LeaderboardRow {
  /** The shipped name or file of the recipe. */
  readonly recipe: string;
  readonly dataset: string;
  /** What is classified and how rows are split: `superdiagnostic`, `inter-patient`. */
  readonly task: string;
  readonly model: string;
  /** For people: `Macro AUC`. */
  readonly metric: string;
  readonly style: ValueStyle;
  /** `lower` for errors and losses. */
  readonly better: "higher" | "lower";
  readonly published: Measured;
  /** Where the published value stands: author and year, table. */
  readonly source?: string;
  /** Undefined where the recipe has not been run, or the value has no meaning. */
  readonly ours: Measured;
  /** Whether ours may be held against the published value; so it may where absent. */
  readonly comparable?: boolean;
  readonly interval?: { readonly low: Measured; readonly high: Measured };
  readonly seconds?: number;
  readonly memoryMegabytes?: number;
  /** ISO 8601. */
  readonly date?: string;
  /** What one must know to read the number: "849 of 21,799 recordings, path only". */
  readonly remark?: string;
}

/** Rows of one dataset and task, best first. */
export interface LeaderboardGroup {
  readonly dataset: string;
  readonly task: string;
  readonly rows: readonly LeaderboardRow[];
}

/** Groups in order of first appearance; in each the metrics in theirs, the best of ours first, what was not run last. */
export function groupLeaderboard(rows: readonly LeaderboardRow[]): LeaderboardGroup[] {
  const groups = new Map<string, LeaderboardRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.dataset, row.task]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((own) => {
    const metrics = [...new Set(own.map(({ metric }) => metric))];
    const sorted = own.toSorted(
      (a, b) =>
        metrics.indexOf(a.metric) - metrics.indexOf(b.metric) ||
        rank(a) - rank(b) ||
        a.model.localeCompare(b.model, "en"),
    );
    return { dataset: own[0]!.dataset, task: own[0]!.task, rows: sorted };
  });
}

/** A group as a table; every renderer of reports takes it. What several rows have to say stands once below it, by number. */
export function leaderboardTable({ dataset, task, rows }: LeaderboardGroup): ReportTable {
  const remarks = rows.map(remarksOf);
  const all = remarks.flat();
  const shared = [...new Set(all)].filter((text) => all.indexOf(text) < all.lastIndexOf(text));
  const numberOf = (text: string) => shared.indexOf(text) + 1;
  return {
    title: `${dataset}: ${task}`,
    columns: [
      left("Model"),
      left("Metric"),
      right("Published"),
      right("Ours"),
      right("Interval"),
      right("Difference"),
      right("Time"),
      right("Memory"),
      left("Date"),
      left("Recipe"),
      left("Remark"),
    ],
    rows: rows.map((row, i) => [
      row.model,
      row.style === "percent" ? `${row.metric} (%)` : row.metric,
      formatValue(row.published, row.style),
      formatValue(row.ours, row.style),
      row.interval?.low === undefined || row.interval.high === undefined
        ? undefinedMark
        : `${formatValue(row.interval.low, row.style)} to ${formatValue(row.interval.high, row.style)}`,
      difference(row),
      row.seconds === undefined ? undefinedMark : formatSeconds(row.seconds),
      row.memoryMegabytes === undefined ? undefinedMark : `${formatCount(Math.round(row.memoryMegabytes))} MB`,
      row.date?.slice(0, 10) ?? undefinedMark,
      row.recipe,
      [
        ...remarks[i]!.filter((text) => numberOf(text) === 0),
        ...remarks[i]!.filter((text) => numberOf(text) > 0).map((text) => `(${numberOf(text)})`),
      ].join("; "),
    ]),
    ...(shared.length === 0 ? {} : { note: shared.map((text) => `(${numberOf(text)}) ${text}.`).join(" ") }),
  };
}

/** Where the published value stands, and what one must know to read ours. */
function remarksOf({ source, published, remark }: LeaderboardRow): string[] {
  return [
    ...(source === undefined || published === undefined ? [] : [`published: ${source}`]),
    ...(remark === undefined ? [] : [remark]),
  ];
}

/** `+0.012`, ours minus published. */
function difference({ ours, published, style, comparable = true }: LeaderboardRow): string {
  if (ours === undefined || published === undefined) return undefinedMark;
  if (!comparable) return "not comparable";
  const text = formatValue(ours - published, style).replace("-", "−");
  return text.startsWith("−") ? text : `+${text}`;
}

function rank({ ours, better }: LeaderboardRow): number {
  if (ours === undefined) return Number.MAX_VALUE;
  return better === "higher" ? -ours : ours;
}

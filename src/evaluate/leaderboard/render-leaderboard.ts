import { htmlTable } from "../report/html/html-table.ts";
import { reportStyle } from "../report/html/report-style.ts";
import { escapeMarkup } from "../markup.ts";
import { escapeMarkdown, markdownTable } from "../report/markdown-table.ts";
import { medicalNotice } from "../report/report-facts.ts";
import { groupLeaderboard, type LeaderboardRow, leaderboardTable } from "./leaderboard.ts";

export interface LeaderboardOptions {
  readonly title: string;
  /** One paragraph below the title. */
  readonly about?: string;
}

/** The leaderboard as Markdown with one pipe table per dataset and task. */
export function renderLeaderboardMarkdown(
  rows: readonly LeaderboardRow[],
  { title, about }: LeaderboardOptions,
): string {
  const blocks = [
    `# ${escapeMarkdown(title)}`,
    `> ${medicalNotice}`,
    ...(about === undefined ? [] : [escapeMarkdown(about)]),
    ...groupLeaderboard(rows).map((group) => markdownTable(leaderboardTable(group))),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** The leaderboard as one HTML page that needs nothing else. */
export function renderLeaderboardHtml(rows: readonly LeaderboardRow[], { title, about }: LeaderboardOptions): string {
  const groups = groupLeaderboard(rows);
  const sections = groups.map((group, i) => {
    const table = leaderboardTable(group);
    return `<section id="g${i + 1}"><h2>${escapeMarkup(table.title)}</h2>${htmlTable(table, { captioned: false })}</section>`;
  });
  const links = groups.map(
    ({ dataset, task }, i) => `<li><a href="#g${i + 1}">${escapeMarkup(`${dataset}: ${task}`)}</a></li>`,
  );
  return (
    `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>${escapeMarkup(title)}</title><style>${reportStyle}main,header.top,footer{max-width:1400px}td:last-child{white-space:normal;min-width:26ch}</style></head><body>` +
    `<header class="top"><h1>${escapeMarkup(title)}</h1>${about === undefined ? "" : `<p>${escapeMarkup(about)}</p>`}` +
    `<div class="banner"><p>${escapeMarkup(medicalNotice)}</p></div>` +
    `${links.length < 2 ? "" : `<nav aria-label="Tasks"><ul>${links.join("")}</ul></nav>`}</header>` +
    `<main>${sections.join("\n")}</main><footer><p>Ours minus published; a dash where there is no value.</p></footer></body></html>\n`
  );
}

/** The leaderboard as CSV (RFC 4180) with a column per field, values unrounded, empty where there is none. */
export function renderLeaderboardCsv(rows: readonly LeaderboardRow[]): string {
  const lines = groupLeaderboard(rows)
    .flatMap((group) => group.rows)
    .map((row) => csvColumns.map(({ value }) => field(value(row))).join(","));
  return [csvColumns.map(({ name }) => name).join(","), ...lines, ""].join("\r\n");
}

const csvColumns: readonly {
  readonly name: string;
  value(row: LeaderboardRow): string | number | undefined;
}[] = [
  { name: "recipe", value: (row) => row.recipe },
  { name: "dataset", value: (row) => row.dataset },
  { name: "task", value: (row) => row.task },
  { name: "model", value: (row) => row.model },
  { name: "metric", value: (row) => row.metric },
  { name: "published", value: (row) => row.published },
  { name: "ours", value: (row) => row.ours },
  { name: "low", value: (row) => row.interval?.low },
  { name: "high", value: (row) => row.interval?.high },
  { name: "comparable", value: ({ comparable }) => comparable?.toString() },
  { name: "seconds", value: (row) => row.seconds },
  { name: "memory_megabytes", value: (row) => row.memoryMegabytes },
  { name: "date", value: (row) => row.date },
  { name: "source", value: (row) => row.source },
  { name: "remark", value: (row) => row.remark },
];

function field(value: string | number | undefined): string {
  const text = String(value ?? "");
  // A leading = + - @ would be a formula to a spreadsheet, in words only: numbers stay numbers.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

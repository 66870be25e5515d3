import type { ReportTable } from "./report-table.ts";
import { plainText } from "./text-table.ts";

/** A table with its title as a heading and pipes between its cells. */
export function markdownTable({ title, columns, rows, note }: ReportTable): string {
  return [
    `## ${escapeMarkdown(title)}\n`,
    line(columns.map(({ label }) => escapeMarkdown(label))),
    line(columns.map(({ align }) => (align === "left" ? "---" : "---:"))),
    ...rows.map((row) => line(row.map(escapeMarkdown))),
    ...(note === undefined ? [] : [`\n${escapeMarkdown(note)}`]),
  ].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text that Markdown and the HTML in it leave as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return plainText(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_[\]|~#!]/g, "\\$&")
    .replace(/^(\s*)([-+]|\d+[.)])(?=\s|$)/, "$1\\$2");
}

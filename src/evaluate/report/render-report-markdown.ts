import { calibrationTable } from "./calibration-report.ts";
import { escapeMarkdown, markdownTable } from "./markdown-table.ts";
import { leakageSentences, medicalNotice, protocolFacts, runFacts } from "./report-facts.ts";
import type { Report } from "./report.ts";
import { classIntervalTable, classTable, expectedTable, overallTable, subsetTable } from "./result-tables.ts";
import { confusionTable, errorTable, foldTable, partTable, recordsTable } from "./run-tables.ts";

/** The report as Markdown with pipe tables, for a repository or an issue. All names are escaped. */
export function renderReportMarkdown(report: Report): string {
  const tables = [
    overallTable(report),
    expectedTable(report),
    classTable(report),
    classIntervalTable(report),
    confusionTable(report, { normalised: false }),
    confusionTable(report, { normalised: true }),
    report.calibration && calibrationTable(report.calibration),
    subsetTable(report),
    foldTable(report),
    partTable(report),
    recordsTable(report),
    errorTable(report),
  ];
  const facts = [...protocolFacts(report), ...runFacts(report)];
  const notices = [...report.notices, ...(report.intervals?.notices ?? [])];
  const blocks = [
    `# ${escapeMarkdown(report.title)}`,
    `> ${medicalNotice}`,
    facts.map(([label, value]) => `- **${label}:** ${escapeMarkdown(value)}`).join("\n"),
    `**Leakage.** ${leakageSentences(report).map(escapeMarkdown).join(" ")}`,
    ...tables.filter((table) => table !== undefined && table.rows.length > 0).map((table) => markdownTable(table!)),
    ...(notices.length === 0
      ? []
      : [`## Notes\n\n${notices.map(({ message }) => `- ${escapeMarkdown(message)}`).join("\n")}`]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

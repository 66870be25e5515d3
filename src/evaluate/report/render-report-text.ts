import { leakageSentences, medicalNotice, protocolFacts, runFacts } from "./report-facts.ts";
import type { ReportTable } from "./report-table.ts";
import type { Report } from "./report.ts";
import { classIntervalTable, classTable, expectedTable, overallTable, subsetTable } from "./result-tables.ts";
import { confusionTable, errorTable, foldTable, partTable, recordsTable } from "./run-tables.ts";
import { paint, plainText, renderTextTable, wrapText } from "./text-table.ts";

export interface ReportTextOptions {
  /** Columns of the terminal; 100 by default. Wider tables continue below with their first column repeated. */
  readonly width?: number;
  /** Whether to use ANSI colours; false by default. */
  readonly colour?: boolean;
  /** How many records to list, those with the most errors first; 10 by default. */
  readonly records?: number;
}

/** The report for a terminal, ending in a newline. Control characters in names are shown as `�`. */
export function renderReportText(report: Report, options: ReportTextOptions = {}): string {
  const { width = 100, colour = false, records = 10 } = options;
  const blocks = [
    paint(plainText(report.title), colour && "bold"),
    factLines([...protocolFacts(report), ...runFacts(report)], { width, colour }),
    ...leakageSentences(report).map((text) =>
      paint(wrapText(`Leakage: ${text}`, width), colour && report.leakage.length > 0 && "yellow"),
    ),
    ...reportTables(report, records).map((table) => renderTextTable(table, { width, colour })),
    ...[...report.notices, ...(report.intervals?.notices ?? [])].map(({ message }) =>
      wrapText(`Note: ${message}`, width),
    ),
    paint(wrapText(medicalNotice, width), colour && "dim"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function reportTables(report: Report, recordCount: number): ReportTable[] {
  const all = recordsTable(report);
  const order = report.records.map((_, i) => i).sort((a, b) => report.records[b]!.errors - report.records[a]!.errors);
  const worst = order.slice(0, recordCount).map((i) => all.rows[i]!);
  const title =
    worst.length < all.rows.length ? `Records with the most errors (${worst.length} of ${all.rows.length})` : all.title;
  const tables = [
    partTable(report),
    overallTable(report),
    expectedTable(report),
    classTable(report),
    classIntervalTable(report),
    confusionTable(report, { normalised: false }),
    confusionTable(report, { normalised: true }),
    subsetTable(report),
    foldTable(report),
    { ...all, title, rows: worst },
    errorTable(report),
  ];
  return tables.filter((table) => table !== undefined).filter((table) => table.rows.length > 0);
}

function factLines(
  facts: readonly (readonly [label: string, value: string])[],
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const indent = Math.max(...facts.map(([label]) => label.length)) + 2;
  return facts
    .map(([label, value]) => {
      const lines = wrapText(value, Math.max(20, width - indent)).split("\n");
      return paint(label.padEnd(indent), colour && "dim") + lines.join(`\n${" ".repeat(indent)}`);
    })
    .join("\n");
}

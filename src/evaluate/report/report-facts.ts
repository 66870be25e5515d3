import { formatMegabytes, formatSeconds } from "./format-value.ts";
import type { Report } from "./report.ts";

/** Printed in every report. */
export const medicalNotice =
  "Research software, not a medical device: nothing here may be used to diagnose, monitor or treat a person.";

/** What was run on what, as label and value. */
export function protocolFacts(report: Report): [label: string, value: string][] {
  return [
    ["Recipe", report.recipe],
    ["Dataset", report.dataset],
    ["Split", report.split],
    ["Class map", report.classMap.name],
    ...classSymbols(report),
    ...optional("Data licence", report.datasetLicence),
    ...optional("Citation", report.datasetCitation),
  ];
}

/** What made it, as label and value. */
export function runFacts(report: Report): [label: string, value: string][] {
  const { name, version, commit } = report.software;
  return [
    ["Software", `${name} ${version}${commit === undefined ? "" : ` (${commit})`}`],
    ...optional("Device", report.device),
    ["Date", report.date],
    ["Seed", String(report.seed)],
    ["Time", formatSeconds(report.seconds)],
    ...(report.peakMemoryMegabytes === undefined
      ? []
      : ([["Peak memory", formatMegabytes(report.peakMemoryMegabytes)]] as [string, string][])),
  ];
}

/** Who is on both sides of the split, or that nobody is. */
export function leakageSentences(report: Pick<Report, "leakage">): readonly string[] {
  return report.leakage.length > 0 ? report.leakage : ["The split declares nobody to be on both sides."];
}

function classSymbols({ classes, classMap }: Report): [string, string][] {
  const { symbols } = classMap;
  if (symbols === undefined) return [];
  return [["Symbols", classes.map((name) => `${name}: ${(symbols[name] ?? []).join(" ") || "none"}`).join("; ")]];
}

function optional(label: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[label, value]];
}

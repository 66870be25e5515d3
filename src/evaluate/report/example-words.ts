import type { PartCounts, Report, ReportUnit } from "./report.ts";

/** What a report calls its examples: `beat`, `segment`, `recording`. */
export function unitOfReport({ unit = "beat" }: Pick<Report, "unit">): ReportUnit {
  return unit;
}

/** `Beats`. */
export function examplesTitle(report: Pick<Report, "unit">): string {
  const unit = unitOfReport(report);
  return `${unit[0]!.toUpperCase()}${unit.slice(1)}s`;
}

export function sizeOfPart({ beats, segments, recordings }: PartCounts): number {
  return beats ?? segments ?? recordings ?? 0;
}

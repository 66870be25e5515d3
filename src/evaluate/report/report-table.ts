import type { ValueStyle } from "./format-value.ts";

/** A table as every renderer takes it: the first column names the row and stands left, numbers stand right. */
export interface ReportTable {
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
  /** One sentence on how to read it. */
  readonly note?: string;
}

export interface ReportColumn {
  readonly label: string;
  readonly align: "left" | "right";
}

/** A column of names. */
export function left(label: string): ReportColumn {
  return { label, align: "left" };
}

/** A column of numbers. */
export function right(label: string): ReportColumn {
  return { label, align: "right" };
}

/** What follows a measure's name in a column's head. */
export function unitOf(style: ValueStyle): string {
  return style === "percent" ? " (%)" : "";
}

import { FormatError } from "../../core/index.ts";
import type { Report } from "./report.ts";

/** The report's JSON; undefined values become `null`, so that a reader sees them. */
export function stringifyReport(report: Report): string {
  return `${JSON.stringify(report, (_, value: unknown) => (value === undefined ? null : value), 1)}\n`;
}

/** A report from its JSON; `null` becomes undefined again, except in a strip's samples, where it marks a gap. */
export function parseReport(text: string, { file }: { readonly file?: string } = {}): Report {
  const place = file === undefined ? {} : { file };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, function revive(this: unknown, _: string, value: unknown) {
      return value === null && !Array.isArray(this) ? undefined : value;
    });
  } catch (error) {
    throw new FormatError(`Cannot read a report: expected JSON, found ${(error as Error).message}`, place);
  }
  const schema = (parsed as { readonly schema?: unknown } | undefined)?.schema;
  if (schema !== 1) {
    throw new FormatError(`Cannot read a report: expected schema 1, found ${JSON.stringify(schema)}`, place);
  }
  return parsed as Report;
}

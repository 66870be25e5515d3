import { type Report, stringifyReport } from "../evaluate/index.ts";

/** The report as `--json` prints it: all of it but the strips of signal. */
export function reportJson(report: Report): unknown {
  const worstErrors = report.worstErrors.map(({ strip: _strip, ...error }) => error);
  return JSON.parse(stringifyReport({ ...report, worstErrors }));
}

import { escapeMarkup } from "../../markup.ts";
import { formatCount, formatValue } from "../format-value.ts";
import { examplesTitle, unitOfReport } from "../example-words.ts";
import type { Report } from "../report.ts";
import { scrollFrame } from "./html-table.ts";

/** The table of records, its columns grouped by class. */
export function recordsHtml(report: Report): string {
  const { classes, pooled, records } = report;
  const present = classes.filter((name) => (pooled.classes[name]?.support ?? 0) > 0);
  const groups = present.map((name) => `<th scope="colgroup" colspan="3" class="group">${escapeMarkup(name)}</th>`);
  const heads = present.map(
    () =>
      `<th scope="col" class="right group">${unitOfReport(report)}s</th><th scope="col" class="right">Se (%)</th><th scope="col" class="right">+P (%)</th>`,
  );
  const most = Math.max(1, ...records.map(({ errors }) => errors));
  const rows = records.map((row) => {
    const cells = present.map((name) => {
      const metrics = row.classes[name];
      const values = [metrics?.sensitivity, metrics?.positivePredictivity].map(
        (value) => `<td class="right${value === undefined ? " undefined" : ""}">${formatValue(value, "percent")}</td>`,
      );
      return `<td class="right group">${formatCount(metrics?.support ?? 0)}</td>${values.join("")}`;
    });
    return (
      `<tr><th scope="row" class="left">${escapeMarkup(row.record)}</th><td class="right">${formatCount(row.beats)}</td>` +
      `<td class="right bar miss" style="--share:${((100 * row.errors) / most).toFixed(1)}%">${formatCount(row.errors)}</td>` +
      `<td class="right">${formatValue(row.accuracy, "percent")}</td>${cells.join("")}</tr>`
    );
  });
  return scrollFrame(
    "Records",
    '<table class="records"><caption class="unseen">Records</caption><thead>' +
      `<tr><td colspan="4"></td>${groups.join("")}</tr>` +
      `<tr><th scope="col" class="left">Record</th><th scope="col" class="right">${examplesTitle(report)}</th><th scope="col" class="right">Errors</th>` +
      `<th scope="col" class="right">Accuracy (%)</th>${heads.join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`,
  );
}

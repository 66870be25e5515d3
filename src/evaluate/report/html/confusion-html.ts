import { type ConfusionMatrix, normaliseRows } from "../../confusion-matrix.ts";
import { escapeMarkup } from "../../markup.ts";
import { formatCount, formatValue } from "../format-value.ts";
import { scrollFrame } from "./html-table.ts";

/**
 * A confusion matrix as a table with a heat map: counts, or shares of each row. The depth of a cell's colour is the square
 * root of its share of the row, so that rare errors can be seen; right cells and wrong ones have different hues.
 */
export function confusionHtml(
  confusion: ConfusionMatrix,
  {
    classes,
    normalised,
    caption,
  }: { readonly classes: readonly string[]; readonly normalised: boolean; readonly caption: string },
): string {
  const shares = normaliseRows(confusion);
  const names = classes.map(escapeMarkup);
  const rows = classes.map((_, i) => {
    const cells = classes.map((_, j) => {
      const share = shares[i]?.[j];
      const depth = Math.sqrt(share ?? 0);
      const text = normalised ? formatValue(share, "percent") : formatCount(confusion[i]?.[j] ?? 0);
      const hue = i === j ? "hit" : "miss";
      return `<td class="${hue}${depth > 0.77 ? " deep" : ""}" style="--depth:${(100 * depth).toFixed(1)}%">${text}</td>`;
    });
    const total = (confusion[i] ?? []).reduce((sum, count) => sum + count, 0);
    const last = normalised ? "" : `<td class="total">${formatCount(total)}</td>`;
    return `<tr><th scope="row">${names[i]}</th>${cells.join("")}${last}</tr>`;
  });
  const totalHead = normalised ? "" : '<th scope="col" class="total">all</th>';
  const table =
    `<table class="confusion"><caption>${escapeMarkup(caption)}</caption><thead>` +
    `<tr><td></td><th scope="colgroup" colspan="${classes.length}" class="axis">predicted</th>${normalised ? "" : "<td></td>"}</tr>` +
    `<tr><th scope="col" class="axis">true</th>${names.map((name) => `<th scope="col">${name}</th>`).join("")}${totalHead}</tr>` +
    `</thead><tbody>${rows.join("\n")}</tbody></table>`;
  return scrollFrame(caption, table);
}

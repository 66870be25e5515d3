import { escapeMarkup } from "../../markup.ts";
import type { ReportTable } from "../report-table.ts";

/**
 * A table with its caption, in a frame that scrolls sideways where it is too wide. The first cell of a row is its heading.
 * `shareOf` gives a cell's bar, 0 … 1, where it should have one.
 */
export function htmlTable(
  { title, columns, rows, note }: ReportTable,
  {
    shareOf,
    captioned = true,
  }: {
    readonly shareOf?: (row: number, column: number) => number | undefined;
    /** Whether the title is shown; otherwise only readers of the markup get it. */
    readonly captioned?: boolean;
  } = {},
): string {
  const head = columns.map(({ label, align }) => `<th scope="col" class="${align}">${escapeMarkup(label)}</th>`);
  const body = rows.map((row, i) => {
    const cells = row.map((text, j) => {
      const align = columns[j]?.align ?? "left";
      if (j === 0) return `<th scope="row" class="${align}">${escapeMarkup(text)}</th>`;
      const share = shareOf?.(i, j);
      const bar = share === undefined ? "" : ` style="--share:${(100 * share).toFixed(1)}%"`;
      return `<td class="${align}${share === undefined ? "" : " bar"}"${bar}>${escapeMarkup(text)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return (
    scrollFrame(
      title,
      `<table><caption${captioned ? "" : ' class="unseen"'}>${escapeMarkup(title)}</caption>` +
        `<thead><tr>${head.join("")}</tr></thead><tbody>${body.join("\n")}</tbody></table>`,
    ) + (note === undefined ? "" : `<p class="note">${escapeMarkup(note)}</p>`)
  );
}

/** Content that may be wider than the page; it can be scrolled with the keyboard, too. */
export function scrollFrame(label: string, content: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeMarkup(label)}">${content}</div>`;
}

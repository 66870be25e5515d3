import type { ReportTable } from "./report-table.ts";

const codes = { bold: "1", dim: "2", yellow: "33", cyan: "36" } as const;

/** The text between ANSI codes, or as it is where no colour is wanted. */
export function paint(text: string, colour: keyof typeof codes | false): string {
  return colour === false ? text : `\u001B[${codes[colour]}m${text}\u001B[0m`;
}

/** The text on one line, with control characters (which could steer a terminal) and direction marks made visible. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, "�");
}

/** The text in lines of at most `width` characters, broken between words; a longer word stands alone. */
export function wrapText(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of plainText(text).split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && [...last].length + 1 + [...word].length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines.join("\n");
}

/** A table with a rule below its head. Columns that do not fit into `width` follow below, after the first column again. */
export function renderTextTable(
  { title, columns, rows, note }: ReportTable,
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const cells = [columns.map(({ label }) => label), ...rows].map((row) => row.map(plainText));
  const widths = columns.map((_, j) => Math.max(...cells.map((row) => [...(row[j] ?? "")].length)));
  const blocks = columnBlocks(widths, width).map((shown) => {
    const lines = cells.map((row) =>
      shown
        .map((j) => {
          const text = row[j] ?? "";
          const space = " ".repeat(widths[j]! - [...text].length);
          return columns[j]!.align === "left" ? text + space : space + text;
        })
        .join("  ")
        .trimEnd(),
    );
    const rule = "─".repeat(shown.reduce((sum, j) => sum + widths[j]! + 2, -2));
    return [lines[0], paint(rule, colour && "dim"), ...lines.slice(1)].join("\n");
  });
  const head = paint(wrapText(title, width), colour && "cyan");
  const foot = note === undefined ? [] : [paint(wrapText(note, width), colour && "dim")];
  return [head, blocks.join("\n\n"), ...foot].join("\n");
}

/** Column numbers of each block: the first column, then as many more as fit, at least one. */
function columnBlocks(widths: readonly number[], width: number): number[][] {
  const first = widths[0] ?? 0;
  const blocks: number[][] = [];
  let used = Infinity;
  for (let j = 1; j < widths.length; j++) {
    if (used + 2 + widths[j]! > width) {
      blocks.push([0]);
      used = first;
    }
    blocks.at(-1)!.push(j);
    used += 2 + widths[j]!;
  }
  return blocks.length === 0 ? [[0]] : blocks;
}

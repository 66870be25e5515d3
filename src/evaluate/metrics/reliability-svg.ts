import { coordinate, escapeMarkup } from "../markup.ts";
import { formatCount, formatValue } from "../report/format-value.ts";
import type { Reliability } from "./reliability.ts";

const frame = { size: 300, left: 52, top: 44, counts: 60, gap: 14 } as const;
const style = `
text{font:12px system-ui,sans-serif;fill:#333}.name{font-weight:600;font-size:14px}.grid{stroke:#ddd;fill:none}
.ideal{stroke:#777;stroke-dasharray:4 4;fill:none}.bar{fill:#3a7ca5}.gap{stroke:#c30;stroke-width:2;fill:none}.point{fill:#c30}.count{fill:#9bb}`;

/**
 * A reliability diagram as an SVG document: how often each bin's probabilities came true as bars, their mean as points joined to the
 * bars by the gap between the two; below, how many rows each bin has.
 */
export function renderReliabilitySvg({ of, rows, bins, error }: Reliability): string {
  const x = (share: number) => coordinate(frame.left + share * frame.size);
  const y = (share: number) => coordinate(frame.top + (1 - share) * frame.size);
  const ground = frame.top + frame.size + frame.gap + frame.counts;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const width = frame.left + frame.size + 20;
  const height = ground + 44;
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<path class="grid" d="M${x(0)} ${y(share)}H${x(1)}M${x(share)} ${y(0)}V${y(1)}"/>` +
      `<text text-anchor="end" x="${frame.left - 6}" y="${coordinate(Number(y(share)) + 4)}">${share}</text>` +
      `<text text-anchor="middle" x="${x(share)}" y="${ground + 16}">${share}</text>`,
  );
  const drawn = bins.flatMap(({ low, high, count, confidence, frequency }) => {
    if (confidence === undefined || frequency === undefined) return [];
    const span = `x="${coordinate(Number(x(low)) + 0.5)}" width="${coordinate(Math.max(1, (high - low) * frame.size - 1))}"`;
    const tall = (count / most) * frame.counts;
    return [
      `<rect class="bar" ${span} y="${y(frequency)}" height="${coordinate(frequency * frame.size)}"/>` +
        `<rect class="count" ${span} y="${coordinate(ground - tall)}" height="${coordinate(tall)}"/>` +
        `<path class="gap" d="M${x(confidence)} ${y(frequency)}V${y(confidence)}"/>` +
        `<circle class="point" cx="${x(confidence)}" cy="${y(confidence)}" r="3"/>`,
    ];
  });
  const title = `${of}: calibration error ${formatValue(error, "fraction")}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}">` +
    `<title>${escapeMarkup(title)}</title><desc>How often predicted probabilities came true, ${formatCount(rows)} rows.</desc>` +
    `<style>${style}</style><rect width="${width}" height="${height}" fill="#fff"/>` +
    `<text class="name" x="${frame.left}" y="22">${escapeMarkup(title)}</text>` +
    `${grid.join("")}<path class="ideal" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/>${drawn.join("")}` +
    `<text text-anchor="end" x="${frame.left - 6}" y="${ground - frame.counts + 10}">rows</text>` +
    `<text text-anchor="middle" x="${x(0.5)}" y="${ground + 36}">probability; bars: share that came true</text></svg>\n`
  );
}

/** Diagrams of several classes as one page. */
export function renderReliabilityPage(diagrams: readonly Reliability[]): string {
  const pageStyle =
    "body{font:14px system-ui,sans-serif;margin:24px;background:#fff;color:#222}svg{width:372px;margin:0 16px 16px 0}";
  return (
    `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Reliability diagrams</title><style>${pageStyle}</style></head>` +
    `<body><h1>Reliability diagrams</h1><p>Bars: how often a probability came true; points: the mean probability of the bar’s rows.</p>` +
    `${diagrams.map(renderReliabilitySvg).join("")}</body></html>\n`
  );
}

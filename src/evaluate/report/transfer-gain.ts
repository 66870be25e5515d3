import type { Measured } from "../classification-metrics.ts";
import type { Interval } from "../interval.ts";
import { fitText } from "../fit-text.ts";
import { coordinate, escapeMarkup } from "../markup.ts";
import { metricAt, metricLabel, overallMetrics } from "../metric-table.ts";
import { formatInterval, formatValue, type ValueStyle } from "./format-value.ts";
import { type ReportTable, right } from "./report-table.ts";
import type { Report } from "./report.ts";

/** The same recipe on as many training folds, from seeded weights and from those of another training. */
export interface TransferPair {
  /** Training folds. */
  readonly folds: number;
  readonly scratch: Report;
  readonly started: Report;
}

export interface TransferPoint {
  readonly folds: number;
  /** Training examples. */
  readonly examples: number;
  readonly scratch: TransferValue;
  readonly started: TransferValue;
  readonly gain: Measured;
}

export interface TransferValue {
  readonly value: Measured;
  /** The bootstrap interval, where the report has one. */
  readonly interval: Interval | undefined;
}

/** What a start from other weights gains, by the number of training folds. */
export interface TransferGain {
  readonly title: string;
  /** A path, see `metricAt`. */
  readonly metric: string;
  readonly points: readonly TransferPoint[];
}

/** @param pairs At least one; in any order. */
export function transferGain(pairs: readonly TransferPair[], { metric }: { readonly metric: string }): TransferGain {
  const valueOf = ({ mean, intervals }: Report): TransferValue => ({
    value: metricAt(mean, metric),
    interval: intervals?.intervals[metric],
  });
  const points = pairs.map(({ folds, scratch: plain, started: tuned }): TransferPoint => {
    const [scratch, started] = [valueOf(plain), valueOf(tuned)];
    const [first] = Object.values(plain.parts);
    const gain = scratch.value === undefined || started.value === undefined ? undefined : started.value - scratch.value;
    return { folds, examples: first?.recordings ?? first?.segments ?? first?.beats ?? 0, scratch, started, gain };
  });
  return { title: pairs[0]!.started.title, metric, points: points.toSorted((a, b) => a.folds - b.folds) };
}

export function transferTable({ title, metric, points }: TransferGain): ReportTable {
  const style = styleOf(metric);
  const cell = ({ value, interval }: TransferValue) => {
    const range = formatInterval(interval, style);
    return `${formatValue(value, style)}${range === "" ? "" : ` (${range})`}`;
  };
  return {
    title: `${title}: ${metricLabel(metric)} by training folds`,
    columns: [right("Folds"), right("Examples"), right("Seeded weights"), right("Transferred"), right("Gain")],
    rows: points.map(({ folds, examples, scratch, started, gain }) => [
      String(folds),
      String(examples),
      cell(scratch),
      cell(started),
      gain === undefined ? "–" : `${gain < 0 ? "" : "+"}${formatValue(gain, style)}`,
    ]),
    note: "Folds and examples that are trained on. Transferred: started from the other training. On the test part, the same for all rows; in brackets the bootstrap interval of each run's report.",
  };
}

const size = { width: 560, height: 360, left: 62, right: 16, top: 44, bottom: 46 } as const;
const css = `
text{font:12px system-ui,sans-serif;fill:#333}.name{font-weight:600;font-size:14px}.grid{stroke:#ddd;fill:none}
.scratch{stroke:#777;fill:none;stroke-width:2}.started{stroke:#0a6;fill:none;stroke-width:2.2}.scratch.dot{fill:#777}.started.dot{fill:#0a6}`;

/** Both curves over the number of training folds: an SVG document. */
export function renderTransferSvg({ title, metric, points }: TransferGain): string {
  const values = points
    .flatMap(({ scratch, started }) => [scratch.value, started.value])
    .filter((v) => v !== undefined);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(0.1 * (high - low), 1e-3);
  const [bottom, top] = [low - margin, high + margin];
  const [first, last] = [points[0]?.folds ?? 1, points.at(-1)?.folds ?? 1];
  const x = (folds: number) =>
    size.left + ((folds - first + 0.5) / (last - first + 1)) * (size.width - size.left - size.right);
  const y = (value: number) =>
    size.height - size.bottom - ((value - bottom) / (top - bottom)) * (size.height - size.top - size.bottom);
  const curve = (name: "scratch" | "started") => {
    const known = points.flatMap((point) => {
      const { value } = point[name];
      return value === undefined ? [] : [{ folds: point.folds, value }];
    });
    const at = ({ folds, value }: { folds: number; value: number }) =>
      `${coordinate(x(folds))} ${coordinate(y(value))}`;
    const path = known.map((point, index) => `${index === 0 ? "M" : "L"}${at(point)}`).join("");
    const dots = known.map(
      ({ folds, value }) =>
        `<circle class="${name} dot" cx="${coordinate(x(folds))}" cy="${coordinate(y(value))}" r="3.5"/>`,
    );
    return `<path class="${name}" d="${path}"/>${dots.join("")}`;
  };
  const columns = points.map(
    ({ folds }) =>
      `<text text-anchor="middle" x="${coordinate(x(folds))}" y="${size.height - size.bottom + 17}">${folds}</text>`,
  );
  const rows = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const level = bottom + share * (top - bottom);
    return (
      `<path class="grid" d="M${size.left} ${coordinate(y(level))}H${size.width - size.right}"/>` +
      `<text text-anchor="end" x="${size.left - 6}" y="${coordinate(y(level) + 4)}">${formatValue(level, styleOf(metric))}</text>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${size.width} ${size.height}">` +
    `<title>${escapeMarkup(title)}</title><desc>${escapeMarkup(metricLabel(metric))} over the number of training folds.</desc><style>${css}</style>` +
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/><text class="name" x="${size.left}" y="18"${fitText(title, { size: 14, space: size.width - size.left - size.right })}>${escapeMarkup(title)}</text>` +
    `<text x="${size.left}" y="35">${escapeMarkup(metricLabel(metric))}; green: from the other training, grey: from seeded weights</text>` +
    `${columns.join("")}${rows.join("")}${curve("scratch")}${curve("started")}` +
    `<text text-anchor="middle" x="${(size.left + size.width) / 2}" y="${size.height - 8}">training folds</text></svg>\n`
  );
}

function styleOf(metric: string): ValueStyle {
  return overallMetrics.find(({ key }) => key === metric)?.style ?? "fraction";
}

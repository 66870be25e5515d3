import { fitText } from "../fit-text.ts";
import { coordinate, escapeMarkup } from "../markup.ts";

/** What a learning-rate search found, see `train/fit/find-rate.ts`. */
export interface RateCurve {
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  readonly smoothed: readonly number[];
  readonly suggestion: number | undefined;
}

const size = { width: 640, height: 400, left: 58, right: 16, top: 40, bottom: 46 } as const;
const style = `
text{font:12px system-ui,sans-serif;fill:#333}.name{font-weight:600;font-size:14px}
.grid{stroke:#ddd;fill:none}.loss{stroke:#9bb;fill:none;stroke-width:1}.smoothed{stroke:#0a6;fill:none;stroke-width:2.2}
.suggestion{stroke:#c30;fill:none;stroke-dasharray:5 4;stroke-width:1.5}.chosen{fill:#c30}`;

/** The loss over the learning rate (on a logarithmic axis), with the suggested rate marked: an SVG document. */
export function renderRateSearchSvg(curve: RateCurve, { title }: { readonly title: string }): string {
  const { rates, losses, smoothed, suggestion } = curve;
  const first = Math.log10(rates[0] ?? 1);
  const last = Math.max(first + 1e-9, Math.log10(rates.at(-1) ?? 10));
  // The steps before the explosion, and a little of it, are what there is to see.
  const low = Math.min(...smoothed, ...losses);
  const start = smoothed[0] ?? 1;
  const high = Math.max(start, Math.min(Math.max(...smoothed), low + 2 * (start - low))) + 0.05 * (start - low) + 1e-9;
  const bottom = low - 0.05 * (high - low);
  const x = (rate: number) =>
    size.left + ((Math.log10(rate) - first) / (last - first)) * (size.width - size.left - size.right);
  const y = (loss: number) =>
    size.height -
    size.bottom -
    ((Math.min(high, Math.max(bottom, loss)) - bottom) / (high - bottom)) * (size.height - size.top - size.bottom);
  const line = (values: readonly number[]) =>
    values.map((value, i) => `${i === 0 ? "M" : "L"}${coordinate(x(rates[i]!))} ${coordinate(y(value))}`).join("");

  const powers = Array.from({ length: Math.floor(last) - Math.ceil(first) + 1 }, (_, i) => Math.ceil(first) + i);
  const columns = powers.map(
    (power) =>
      `<path class="grid" d="M${coordinate(x(10 ** power))} ${size.top}V${size.height - size.bottom}"/>` +
      `<text text-anchor="middle" x="${coordinate(x(10 ** power))}" y="${size.height - size.bottom + 17}">1e${power}</text>`,
  );
  const levels = [0, 0.25, 0.5, 0.75, 1].map((share) => bottom + share * (high - bottom));
  const rows = levels.map(
    (level) =>
      `<path class="grid" d="M${size.left} ${coordinate(y(level))}H${size.width - size.right}"/>` +
      `<text text-anchor="end" x="${size.left - 6}" y="${coordinate(y(level) + 4)}">${level.toPrecision(3)}</text>`,
  );
  const described = suggestion === undefined ? "The loss nowhere falls." : `Suggested: ${suggestion.toPrecision(2)}.`;
  const mark =
    suggestion === undefined
      ? ""
      : `<path class="suggestion" d="M${coordinate(x(suggestion))} ${size.top}V${size.height - size.bottom}"/>` +
        `<text class="chosen" text-anchor="middle" x="${coordinate(x(suggestion))}" y="${size.top - 5}">${suggestion.toPrecision(2)}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${size.width} ${size.height}">` +
    `<title>${escapeMarkup(title)}</title><desc>Loss over the learning rate. ${described}</desc><style>${style}</style>` +
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>` +
    `<text class="name" x="${size.left}" y="20"${fitText(title, { size: 14, space: size.width - size.left - size.right })}>${escapeMarkup(title)}</text>` +
    `${columns.join("")}${rows.join("")}` +
    `<path class="loss" d="${line(losses)}"/><path class="smoothed" d="${line(smoothed)}"/>${mark}` +
    `<text text-anchor="middle" x="${(size.left + size.width) / 2}" y="${size.height - 8}">learning rate</text></svg>\n`
  );
}

import { coordinate, escapeMarkup } from "../../markup.ts";
import type { FoldReport, LearningPoint, LearningValues } from "../report.ts";

const curves = [
  { key: "loss", label: "Loss", fraction: false },
  { key: "accuracy", label: "Accuracy", fraction: true },
  { key: "macroF1", label: "Macro-F1", fraction: true },
] as const;

const size = { width: 360, height: 240, left: 46, right: 12, top: 30, bottom: 36 } as const;

/** One chart per quantity that the folds recorded: every fold's training and validation curve, the kept epoch as a dot. */
export function learningCurvesSvg(folds: readonly FoldReport[]): string[] {
  return curves.flatMap(({ key, label, fraction }) => {
    const all = folds.flatMap((fold) =>
      fold.learning.flatMap(({ train, validation }) => [train[key], validation?.[key]]),
    );
    const values = all.filter((value) => value !== undefined && Number.isFinite(value)).map(Number);
    return values.length === 0 ? [] : [chart(folds, { key, label, fraction, values })];
  });
}

interface ChartOptions {
  readonly key: keyof LearningValues;
  readonly label: string;
  readonly fraction: boolean;
  readonly values: readonly number[];
}

function chart(folds: readonly FoldReport[], { key, label, fraction, values }: ChartOptions): string {
  const epochs = Math.max(1, ...folds.flatMap((fold) => fold.learning.map(({ epoch }) => epoch)));
  const firstEpoch = Math.min(epochs, ...folds.flatMap((fold) => fold.learning.map(({ epoch }) => epoch)));
  const ticks = niceTicks(fraction ? lowEnd(values) : 0, fraction ? Math.min(1, Math.max(...values)) : highEnd(values));
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const x = (epoch: number) =>
    size.left + ((epoch - firstEpoch) / Math.max(1, epochs - firstEpoch)) * (size.width - size.left - size.right);
  const y = (value: number) =>
    size.height -
    size.bottom -
    ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (size.height - size.top - size.bottom);

  const lines = folds.flatMap((fold) => [
    curve(fold.learning, { name: "train", pick: ({ train }) => train[key], x, y }),
    curve(fold.learning, { name: "validation", pick: ({ validation }) => validation?.[key], x, y }),
  ]);
  const dots = folds.map((fold) => {
    const best = fold.learning.find(({ epoch }) => epoch === fold.bestEpoch);
    const value = best?.validation?.[key] ?? best?.train[key];
    if (best === undefined || value === undefined || !Number.isFinite(value)) return "";
    return `<circle class="best" cx="${coordinate(x(best.epoch))}" cy="${coordinate(y(value))}" r="3.4"/>`;
  });
  const digits = Math.max(0, ...ticks.map((tick) => (String(Number(tick.toFixed(6))).split(".")[1] ?? "").length));
  const grid = ticks.map(
    (tick) =>
      `<path class="gridline" d="M${size.left} ${coordinate(y(tick))}H${size.width - size.right}"/>` +
      `<text class="tick" text-anchor="end" x="${size.left - 6}" y="${coordinate(y(tick) + 3.5)}">${tick.toFixed(digits)}</text>`,
  );
  const steps = niceTicks(firstEpoch, epochs).filter(
    (epoch) => Number.isInteger(epoch) && epoch >= firstEpoch && epoch <= epochs,
  );
  const below = [
    ...new Set([firstEpoch, ...steps.filter((epoch) => epoch - firstEpoch > (epochs - firstEpoch) / 12)]),
  ].map(
    (epoch) =>
      `<text class="tick" text-anchor="middle" x="${coordinate(x(epoch))}" y="${size.height - size.bottom + 16}">${epoch}</text>`,
  );
  return (
    `<svg class="chart" role="img" viewBox="0 0 ${size.width} ${size.height}">` +
    `<title>${label} by epoch</title><desc>${escapeMarkup(describe(folds, { key, label }))}</desc>` +
    `<text class="name" x="${size.left}" y="17">${label}</text>` +
    `${grid.join("")}${below.join("")}` +
    `<text class="tick" text-anchor="middle" x="${(size.left + size.width - size.right) / 2}" y="${size.height - 5}">epoch</text>` +
    `${lines.join("")}${dots.join("")}</svg>`
  );
}

function curve(
  learning: readonly LearningPoint[],
  {
    name,
    pick,
    x,
    y,
  }: {
    readonly name: "train" | "validation";
    readonly pick: (point: LearningPoint) => number | undefined;
    readonly x: (epoch: number) => number;
    readonly y: (value: number) => number;
  },
): string {
  let path = "";
  let drawing = false;
  for (const point of learning) {
    const value = pick(point);
    const known = value !== undefined && Number.isFinite(value);
    if (known) path += `${drawing ? "L" : "M"}${coordinate(x(point.epoch))} ${coordinate(y(value))}`;
    drawing = known;
  }
  // A run of one epoch is a dot: a line of no length with round ends.
  return path === "" ? "" : `<path class="curve ${name}" d="${path}${path.includes("L") ? "" : "h0"}"/>`;
}

/** Round numbers, 4 to 7 of them, from at or below `low` to at or above `high`. */
function niceTicks(low: number, high: number): number[] {
  const span = high > low ? high - low : Math.max(Math.abs(high), 1) / 10;
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const step = power * [1, 2, 5, 10].find((factor) => span / (power * factor) <= 5)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** The low end of an axis for shares: the first epochs of a run may lie far below and would flatten the rest. */
function lowEnd(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.03)]!;
}

/** The high end of a loss axis, likewise without the highest few. */
function highEnd(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.97) - 1]!;
}

function describe(
  folds: readonly FoldReport[],
  { key, label }: { readonly key: keyof LearningValues; readonly label: string },
): string {
  return folds
    .map(({ name, learning, bestEpoch }) => {
      const last = learning.at(-1);
      const value = last?.validation?.[key] ?? last?.train[key];
      const end =
        value === undefined || !Number.isFinite(value) ? "" : `, ${label.toLowerCase()} ${value.toFixed(4)} at the end`;
      return `Fold ${name}: ${learning.length} epochs, kept ${bestEpoch ?? "unknown"}${end}.`;
    })
    .join(" ");
}

import { coordinate, escapeMarkup } from "../markup.ts";
import { formatClock } from "../report/format-value.ts";
import { type EcgCell, type EcgSystem, paperMargin } from "./ecg-layout.ts";
import { type EcgScale, labelStep } from "./ecg-scale.ts";
import type { EcgTrace } from "./ecg-trace.ts";
import { sampleRange } from "./lead-scaling.ts";
import { tracePath } from "./trace-path.ts";

/** One lead's trace with its name and, at the row's start, its calibration pulse. */
export function drawCell(
  trace: EcgTrace,
  { cell, scale }: { readonly cell: EcgCell; readonly scale: EcgScale },
): string {
  const { scaling, left, baseline, interval } = cell;
  const lead = trace.leads[cell.lead]!;
  const { first, last } = sampleRange(lead, { trace, interval });
  const start = (trace.offsetSeconds ?? 0) + first / lead.sampleRate;
  const path = tracePath(lead.samples, {
    first,
    last,
    left: 10 * (left + (start - interval.from) * scale.speed),
    step: (10 * scale.speed) / lead.sampleRate,
    heightOf: (value) => {
      const height = (value - scaling.offset) * scaling.millimetresPerUnit;
      return 10 * (baseline - Math.max(-scaling.below, Math.min(scaling.above, height)));
    },
    column: 2,
  });
  const y = 10 * baseline;
  const pulse = 10 * scale.gain;
  const name = scaling.remark === undefined ? lead.name : `${lead.name} (${scaling.remark})`;
  const nameX = cell.pulse ? 20 : 10 * left + 8;
  const nameY = y - Math.min(pulse + 18, 10 * scaling.above - 8);
  return [
    cell.pulse && scaling.voltage ? `<path class="ecg-pulse" d="M20 ${y}h25v${-pulse}h50v${pulse}h25"/>` : "",
    cell.pulse ? "" : `<path class="ecg-pulse" d="M${coordinate(10 * left)} ${y - 70}v40"/>`,
    path === "" ? "" : `<path class="ecg-trace" d="${path}"/>`,
    `<text class="ecg-lead" x="${coordinate(nameX)}" y="${coordinate(nameY)}">${escapeMarkup(name)}</text>`,
  ].join("");
}

/** A shade over a moment, where the system holds it. */
export function drawMark(
  { sample, label }: { readonly sample: number; readonly label: string },
  { system, scale, trace }: { readonly system: EcgSystem; readonly scale: EcgScale; readonly trace: EcgTrace },
): string {
  const seconds = sample / trace.sampleRate;
  const { from, to } = system.interval;
  if (seconds < from || seconds >= to) return "";
  const half = Math.max(30, 3 * scale.speed);
  const x = 10 * (paperMargin.left + (seconds - from) * scale.speed) - half;
  const [y, height] = [10 * system.top, 10 * (system.bottom - system.top)];
  return (
    `<rect class="ecg-mark" x="${coordinate(x)}" y="${y}" width="${coordinate(2 * half)}" height="${height}" rx="12">` +
    `<title>${escapeMarkup(label)}</title></rect>`
  );
}

/** The labels of the time axis. */
export function drawTime({ interval, time }: EcgSystem, { speed }: EcgScale): string {
  const step = labelStep(speed);
  const labels: string[] = [];
  for (let i = Math.ceil(interval.from / step - 1e-6); i * step < interval.to - 1e-6; i++) {
    const x = coordinate(10 * (paperMargin.left + (i * step - interval.from) * speed));
    const y = coordinate(10 * time);
    labels.push(`<text class="ecg-small" text-anchor="middle" x="${x}" y="${y}">${shortClock(i * step)}</text>`);
  }
  return labels.join("");
}

/** Minutes and seconds, with tenths only where there are any. */
export function shortClock(seconds: number): string {
  return formatClock(seconds).replace(/\.0$/, "");
}

import { classMaps } from "../../beats/index.ts";
import { coordinate, escapeMarkup } from "../markup.ts";
import type { EcgSystem } from "./ecg-layout.ts";
import { paperMargin } from "./ecg-layout.ts";
import type { EcgInterval, EcgTrace } from "./ecg-trace.ts";

/** Whether anything has to be written below the leads: a rhythm or a comment in the interval, or a rhythm that lasts into it. */
export function hasRemarks(trace: EcgTrace, { from, to }: EcgInterval): boolean {
  return remarksIn(trace, { from, to }).length > 0;
}

/**
 * The annotations of one system: symbols with ticks above the leads, coloured by their AAMI class and, for other than normal
 * beats, with a line through the leads; rhythms and comments below. Units of 0.1 mm.
 */
export function drawAnnotations(
  trace: EcgTrace,
  { system, speed }: { readonly system: EcgSystem; readonly speed: number },
): string {
  const { from, to } = system.interval;
  const parts: string[] = [];
  const place = (seconds: number) => 10 * (paperMargin.left + (seconds - from) * speed);
  const top = 10 * system.top;
  for (const { sample, symbol } of trace.annotations) {
    const seconds = sample / trace.sampleRate;
    if (seconds < from || seconds >= to || symbol === "+") continue;
    const x = coordinate(place(seconds));
    const kind = classMaps.literature.get(symbol) ?? "other";
    if (kind !== "N" && kind !== "other") {
      parts.push(`<path class="ecg-line ecg-${kind}" d="M${x} ${top + 56}V${10 * system.bottom}"/>`);
    }
    parts.push(
      `<path class="ecg-tick ecg-${kind}" d="M${x} ${top + 40}v12"/>`,
      `<text class="ecg-symbol ecg-${kind}" x="${x}" y="${top + 34}">${escapeMarkup(symbol)}</text>`,
    );
  }
  if (system.remarks !== undefined) {
    const y = coordinate(10 * system.remarks);
    for (const { seconds, text, begins } of remarksIn(trace, system.interval)) {
      const x = place(seconds);
      if (begins)
        parts.push(`<path class="ecg-flag" d="M${coordinate(x)} ${coordinate(10 * system.remarks - 22)}v24l16-12z"/>`);
      const textX = coordinate(begins ? x + 22 : x);
      parts.push(`<text class="ecg-remark" x="${textX}" y="${y}">${escapeMarkup(text)}</text>`);
    }
  }
  return parts.join("");
}

interface Remark {
  readonly seconds: number;
  readonly text: string;
  /** False for a rhythm that began before the interval. */
  readonly begins: boolean;
}

/** Rhythms and comments with their place; first, at the interval's start, the rhythm that lasts from before. */
function remarksIn(trace: EcgTrace, { from, to }: EcgInterval): Remark[] {
  const list: Remark[] = [];
  let lasting: string | undefined;
  for (const { sample, symbol, aux } of trace.annotations) {
    if (aux === undefined || aux === "") continue;
    const seconds = sample / trace.sampleRate;
    const text = aux.replace(/^\(/, "");
    if (seconds < from && symbol === "+") lasting = text;
    if (seconds >= from && seconds < to) list.push({ seconds, text, begins: true });
  }
  const room = list[0] === undefined || list[0].seconds - from > 1;
  return lasting === undefined || !room ? list : [{ seconds: from, text: `… ${lasting}`, begins: false }, ...list];
}

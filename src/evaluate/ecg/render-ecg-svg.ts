import { UserError } from "../../core/index.ts";
import { fitText } from "../fit-text.ts";
import { coordinate, escapeMarkup } from "../markup.ts";
import { drawAnnotations, hasRemarks } from "./ecg-annotations.ts";
import { type EcgArrangement, hasTwelveLeads, layOutEcg } from "./ecg-layout.ts";
import { drawCell, drawMark, drawTime, shortClock } from "./ecg-parts.ts";
import { chooseScale, describeScale, type EcgScale } from "./ecg-scale.ts";
import { ecgStyle, type EcgTheme } from "./ecg-style.ts";
import { chooseInterval, type EcgInterval, type EcgTrace } from "./ecg-trace.ts";
import { gridPath } from "./trace-path.ts";

export interface EcgSvgOptions {
  /** Seconds from the recording's start; by default its first ten seconds. */
  readonly from?: number;
  readonly to?: number;
  /** The leads to draw, by name and in this order; by default all. */
  readonly leads?: readonly string[];
  /** `auto`: the twelve-lead print where all twelve are there and at least four seconds are drawn, rows otherwise. */
  readonly arrangement?: EcgArrangement;
  /** Whatever should differ from the usual 25 mm/s, 10 mm/mV and 10 s to a row (slower paper beyond a minute). */
  readonly scale?: Partial<EcgScale>;
  /** `auto` by default. `none` leaves the style sheet to the page ({@link ecgStyle}). */
  readonly theme?: EcgTheme | "none";
  /** The line above the paper: by default the trace's id and the interval. */
  readonly title?: string;
  /** False for the bare paper, without the title above and the scale below it. */
  readonly captions?: boolean;
  /** Moments to mark, in samples as annotations count them. */
  readonly marks?: readonly { readonly sample: number; readonly label: string }[];
}

/**
 * An ECG on ECG paper as an SVG image, true to scale when printed: 1 mm and 5 mm squares, calibration pulse, lead names,
 * annotations, time. Its units are 0.1 mm. Gaps (NaN) are not drawn. A lead or an interval that is not there is a
 * {@link UserError}.
 */
export function renderEcgSvg(trace: EcgTrace, options: EcgSvgOptions = {}): string {
  const { arrangement = "auto", theme = "auto", captions = true, marks = [] } = options;
  const drawn = selectLeads(trace, options.leads);
  const interval = chooseInterval(drawn, options);
  const seconds = interval.to - interval.from;
  const scale = chooseScale(seconds, options.scale);
  const twelve = hasTwelveLeads(drawn) && (arrangement === "twelve-lead" || (arrangement === "auto" && seconds >= 4));
  if (arrangement === "twelve-lead" && !twelve) {
    throw new UserError(
      `Cannot draw ${trace.id} as twelve leads: expected I … V6, found ${drawn.leads.map(({ name }) => name).join(", ")}`,
    );
  }
  const layout = layOutEcg(drawn, {
    interval,
    scale,
    arrangement: twelve ? "twelve-lead" : "rows",
    remarks: hasRemarks(drawn, interval),
  });
  const [width, height] = [10 * layout.width, 10 * layout.height];
  const above = captions ? 80 : 0;
  const notes = captionNotes(width, scale);
  const below = captions ? 26 + 34 * notes.length : 0;
  const times = `${shortClock(interval.from)} to ${shortClock(interval.to)}`;
  const title = options.title ?? `${trace.id} · ${times}`;
  const names = drawn.leads.map(({ name }) => name).join(", ");
  const body = layout.systems.map(
    (system) =>
      marks.map((mark) => drawMark(mark, { system, scale, trace })).join("") +
      system.cells.map((cell) => drawCell(drawn, { cell, scale })).join("") +
      drawAnnotations(drawn, { system, speed: scale.speed }) +
      drawTime(system, scale),
  );
  const size = { width, height };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="ecg" role="img" width="${coordinate(layout.width)}mm" `,
    `height="${coordinate((height + above + below) / 10)}mm" viewBox="0 ${-above} ${width} ${height + above + below}">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<desc>${escapeMarkup(describe(drawn, { interval, names, times, scale }))}</desc>`,
    theme === "none" ? "" : `<style>${ecgStyle(theme)}</style>`,
    captions ? `<rect class="ecg-page" y="${-above}" width="${width}" height="${height + above + below}"/>` : "",
    `<rect class="ecg-paper" width="${width}" height="${height}"/>`,
    `<path class="ecg-minor" d="${gridPath({ ...size, step: 10, skip: 5 })}"/>`,
    `<path class="ecg-major" d="${gridPath({ ...size, step: 50 })}"/>`,
    ...body,
    captions ? drawCaptions({ title, notes, width, height }) : "",
    "</svg>",
  ].join("");
}

function selectLeads(trace: EcgTrace, wanted: readonly string[] | undefined): EcgTrace {
  const leads = wanted?.map((name) => {
    const lead = trace.leads.find((each) => each.name === name);
    if (lead !== undefined) return lead;
    const found = trace.leads.map((each) => each.name).join(", ");
    throw new UserError(`Cannot draw ${trace.id}: expected a lead ${name}, found ${found || "no leads"}`);
  });
  if ((leads ?? trace.leads).length === 0) {
    throw new UserError(`Cannot draw ${trace.id}: expected at least one lead, found none`);
  }
  return leads === undefined ? trace : { ...trace, leads };
}

interface CaptionOptions {
  readonly title: string;
  /** Lines of one text at the left, or one at each side. */
  readonly notes: readonly (readonly string[])[];
  /** Of the paper, in 0.1 mm. */
  readonly width: number;
  readonly height: number;
}

/** What stands below the paper, in as many lines as its width needs. */
function captionNotes(width: number, scale: EcgScale): readonly (readonly string[])[] {
  const [what, not] = ["Research software,", "not a medical device"];
  if (width >= 960) return [[`${what} ${not}`, describeScale(scale)]];
  return width >= 640 ? [[`${what} ${not}`], [describeScale(scale)]] : [[what], [not], [describeScale(scale)]];
}

function drawCaptions({ title, notes, width, height }: CaptionOptions): string {
  const fitted = fitText(title, { size: 40, space: width - 40 });
  const lines = notes.map(([left, right], line) => {
    const y = height + 40 + 34 * line;
    return (
      `<text class="ecg-small" x="20" y="${y}">${left}</text>` +
      (right === undefined
        ? ""
        : `<text class="ecg-small" text-anchor="end" x="${width - 20}" y="${y}">${right}</text>`)
    );
  });
  return `<text class="ecg-title" x="20" y="-28"${fitted}>${escapeMarkup(title)}</text>${lines.join("")}`;
}

function describe(
  trace: EcgTrace,
  {
    interval,
    names,
    times,
    scale,
  }: { readonly interval: EcgInterval; readonly names: string; readonly times: string; readonly scale: EcgScale },
): string {
  const inside = trace.annotations.filter(({ sample }) => {
    const seconds = sample / trace.sampleRate;
    return seconds >= interval.from && seconds < interval.to;
  });
  const symbols = inside.map(({ symbol }) => symbol).join(" ");
  const annotations = inside.length === 0 ? "No annotations." : `Annotations in order of time: ${symbols}.`;
  return `Electrocardiogram of ${trace.id}, leads ${names}, ${times} minutes, ${describeScale(scale)}. ${annotations}`;
}

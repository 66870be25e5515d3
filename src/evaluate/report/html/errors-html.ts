import { chooseScale, describeScale } from "../../ecg/ecg-scale.ts";
import { renderEcgSvg } from "../../ecg/render-ecg-svg.ts";
import { escapeMarkup } from "../../markup.ts";
import { formatClock, formatCount, formatValue } from "../format-value.ts";
import type { WorstError } from "../report.ts";
import { scrollFrame } from "./html-table.ts";

/** The worst errors as figures: what was wrong, and the trace around the beat on ECG paper where the report has it. */
export function errorsHtml(errors: readonly WorstError[]): string {
  return errors.map((error) => `<figure>${caption(error)}${strip(error)}</figure>`).join("\n");
}

function caption({ record, sample, truth, predicted, probability, strip }: WorstError): string {
  const scale = strip === undefined ? "" : ` · ${describeScale(chooseScale(strip.samples.length / strip.sampleRate))}`;
  const time = strip === undefined ? "" : ` at ${formatClock(sample / strip.sampleRate)}`;
  return (
    `<figcaption><strong>Record ${escapeMarkup(record)}</strong>${time} ` +
    `<span class="verdict">true <b>${escapeMarkup(truth)}</b>, called <b>${escapeMarkup(predicted)}</b></span> ` +
    `<span class="quiet">with probability ${formatValue(probability, "fraction")} · sample ${formatCount(sample)}${scale}</span></figcaption>`
  );
}

function strip({ record, sample, truth, predicted, strip }: WorstError): string {
  if (strip === undefined || strip.samples.length < 2) return "";
  const { sampleRate, lead, start, annotations } = strip;
  const samples = Float32Array.from(strip.samples, (value) => value ?? Number.NaN);
  const svg = renderEcgSvg(
    {
      id: `record ${record}`,
      sampleRate,
      leads: [{ name: lead, unit: "mV", sampleRate, samples }],
      annotations,
      offsetSeconds: start / sampleRate,
    },
    {
      from: start / sampleRate,
      to: (start + samples.length) / sampleRate,
      theme: "none",
      captions: false,
      marks: [{ sample, label: `true ${truth}, called ${predicted}` }],
    },
  );
  return scrollFrame(`ECG of record ${record}`, svg);
}

import { millivoltsPerUnit } from "../../core/index.ts";
import type { EcgInterval, EcgTrace, EcgTraceLead } from "./ecg-trace.ts";

/** How a lead's values become millimetres above its base line, and how much room they need. */
export interface LeadScaling {
  /** Height in mm of a value: (value − offset) · millimetresPerUnit. */
  readonly offset: number;
  readonly millimetresPerUnit: number;
  /** Room above and below the base line, in whole 5 mm squares. */
  readonly above: number;
  readonly below: number;
  /** What to write besides the name: an offset taken away, or that the unit is no voltage. */
  readonly remark?: string;
  /** Whether a 1 mV calibration pulse means anything. */
  readonly voltage: boolean;
}

/** No lane is taller than this above or below its base line; what goes beyond is drawn along the lane's edge. */
const tallest = 35;

/** The scaling of a lead over an interval, at `gain` mm/mV. */
export function scaleLead(
  lead: EcgTraceLead,
  { trace, interval, gain }: { readonly trace: EcgTrace; readonly interval: EcgInterval; readonly gain: number },
): LeadScaling {
  const { first, last } = sampleRange(lead, { trace, interval });
  const { low, middle, high } = spread(lead, { first, last });
  const millivolts = millivoltsPerUnit(lead.unit);
  if (millivolts === undefined) {
    const millimetresPerUnit = high > low ? 20 / (high - low) : 1;
    return {
      offset: (high + low) / 2,
      millimetresPerUnit,
      above: 15,
      below: 15,
      remark: `${lead.unit}, scaled to fit`,
      voltage: false,
    };
  }
  // A base line far from 0 says nothing about the heart: it is taken away in steps of half a millivolt.
  const shift = Math.abs(middle * millivolts) > 1 ? Math.round(middle * millivolts * 2) / 2 : 0;
  const offset = shift / millivolts;
  const millimetresPerUnit = millivolts * gain;
  const scaling = {
    offset,
    millimetresPerUnit,
    above: room((high - offset) * millimetresPerUnit, Math.min(15, gain + 4.5)),
    below: room((offset - low) * millimetresPerUnit, 5),
    voltage: true,
  };
  return shift === 0 ? scaling : { ...scaling, remark: `${-shift > 0 ? "+" : "−"}${Math.abs(shift)} mV` };
}

/** Whole 5 mm squares that hold so many millimetres and a little air, at least `least`. */
function room(millimetres: number, least: number): number {
  return 5 * Math.ceil(Math.max(least, Math.min(tallest, millimetres + 1.5)) / 5);
}

/** The lead's samples in the interval: numbers `first` up to, not including, `last`. */
export function sampleRange(
  lead: EcgTraceLead,
  { trace, interval }: { readonly trace: EcgTrace; readonly interval: EcgInterval },
): { readonly first: number; readonly last: number } {
  const start = trace.offsetSeconds ?? 0;
  return {
    first: Math.max(0, Math.ceil((interval.from - start) * lead.sampleRate - 1e-6)),
    last: Math.min(lead.samples.length, Math.floor((interval.to - start) * lead.sampleRate + 1e-6) + 1),
  };
}

function spread(
  { samples }: EcgTraceLead,
  { first, last }: { readonly first: number; readonly last: number },
): { readonly low: number; readonly middle: number; readonly high: number } {
  const values: number[] = [];
  let [low, high] = [Infinity, -Infinity];
  // The median of every n-th sample is near enough to place a base line.
  const step = Math.max(1, Math.floor((last - first) / 5000));
  for (let i = first; i < last; i++) {
    const value = samples[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if ((i - first) % step === 0) values.push(value);
  }
  if (high < low) return { low: 0, middle: 0, high: 0 };
  values.sort((a, b) => a - b);
  return { low, middle: values[values.length >> 1] ?? low, high };
}

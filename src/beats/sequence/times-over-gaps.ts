import { type BridgedSamples, touchesGap } from "../lead-gaps.ts";
import { median } from "./local-statistics.ts";
import { intervalsOf } from "./references.ts";

/**
 * Times of the beats that are kept, where leads have gaps. Each keeps its interval to the beat before it, also to one that
 * is left out, and time is closed up. Over a gap beats may be missing: an interval that holds one and is over 1.5 times the
 * usual is no RR interval, and the next known one stands for it, as it does for the first beat of a recording.
 * @param times [beat], R peaks in seconds, ascending; those on gaps too.
 * @param kept which of them remain, ascending.
 */
export function timesOverGaps(
  times: Float64Array,
  { kept, gaps }: { readonly kept: readonly number[]; readonly gaps: readonly LeadGaps[] },
): Float64Array {
  const { previous } = intervalsOf(times);
  const broken = Array.from(
    previous,
    (_, i) =>
      i > 0 &&
      gaps.some((lead) => touchesGap(lead, { from: times[i - 1]! * lead.sampleRate, to: times[i]! * lead.sampleRate })),
  );
  const whole = previous.filter((_, i) => i > 0 && !broken[i]);
  const longest = 1.5 * median(whole.length > 0 ? whole : previous);
  const known = previous.map((interval, i) => (broken[i] && interval > longest ? NaN : interval));
  // The first beat's interval is the second's.
  if (Number.isNaN(known[1])) known[0] = NaN;
  let time = 0;
  return Float64Array.from(kept, (beat) => (time += knownFrom(known, beat)));
}

/** Where a lead has no samples. */
export interface LeadGaps extends Pick<BridgedSamples, "missingBefore"> {
  /** Hz, of the lead as recorded. */
  readonly sampleRate: number;
}

/** The first number at a place or after it, or the last before it. */
function knownFrom(values: Float64Array, at: number): number {
  const isKnown = (value: number) => !Number.isNaN(value);
  return values.subarray(at).find(isKnown) ?? values.findLast(isKnown)!;
}

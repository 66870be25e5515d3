import { type BridgedSamples, isFlatWithin, touchesGap } from "../lead-gaps.ts";
import { timesOverGaps } from "./times-over-gaps.ts";

/** A lead that is read, with its rate as recorded, Hz. */
export interface ReadLead extends BridgedSamples {
  readonly sampleRate: number;
}

export interface VisibleOptions {
  readonly leads: readonly ReadLead[];
  /** The waves' rate, Hz, their samples, and how many of these lie before R. */
  readonly sampleRate: number;
  readonly length: number;
  readonly before: number;
}

/** Beats of which the leads show something. */
export interface VisibleBeats {
  /** Which of the beats they are, ascending. */
  readonly kept: Int32Array;
  /** [kept beat], seconds, with intervals that are RR intervals: see {@link timesOverGaps}. */
  readonly times: Float64Array;
  /** Beats left out: outside the recording, or with a wave that touches a gap in a lead, or is flat in all of them. */
  readonly dropped: { readonly boundary: number; readonly gap: number };
}

/** @param times [beat], R peaks in seconds, ascending. */
export function visibleBeats(times: Float64Array, { leads, sampleRate, length, before }: VisibleOptions): VisibleBeats {
  const seconds = Math.min(...leads.map(({ samples, sampleRate: rate }) => samples.length / rate));
  const isInside = (time: number) => time >= 0 && time < seconds;
  const shows = (time: number) => {
    const from = Math.round(time * sampleRate) - before;
    const stretch = (rate: number) => ({ from: (from * rate) / sampleRate, to: ((from + length) * rate) / sampleRate });
    return (
      !leads.some((lead) => touchesGap(lead, stretch(lead.sampleRate))) &&
      !leads.every((lead) => isFlatWithin(lead, stretch(lead.sampleRate)))
    );
  };
  const inside = times.filter(isInside);
  const first = times.findIndex(isInside);
  const shown = [...inside.keys()].filter((beat) => shows(inside[beat]!));
  const isWhole = shown.length === inside.length && leads.every(({ missingBefore }) => missingBefore === undefined);
  return {
    kept: Int32Array.from(shown, (beat) => first + beat),
    times: isWhole ? inside : timesOverGaps(inside, { kept: shown, gaps: leads }),
    dropped: { boundary: times.length - inside.length, gap: inside.length - shown.length },
  };
}

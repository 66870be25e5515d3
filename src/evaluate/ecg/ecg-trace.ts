import { type Annotation, UserError } from "../../core/index.ts";

/** What can be drawn: a `Recording` is one, and so is a strip cut out of one. */
export interface EcgTrace {
  /** Shown in titles. */
  readonly id: string;
  /** Samples per second that annotations count in. */
  readonly sampleRate: number;
  readonly leads: readonly EcgTraceLead[];
  /** `sample` counts from the recording's start. */
  readonly annotations: readonly Pick<Annotation, "sample" | "symbol" | "aux">[];
  /** Where the leads' first sample lies in the recording, in seconds; 0 by default. */
  readonly offsetSeconds?: number;
}

export interface EcgTraceLead {
  readonly name: string;
  /** `mV`, `uV` or `V`; a lead in another unit is scaled to fit and says so. */
  readonly unit: string;
  readonly sampleRate: number;
  /** NaN where there is no signal. */
  readonly samples: ArrayLike<number>;
}

/** A part of a recording, in seconds from its start. */
export interface EcgInterval {
  readonly from: number;
  readonly to: number;
}

/** The seconds that a trace covers. */
export function extentOf(trace: EcgTrace): EcgInterval {
  const from = trace.offsetSeconds ?? 0;
  const seconds = trace.leads.map((lead) => lead.samples.length / lead.sampleRate);
  return { from, to: from + Math.max(0, ...seconds) };
}

/**
 * The interval to draw: `from` (default: the start) to `to` (default: ten seconds on, or the end). One that is empty or not
 * inside the recording is a {@link UserError}.
 */
export function chooseInterval(trace: EcgTrace, wanted: { readonly from?: number; readonly to?: number }): EcgInterval {
  const extent = extentOf(trace);
  const from = wanted.from ?? extent.from;
  const to = wanted.to ?? Math.min(extent.to, from + 10);
  // A sample's length of slack, so that an end given in rounded seconds is still the end.
  const slack = 1 / trace.sampleRate;
  if (from >= extent.from - slack && to <= extent.to + slack && to > from) {
    return { from: Math.max(from, extent.from), to: Math.min(to, extent.to) };
  }
  throw new UserError(
    `Cannot draw ${trace.id}: expected an interval within ${seconds(extent.from)} … ${seconds(extent.to)} s, ` +
      `found ${seconds(from)} … ${seconds(to)} s`,
  );
}

function seconds(value: number): string {
  return String(Number(value.toFixed(3)));
}

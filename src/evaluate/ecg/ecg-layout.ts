import type { EcgScale } from "./ecg-scale.ts";
import type { EcgInterval, EcgTrace } from "./ecg-trace.ts";
import { type LeadScaling, scaleLead } from "./lead-scaling.ts";

/** One lead's trace over one interval, at its place on the paper. All lengths are in mm from the paper's corner. */
export interface EcgCell {
  /** Number of the lead. */
  readonly lead: number;
  readonly interval: EcgInterval;
  /** Where the interval begins, and where its base line lies. */
  readonly left: number;
  readonly baseline: number;
  readonly scaling: LeadScaling;
  /** Whether the calibration pulse stands before it. */
  readonly pulse: boolean;
}

/** Leads drawn at the same time, below each other; annotations above them, rhythm and time below. */
export interface EcgSystem {
  readonly interval: EcgInterval;
  /** Upper edge of the band that holds the annotations' symbols. */
  readonly top: number;
  /** Where the lanes end. */
  readonly bottom: number;
  /** Base lines of the text below: rhythm and comments (undefined where there are none), and time. */
  readonly remarks?: number;
  readonly time: number;
  readonly cells: readonly EcgCell[];
}

export interface EcgLayout {
  /** The paper's size, whole 5 mm squares. */
  readonly width: number;
  readonly height: number;
  readonly systems: readonly EcgSystem[];
}

/** Room for lead names and calibration pulses, and after the end, in mm. */
export const paperMargin = { left: 15, right: 5 } as const;
const band = 5;

/** Rows of the usual print of twelve leads; each lead lasts a quarter of the row. */
const twelveLeads = [
  ["I", "AVR", "V1", "V4"],
  ["II", "AVL", "V2", "V5"],
  ["III", "AVF", "V3", "V6"],
] as const;
const rhythmLead = "II";

export type EcgArrangement = "auto" | "rows" | "twelve-lead";

/** Whether a trace holds the twelve standard leads, by name. */
export function hasTwelveLeads(trace: EcgTrace): boolean {
  const names = new Set(trace.leads.map(({ name }) => name.toUpperCase()));
  return twelveLeads.flat().every((name) => names.has(name));
}

/** Places an interval of a trace on paper: rows of `scale.rowSeconds`, each with all leads or in the twelve-lead print. */
export function layOutEcg(
  trace: EcgTrace,
  {
    interval,
    scale,
    arrangement,
    remarks,
  }: {
    readonly interval: EcgInterval;
    readonly scale: EcgScale;
    readonly arrangement: Exclude<EcgArrangement, "auto">;
    /** Whether to leave room for rhythms and comments. */
    readonly remarks: boolean;
  },
): EcgLayout {
  const scalings = trace.leads.map((lead) => scaleLead(lead, { trace, interval, gain: scale.gain }));
  const rows = arrangement === "rows" ? trace.leads.map((_, lead) => [lead]) : twelveLeadRows(trace);
  const systems: EcgSystem[] = [];
  let top = 0;
  for (const part of rowIntervals(interval, scale.rowSeconds)) {
    const cells: EcgCell[] = [];
    let lane = top + band;
    for (const leads of rows) {
      const own = leads.map((lead) => scalings[lead]!);
      const baseline = lane + Math.max(...own.map(({ above }) => above));
      const seconds = scale.rowSeconds / leads.length;
      for (const [column, lead] of leads.entries()) {
        const from = part.from + column * seconds;
        const to = Math.min(part.to, from + seconds);
        if (to <= from) continue;
        const left = paperMargin.left + column * seconds * scale.speed;
        cells.push({ lead, interval: { from, to }, left, baseline, scaling: own[column]!, pulse: column === 0 });
      }
      lane = baseline + Math.max(...own.map(({ below }) => below));
    }
    const time = lane + (remarks ? 2 : 1) * band - 1.4;
    systems.push({ interval: part, top, bottom: lane, ...(remarks ? { remarks: lane + 3.6 } : {}), time, cells });
    top = lane + (remarks ? 3 : 2) * band;
  }
  const width = paperMargin.left + scale.rowSeconds * scale.speed + paperMargin.right;
  return { width: band * Math.ceil(width / band - 1e-9), height: top - band, systems };
}

function rowIntervals({ from, to }: EcgInterval, rowSeconds: number): EcgInterval[] {
  const count = Math.max(1, Math.ceil((to - from) / rowSeconds - 1e-6));
  return Array.from({ length: count }, (_, i) => ({
    from: from + i * rowSeconds,
    to: Math.min(to, from + (i + 1) * rowSeconds),
  }));
}

function twelveLeadRows(trace: EcgTrace): number[][] {
  const find = (wanted: string) => trace.leads.findIndex(({ name }) => name.toUpperCase() === wanted);
  return [...twelveLeads.map((row) => row.map(find)), [find(rhythmLead)]];
}

import { isBeatSymbol } from "./wfdb/symbols.ts";
import type { Lead, Recording } from "../core/recording.ts";

/** A recording in a few lines, as `einthoven info` prints it. */
export interface RecordingInfo {
  readonly id: string;
  readonly sampleRate: number;
  /** Frames. */
  readonly sampleCount: number;
  readonly leads: readonly LeadInfo[];
  readonly annotations: {
    readonly total: number;
    readonly beats: number;
    /** Count by symbol, in order of first appearance. */
    readonly bySymbol: Readonly<Record<string, number>>;
  };
}

export interface LeadInfo {
  readonly name: string;
  readonly unit: string;
  /** Digital units per mV; `null` where the file does not say, or the unit is no voltage. */
  readonly gainPerMillivolt: number | null;
  /** `null` where the file has none, or only a part of it was read. */
  readonly checksum: { readonly expected: number; readonly found: number } | null;
}

/** Summarises a recording. */
export function recordingInfo({ id, sampleRate, sampleCount, leads, annotations }: Recording): RecordingInfo {
  const counts = new Map<string, number>();
  for (const { symbol } of annotations) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return {
    id,
    sampleRate,
    sampleCount,
    leads: leads.map(leadInfo),
    annotations: {
      total: annotations.length,
      beats: annotations.filter(({ symbol }) => isBeatSymbol(symbol)).length,
      bySymbol: Object.fromEntries(counts),
    },
  };
}

/** Millivolts in one unit. */
const millivolts: ReadonlyMap<string, number> = new Map([
  ["V", 1000],
  ["mV", 1],
  ["uV", 0.001],
  ["µV", 0.001],
  ["μV", 0.001],
  ["nV", 0.000001],
]);

function leadInfo({ name, unit, encoding }: Lead): LeadInfo {
  const perUnit = millivolts.get(unit);
  return {
    name,
    unit,
    gainPerMillivolt: encoding === undefined || perUnit === undefined ? null : encoding.gain / perUnit,
    checksum: encoding?.checksum ?? null,
  };
}

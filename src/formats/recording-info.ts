import { millivoltsPerUnit } from "../core/millivolts.ts";
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

function leadInfo({ name, unit, encoding }: Lead): LeadInfo {
  const perUnit = millivoltsPerUnit(unit);
  return {
    name,
    unit,
    gainPerMillivolt: encoding === undefined || perUnit === undefined ? null : encoding.gain / perUnit,
    checksum: encoding?.checksum ?? null,
  };
}

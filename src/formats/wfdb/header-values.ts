import type { WfdbHeader, WfdbSignal } from "./header.ts";

/** A signal line with the values that hold where the header leaves them out (header(5)). */
export interface SignalValues {
  readonly name: string;
  readonly unit: string;
  readonly samplesPerFrame: number;
  readonly skew: number;
  readonly byteOffset: number;
  readonly gain: number;
  /** Whether the gain is the assumed 200 because the header has none, or 0. */
  readonly uncalibrated: boolean;
  readonly baseline: number;
  readonly bits: number;
  readonly zero: number;
  readonly initialValue: number;
}

/** Frames per second: the header's, or 250. */
export function frameRateOf(header: WfdbHeader): number {
  return header.frameRate ?? 250;
}

/** The values in force for the signal at `index`: gain 200 per mV, baseline = ADC zero = 0, one sample per frame, … */
export function signalValues(signal: WfdbSignal, index: number): SignalValues {
  const zero = signal.zero ?? 0;
  const uncalibrated = signal.gain === undefined || signal.gain === 0;
  return {
    name: signal.description ?? `signal ${index}`,
    unit: signal.unit ?? "mV",
    samplesPerFrame: signal.samplesPerFrame ?? 1,
    skew: signal.skew ?? 0,
    byteOffset: signal.byteOffset ?? 0,
    gain: uncalibrated ? 200 : signal.gain!,
    uncalibrated,
    baseline: signal.baseline ?? zero,
    // header(5): 12 bits for formats that store amplitudes, 10 for those that store differences.
    bits: signal.bits === undefined || signal.bits === 0 ? (signal.format === 8 ? 10 : 12) : signal.bits,
    zero,
    initialValue: signal.initialValue ?? zero,
  };
}

/**
 * When frame `frame` was recorded, ISO 8601 without zone: `2001-02-03T12:30:00`, or only the time where the header has no
 * date; `undefined` where it has neither.
 */
export function startOf(header: WfdbHeader, frame = 0): string | undefined {
  const { baseTime, baseDate } = header;
  if (baseTime === undefined) return undefined;
  const seconds = baseTime.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + frame / frameRateOf(header);
  const milliseconds = Math.round(seconds * 1000);
  if (baseDate === undefined) return clock(new Date(milliseconds % 86_400_000));
  const [day = 0, month = 0, year = 0] = baseDate.split("/").map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1) return undefined;
  const moment = new Date(date.getTime() + milliseconds);
  // Later than the year 9999, ISO 8601 has another form, and later than 275760 none.
  if (!(moment.getTime() < Date.UTC(10_000, 0))) return undefined;
  return `${moment.toISOString().slice(0, 11)}${clock(moment)}`;
}

function clock(moment: Date): string {
  const text = moment.toISOString().slice(11, 23);
  return text.endsWith(".000") ? text.slice(0, 8) : text;
}

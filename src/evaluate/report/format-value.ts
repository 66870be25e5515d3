import type { Measured } from "../classification-metrics.ts";
import type { Interval } from "../interval.ts";

/** `percent`: 98.76 %, for shares of beats; `fraction`: 0.945, for F1, κ and indices. */
export type ValueStyle = "percent" | "fraction";

/** What stands for an undefined value. */
export const undefinedMark = "–";

/** A value in its style, without the unit: `98.76` or `0.945`. */
export function formatValue(value: Measured, style: ValueStyle): string {
  if (value === undefined || !Number.isFinite(value)) return undefinedMark;
  return style === "percent" ? (100 * value).toFixed(2) : value.toFixed(3).replace("-", "−");
}

/** `98.76 ± 0.12`; without the deviation where that is undefined. */
export function formatSpread(
  value: Measured,
  { deviation, style }: { readonly deviation: Measured; readonly style: ValueStyle },
): string {
  const mean = formatValue(value, style);
  return value === undefined || deviation === undefined ? mean : `${mean} ± ${formatValue(deviation, style)}`;
}

/** `98.51 to 98.97`; empty where there is none. */
export function formatInterval(interval: Interval | undefined, style: ValueStyle): string {
  if (interval?.low === undefined || interval.high === undefined) return "";
  return `${formatValue(interval.low, style)} to ${formatValue(interval.high, style)}`;
}

/** `109,494`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `8.3 s`, `4 min 12 s`, `1 h 3 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Position in a recording: `12:07.4` in minutes and seconds. */
export function formatClock(seconds: number): string {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const [minutes, rest] = [Math.floor(tenths / 600), tenths % 600];
  return `${minutes}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
}

/** `1,024 MB`. */
export function formatMegabytes(megabytes: number | undefined): string {
  return megabytes === undefined ? undefinedMark : `${formatCount(Math.round(megabytes))} MB`;
}

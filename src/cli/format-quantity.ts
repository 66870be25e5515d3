/** `48 records`, `1 record`, `12 of 48 records`, `93.9 MB`, `12.1 of 93.9 MB`. Bytes in powers of 1000. */
export function formatCount(count: number, unit: string, total?: number): string {
  const amounts = total === undefined ? [count] : [count, total];
  if (unit !== "bytes")
    return `${amounts.map((amount) => amount.toLocaleString("en-US")).join(" of ")} ${amounts.at(-1) === 1 ? unit.replace(/s$/, "") : unit}`;
  const { divisor, name } = byteUnit(amounts.at(-1)!);
  return `${amounts.map((amount) => scaled(amount, divisor)).join(" of ")} ${name}`;
}

/** `2.4 MB/s`, `4.2 records/s`, `13 records/min`. */
export function formatRate(perSecond: number, unit: string): string {
  if (unit === "bytes") {
    const { divisor, name } = byteUnit(perSecond);
    return `${scaled(perSecond, divisor)} ${name}/s`;
  }
  if (perSecond < 0.5) return `${(60 * perSecond).toPrecision(2)} ${unit}/min`;
  const digits = perSecond < 10 ? 1 : 0;
  return `${perSecond.toLocaleString("en-US", { maximumFractionDigits: digits })} ${unit}/s`;
}

/** `0.4 s`, `34 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

function byteUnit(bytes: number): { divisor: number; name: string } {
  if (bytes < 1e3) return { divisor: 1, name: "B" };
  if (bytes < 1e6) return { divisor: 1e3, name: "kB" };
  if (bytes < 1e9) return { divisor: 1e6, name: "MB" };
  return { divisor: 1e9, name: "GB" };
}

function scaled(bytes: number, divisor: number): string {
  return (bytes / divisor).toFixed(divisor === 1 ? 0 : 1);
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

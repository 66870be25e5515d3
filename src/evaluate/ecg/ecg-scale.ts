/** How time and voltage map to paper. */
export interface EcgScale {
  /** Paper speed, mm/s. */
  readonly speed: number;
  /** mm/mV. */
  readonly gain: number;
  /** Seconds in one row. */
  readonly rowSeconds: number;
}

/** 25 mm/s and 10 mm/mV up to a minute; slower paper for longer intervals, and half the height beyond ten minutes. */
const scales = [
  { upTo: 60, speed: 25, gain: 10, rowSeconds: 10 },
  { upTo: 600, speed: 12.5, gain: 10, rowSeconds: 20 },
  { upTo: Infinity, speed: 5, gain: 5, rowSeconds: 60 },
] as const;

/** The scale for an interval of that many seconds, with whatever of it is given. A row never lasts longer than the interval. */
export function chooseScale(seconds: number, given: Partial<EcgScale> = {}): EcgScale {
  const { speed: usual, gain: usualGain, rowSeconds: usualRow } = scales.find(({ upTo }) => seconds <= upTo + 1e-9)!;
  const speed = given.speed ?? usual;
  const rowSeconds = given.rowSeconds ?? (usualRow * usual) / speed;
  return { speed, gain: given.gain ?? usualGain, rowSeconds: Math.min(rowSeconds, seconds) };
}

/** `25 mm/s · 10 mm/mV`. */
export function describeScale({ speed, gain }: EcgScale): string {
  return `${Number(speed.toFixed(2))} mm/s · ${Number(gain.toFixed(2))} mm/mV`;
}

/** Steps of a time axis, in seconds: the first that leaves 24 mm between labels. */
export function labelStep(speed: number): number {
  return [1, 2, 5, 10, 30, 60, 300, 600].find((step) => step * speed >= 24) ?? 3600;
}

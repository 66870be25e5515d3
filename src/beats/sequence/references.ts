import { localQuantiles } from "./local-statistics.ts";

/** Intervals of a recording's beats, seconds. */
export interface Intervals {
  /** [beat], to the beat before; the first beat takes the one after it, a lone beat 1 s. */
  readonly previous: Float64Array;
  /** [beat], to the beat after; the last beat takes the one before it. */
  readonly next: Float64Array;
}

export function intervalsOf(times: Float64Array): Intervals {
  const count = times.length;
  const between = (i: number) => times[i + 1]! - times[i]!;
  const at = (i: number) => (count < 2 ? 1 : between(Math.max(0, Math.min(count - 2, i))));
  return {
    previous: Float64Array.from({ length: count }, (_, i) => at(i - 1)),
    next: Float64Array.from({ length: count }, (_, i) => at(i)),
  };
}

/** Which beats stand for the recording's own normal ones, [beat], 0 or 1. */
export interface References {
  /**
   * Beats with an interval before and after them within 15 % of the local median: the usual reference. Where most beats
   * are ectopic and regular, it is made of ectopic ones.
   */
  readonly wellTimed: Uint8Array;
  /**
   * Beats that were not hurried, whatever the majority does: their interval lies between the 80th and the 97th percentile
   * of the 61 beats around them. An ectopic beat comes early, so the slow part of the rhythm is the sinus node's even
   * where it is the smaller part.
   */
  readonly unhurried: Uint8Array;
}

export function findReferences({ previous, next }: Intervals): References {
  const [median] = localQuantiles(previous, { reach: 8, shares: [0.5] }) as [Float64Array];
  const [low, high] = localQuantiles(previous, { reach: 30, shares: [0.8, 0.97] }) as [Float64Array, Float64Array];
  const near = (value: number, wanted: number) => Math.abs(value / wanted - 1) < 0.15;
  const mark = (test: (i: number) => boolean) => orAll(Uint8Array.from(previous, (_, i) => (test(i) ? 1 : 0)));
  return {
    wellTimed: mark((i) => near(previous[i]!, median[i]!) && near(next[i]!, median[i]!)),
    unhurried: mark((i) => previous[i]! >= low[i]! && previous[i]! <= high[i]!),
  };
}

/** All beats where fewer than three are marked. */
function orAll(marks: Uint8Array): Uint8Array {
  return marks.reduce((sum, mark) => sum + mark, 0) < 3 ? marks.fill(1) : marks;
}

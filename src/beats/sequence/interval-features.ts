import { type FeatureColumn, column } from "./feature-column.ts";
import { localMeans, localQuantiles, logRatio, sortedQuantile } from "./local-statistics.ts";
import type { Intervals } from "./references.ts";

/**
 * Rhythm of each beat relative to its surroundings and its recording; nothing depends on the absolute heart rate. RR is
 * the interval to the beat before, "next" the one after. Logarithms of ratios are natural and held within ±2.
 */
export function intervalFeatures({ previous, next }: Intervals): FeatureColumn[] {
  const count = previous.length;
  const quantiles = (reach: number, ...shares: number[]) => localQuantiles(previous, { reach, shares });
  const [near] = quantiles(5, 0.5) as [Float64Array];
  const [local, slow] = quantiles(10, 0.5, 0.85) as [Float64Array, Float64Array];
  const [wide, wideQuick, wideSlow, slowest] = quantiles(40, 0.5, 0.15, 0.85, 0.95) as Quadruple;
  const localMean = localMeans(previous, 10);
  const sorted = previous.slice().sort();
  const ofRecord = (share: number) => sortedQuantile(sorted, share);
  const at = (values: Float64Array, i: number) => values[Math.max(0, Math.min(count - 1, i))]!;
  const ratio = (name: string, meaning: string, of: (i: number) => readonly [number, number]) =>
    column(name, { unit: "log ratio", meaning, values: Float32Array.from(previous, (_, i) => logRatio(...of(i))) });

  // |difference of neighbouring intervals| over the local median: large for every beat in AF, for few around ectopy.
  const change = Float64Array.from(previous, (rr, i) => Math.abs(rr - at(previous, i - 1)) / local[i]!);
  const irregular = change.map((value) => (value > 0.1 ? 1 : 0));
  const changeQuantiles = (reach: number) => localQuantiles(change, { reach, shares: [0.5] })[0]!;
  const rate = (name: string, meaning: string, values: ArrayLike<number>, limit = 2) =>
    column(name, { unit: "1", meaning, values: Float32Array.from(values, (value) => Math.min(limit, value)) });
  const rank = Float32Array.from(previous, (rr) => (count < 2 ? 0.5 : below(sorted, rr) / count));

  return [
    ratio("rr.local", "RR over the median of the 21 around", (i) => [previous[i]!, local[i]!]),
    ratio("rr.near", "RR over the median of the 11 around", (i) => [previous[i]!, near[i]!]),
    ratio("rr.mean", "RR over the mean of the 21 around", (i) => [previous[i]!, localMean[i]!]),
    ratio("rr.wide", "RR over the median of the 81 around", (i) => [previous[i]!, wide[i]!]),
    ratio("rr.slow", "RR over the 85th percentile of the 21 around", (i) => [previous[i]!, slow[i]!]),
    ratio("rr.wideSlow", "RR over the 85th percentile of the 81 around", (i) => [previous[i]!, wideSlow[i]!]),
    ratio("rr.slowest", "RR over the 95th percentile of the 81 around", (i) => [previous[i]!, slowest[i]!]),
    ratio("rr.record", "RR over the recording's median", (i) => [previous[i]!, ofRecord(0.5)]),
    ratio("rr.recordSlow", "RR over the recording's 85th percentile", (i) => [previous[i]!, ofRecord(0.85)]),
    ratio("rr.recordSlowest", "RR over the recording's 95th percentile", (i) => [previous[i]!, ofRecord(0.95)]),
    ratio("rr.recordQuick", "RR over the recording's 10th percentile", (i) => [previous[i]!, ofRecord(0.1)]),
    ratio("next.local", "next RR over the median of the 21 around", (i) => [next[i]!, local[i]!]),
    ratio("next.slow", "next RR over the 85th percentile of the 81 around", (i) => [next[i]!, wideSlow[i]!]),
    ratio("next.record", "next RR over the recording's median", (i) => [next[i]!, ofRecord(0.5)]),
    ratio("rr.next", "RR over the next RR", (i) => [previous[i]!, next[i]!]),
    ratio("rr.before", "RR over the RR before it", (i) => [previous[i]!, at(previous, i - 1)]),
    ratio("next.after", "next RR over the one after it", (i) => [next[i]!, at(next, i + 1)]),
    ratio("rr.beforeLocal", "the RR before over the local median", (i) => [at(previous, i - 1), local[i]!]),
    ratio("next.afterLocal", "the RR after next over the local median", (i) => [at(next, i + 1), local[i]!]),
    ratio("rr.pair", "RR and next RR together over twice the local median", (i) => [
      previous[i]! + next[i]!,
      2 * local[i]!,
    ]),
    ratio("rr.pairBefore", "RR and the one before together over twice the local median", (i) => [
      previous[i]! + at(previous, i - 1),
      2 * local[i]!,
    ]),
    ratio("rr.longestBefore", "RR over the longest of the 8 before", (i) => [previous[i]!, longest(previous, i)]),
    ratio("rhythm.spread", "85th over 15th percentile of the 81 RR around", (i) => [wideSlow[i]!, wideQuick[i]!]),
    ratio("rhythm.skew", "85th percentile times 15th over the squared median, of the 81 around", (i) => [
      wideSlow[i]! * wideQuick[i]!,
      wide[i]! ** 2,
    ]),
    ratio("rhythm.drift", "median of the 21 around over the recording's", (i) => [local[i]!, ofRecord(0.5)]),
    rate("rhythm.change", "median |RR − RR before| over the local median, 21 around", changeQuantiles(10)),
    rate("rhythm.wideChange", "the same over the 81 around", changeQuantiles(40)),
    rate(
      "rhythm.irregular",
      "share of RR that differ by over 10 % from the one before, 21 around",
      localMeans(irregular, 10),
    ),
    rate("rhythm.wideIrregular", "the same over the 81 around", localMeans(irregular, 40)),
    column("rr.rank", { unit: "1", meaning: "share of the recording's RR that are shorter", values: rank }),
  ];
}

type Quadruple = [Float64Array, Float64Array, Float64Array, Float64Array];

function longest(previous: Float64Array, i: number): number {
  let result = i === 0 ? previous[0]! : 0;
  for (let k = Math.max(0, i - 8); k < i; k++) result = Math.max(result, previous[k]!);
  return result;
}

/** How many of the sorted values are less. */
function below(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

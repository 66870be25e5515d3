/** The quantile of sorted values, interpolated linearly between order statistics (type 7 of Hyndman & Fan 1996). */
export function quantileOfSorted(sorted: Float64Array, share: number): number | undefined {
  if (sorted.length === 0) return undefined;
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

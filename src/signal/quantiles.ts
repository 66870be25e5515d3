/**
 * Quantiles by linear interpolation between the ordered values, as NumPy's `percentile` has them by default (Hyndman & Fan
 * 1996, type 7).
 * @param sorted Ascending, at least one.
 * @param share 0 (least) to 1 (greatest).
 */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.min(sorted.length - 1, Math.floor(position));
  const above = Math.min(sorted.length - 1, below + 1);
  const [low, high] = [sorted[below]!, sorted[above]!];
  const t = position - below;
  // From the nearer end, so that rounding cannot leave the interval.
  return t < 0.5 ? low + t * (high - low) : high - (1 - t) * (high - low);
}

/** Quantile of sorted values, linear between neighbours (Hyndman & Fan's type 7); `NaN` of none. */
export function sortedQuantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return NaN;
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

export function median(values: Iterable<number> | ArrayLike<number>): number {
  return sortedQuantile(Float64Array.from(values as ArrayLike<number>).sort(), 0.5);
}

/** For each place, quantiles of the values at most `reach` places away; [quantile][place]. */
export function localQuantiles(
  values: Float64Array,
  { reach, shares }: { readonly reach: number; readonly shares: readonly number[] },
): Float64Array[] {
  const results = shares.map(() => new Float64Array(values.length));
  for (let i = 0; i < values.length; i++) {
    const sorted = values.slice(Math.max(0, i - reach), i + reach + 1).sort();
    shares.forEach((share, k) => (results[k]![i] = sortedQuantile(sorted, share)));
  }
  return results;
}

/** For each place, the mean of the values at most `reach` places away. */
export function localMeans(values: ArrayLike<number>, reach: number): Float64Array {
  const count = values.length;
  const sums = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) sums[i + 1] = sums[i]! + values[i]!;
  return Float64Array.from({ length: count }, (_, i) => {
    const from = Math.max(0, i - reach);
    const to = Math.min(count, i + reach + 1);
    return (sums[to]! - sums[from]!) / (to - from);
  });
}

/** The logarithm of a / b, held within ±limit; 0 where either is not positive and finite. */
export function logRatio(a: number, b: number, limit = 2): number {
  if (!(a > 0) || !(b > 0) || a === Infinity || b === Infinity) return 0;
  return Math.max(-limit, Math.min(limit, Math.log(a / b)));
}

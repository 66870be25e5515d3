/** Millivolts: far below what any recorder resolves, and above what filters leave of a constant by rounding. */
const nothing = 1e-9;

/**
 * Whether samples of this spread (a deviation, or greatest less least) are constant but for rounding: that of their own size, or that of a filter which
 * has taken the constant away. Normalised, such noise would look like a signal.
 */
export function isFlat(spread: number, size: number): boolean {
  return spread <= Math.max(nothing, 1e-13 * Math.abs(size));
}

/**
 * Cuts `length` samples into `parts` neighbouring pieces whose sizes differ by one at most: piece p is
 * [bounds[p], bounds[p + 1]). As pyts has it without overlap.
 */
export function pieceBounds(length: number, parts: number): Int32Array {
  return Int32Array.from({ length: parts + 1 }, (_, p) => Math.floor((p * length) / parts));
}

/** Piecewise aggregate approximation (Keogh 2001): the mean of each piece. */
export function aggregate(samples: ArrayLike<number>, bounds: Int32Array, means: Float64Array): void {
  for (let p = 0; p < means.length; p++) {
    const [from, to] = [bounds[p]!, bounds[p + 1]!];
    let sum = 0;
    for (let i = from; i < to; i++) sum += samples[i]!;
    means[p] = sum / (to - from);
  }
}

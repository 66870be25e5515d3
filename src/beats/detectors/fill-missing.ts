/** The lead with each run of `NaN` replaced by the straight line between its neighbours; the same array where none is missing. */
export function fillMissing(samples: Float32Array): Float32Array {
  const start = samples.findIndex((value) => Number.isNaN(value));
  if (start < 0) return samples;
  const filled = Float32Array.from(samples);
  for (let from = start; from < filled.length; from++) {
    if (!Number.isNaN(filled[from]!)) continue;
    let to = from;
    while (to < filled.length && Number.isNaN(filled[to]!)) to++;
    const left = filled[from - 1] ?? filled[to] ?? 0;
    const right = filled[to] ?? left;
    for (let i = from; i < to; i++) filled[i] = left + ((right - left) * (i - from + 1)) / (to - from + 1);
    from = to;
  }
  return filled;
}

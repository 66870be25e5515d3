/**
 * How a signal goes on beyond its ends, by PyWavelets' names:
 * - `periodization`: periodic, with as few coefficients as possible (half the length, rounded up); an odd length is first
 *   made even by repeating the last sample,
 * - `periodic`: … c d | a b c d | a b …
 * - `symmetric`: … b a | a b c d | d c …
 * - `reflect`: … c b | a b c d | c b …
 * - `constant`: … a a | a b c d | d d …
 * - `zero`: … 0 0 | a b c d | 0 0 …
 */
export const extensionModes = ["periodization", "periodic", "symmetric", "reflect", "constant", "zero"] as const;

export type ExtensionMode = (typeof extensionModes)[number];

/**
 * `count` samples of the extended signal, the first at index `from` (negative: before the signal).
 * In mode `periodization` the length must be even already.
 */
export function extendedSamples(
  samples: ArrayLike<number>,
  { from, count, mode }: { from: number; count: number; mode: ExtensionMode },
): Float64Array {
  const extended = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const index = foldedIndex(from + i, { length: samples.length, mode });
    extended[i] = index < 0 ? 0 : samples[index]!;
  }
  return extended;
}

/** The sample that stands at `index` of the extended signal, −1 for a zero. */
function foldedIndex(index: number, { length, mode }: { length: number; mode: ExtensionMode }): number {
  if (index >= 0 && index < length) return index;
  switch (mode) {
    case "zero":
      return -1;
    case "constant":
      return index < 0 ? 0 : length - 1;
    case "periodization":
    case "periodic":
      return modulo(index, length);
    case "symmetric": {
      const folded = modulo(index, 2 * length);
      return folded < length ? folded : 2 * length - 1 - folded;
    }
    case "reflect": {
      if (length === 1) return 0;
      const folded = modulo(index, 2 * length - 2);
      return folded < length ? folded : 2 * length - 2 - folded;
    }
  }
}

function modulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

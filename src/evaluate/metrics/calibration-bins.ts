import type { Measured } from "../classification-metrics.ts";
import { quantileOfSorted } from "../quantile.ts";
import type { RowWeights } from "./row-weights.ts";

/** `width`: bins of equal width. `mass`: edges at equal quantiles of the probabilities, so that bins hold about equally many. */
export type Binning = "width" | "mass";

export interface BinOptions {
  readonly binning: Binning;
  /** How many bins; 15 by default (Guo et al. 2017). */
  readonly binCount?: number;
}

/** One bin of a reliability diagram; probabilities in (low, high], the first bin with its low end. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability of the bin's rows; undefined in an empty bin. */
  readonly confidence: Measured;
  /** Share of the bin's rows for which it came true. */
  readonly frequency: Measured;
}

/** Probabilities, whether each came true, and the bin of each. */
export interface BinnedRows {
  readonly edges: Float64Array;
  readonly bins: Uint16Array;
  readonly probabilities: Float64Array;
  readonly outcomes: Uint8Array;
}

/**
 * Puts probabilities into bins. Equal probabilities share a bin. Edges at quantiles are linearly interpolated and, where many
 * probabilities are equal, several may coincide; the bins between them stay empty.
 */
export function binRows(
  { probabilities, outcomes }: Pick<BinnedRows, "probabilities" | "outcomes">,
  { binning, binCount = 15 }: BinOptions,
): BinnedRows {
  const sorted = binning === "mass" ? Float64Array.from(probabilities).sort() : undefined;
  const edges = Float64Array.from({ length: binCount + 1 }, (_, k) =>
    sorted === undefined ? k / binCount : quantileOfSorted(sorted, k / binCount)!,
  );
  return { edges, bins: Uint16Array.from(probabilities, (p) => binOf(p, edges)), probabilities, outcomes };
}

/** The bins of the rows, each row counted as often as its weight says. */
export function calibrationBins(
  { edges, bins, probabilities, outcomes }: BinnedRows,
  weights: RowWeights,
): CalibrationBin[] {
  const size = edges.length - 1;
  const [counts, sums, came] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let row = 0; row < bins.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const bin = bins[row]!;
    counts[bin]! += weight;
    sums[bin]! += weight * probabilities[row]!;
    came[bin]! += weight * outcomes[row]!;
  }
  return Array.from(counts, (count, bin) => ({
    low: edges[bin]!,
    high: edges[bin + 1]!,
    count,
    confidence: count === 0 ? undefined : sums[bin]! / count,
    frequency: count === 0 ? undefined : came[bin]! / count,
  }));
}

/** The expected calibration error (Naeini et al. 2015): Σ over bins of count/total · |frequency − confidence|. */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): Measured {
  let [sum, total] = [0, 0];
  for (const { count, confidence, frequency } of bins) {
    if (confidence === undefined || frequency === undefined) continue;
    sum += count * Math.abs(frequency - confidence);
    total += count;
  }
  return total === 0 ? undefined : sum / total;
}

/** The first bin whose high edge is not below p. */
function binOf(p: number, edges: Float64Array): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (p <= edges[middle + 1]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

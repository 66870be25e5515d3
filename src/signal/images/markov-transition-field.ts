import { z } from "zod";

import { quantileOfSorted } from "../quantiles.ts";
import { defineImageEncoder } from "./image-encoder.ts";
import { pieceBounds } from "./piecewise-aggregate.ts";

/** Quantiles that differ by less are one: the signal stays at this value for long. */
const sameEdge = 1e-8;

/**
 * Markov transition field (Wang & Oates 2015): samples are put into bins that hold equally many; a value of the image is
 * the mean chance, over all pairs of a sample of the row's piece and one of the column's, to step from the one's bin to the
 * other's.
 */
export const markovTransitionField = defineImageEncoder(
  "mtf",
  {
    /** Fewer are used where quantiles of the signal are equal. */
    bins: z.int().min(2).max(256).default(5),
  },
  ({ bins }, { samples: length, rows, columns }) => {
    const sorted = new Float64Array(length);
    const edges = new Float64Array(bins - 1);
    const binOf = new Uint8Array(length);
    const transitions = new Float64Array(bins * bins);
    const down = createShares({ length, pieces: rows, bins });
    const across = createShares({ length, pieces: columns, bins });
    const reached = new Float64Array(bins);
    return (samples, image) => {
      sorted.set(samples);
      sorted.sort();
      const edgeCount = writeEdges(sorted, edges);
      for (let i = 0; i < length; i++) {
        let bin = 0;
        while (bin < edgeCount && edges[bin]! < samples[i]!) bin++;
        binOf[i] = bin;
      }
      writeTransitions(binOf, { bins, transitions });
      down.update(binOf);
      across.update(binOf);
      // The mean over all pairs of two pieces only needs each piece's shares of the bins.
      for (let r = 0, at = 0; r < rows; r++) {
        reached.fill(0);
        for (let a = 0; a < bins; a++) {
          const share = down.shares[r * bins + a]!;
          if (share === 0) continue;
          for (let b = 0; b < bins; b++) reached[b]! += share * transitions[a * bins + b]!;
        }
        for (let c = 0; c < columns; c++, at++) {
          let sum = 0;
          for (let b = 0; b < bins; b++) sum += reached[b]! * across.shares[c * bins + b]!;
          image[at] = sum;
        }
      }
    };
  },
);

/** The inner quantiles, of equal ones the last; returns how many there are. */
function writeEdges(sorted: Float64Array, edges: Float64Array): number {
  const bins = edges.length + 1;
  let count = 0;
  for (let k = 1; k < bins; k++) {
    const edge = quantileOfSorted(sorted, k / bins);
    const previous = k > 1 ? quantileOfSorted(sorted, (k - 1) / bins) : -Infinity;
    if (edge - previous <= sameEdge) count--;
    edges[count++] = edge;
  }
  return count;
}

/** transitions[a, b]: of the steps from bin a, the share that goes to bin b; zeros where there is no step. */
function writeTransitions(
  binOf: Uint8Array,
  { bins, transitions }: { readonly bins: number; readonly transitions: Float64Array },
): void {
  transitions.fill(0);
  for (let i = 0; i + 1 < binOf.length; i++) transitions[binOf[i]! * bins + binOf[i + 1]!]!++;
  for (let a = 0; a < bins; a++) {
    const row = transitions.subarray(a * bins, (a + 1) * bins);
    let total = 0;
    for (const count of row) total += count;
    if (total > 0) for (let b = 0; b < bins; b++) row[b]! /= total;
  }
}

/** [piece, bin]: which share of a piece's samples lies in a bin. */
function createShares({ length, pieces, bins }: { length: number; pieces: number; bins: number }) {
  const bounds = pieceBounds(length, pieces);
  const shares = new Float64Array(pieces * bins);
  const update = (binOf: Uint8Array) => {
    shares.fill(0);
    for (let p = 0; p < pieces; p++) {
      const [from, to] = [bounds[p]!, bounds[p + 1]!];
      for (let i = from; i < to; i++) shares[p * bins + binOf[i]!]! += 1 / (to - from);
    }
  };
  return { shares, update };
}

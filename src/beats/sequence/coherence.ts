import { type Region, type Waves, waveOf } from "./wave-shapes.ts";

export interface CoherenceOptions {
  readonly region: Region;
  /** Of the polynomial that is taken out of each beat's region first: 0 its mean, 1 a slope, … */
  readonly degree: number;
  /** Beats on either side that are taken together with each; one result for each. */
  readonly reaches: readonly number[];
}

/**
 * For each beat, the squared length of the mean of the regions around, each less its polynomial and of length 1: 1 where
 * all have the same shape, 1 / beats where they have nothing in common.
 */
export function coherence(waves: Waves, { region, degree, reaches }: CoherenceOptions): Float64Array[] {
  const size = region.to - region.from;
  const count = waves.values.length / waves.length;
  const rows = shapesWithout(waves, { region, polynomials: polynomials(size, degree) });
  return reaches.map((reach) => meanShapes(rows, { size, count, reach }));
}

/** For each row, the squared length of the mean of the rows at most `reach` away. */
function meanShapes(
  rows: Float64Array,
  { size, count, reach }: { readonly size: number; readonly count: number; readonly reach: number },
): Float64Array {
  const sum = new Float64Array(size);
  let beats = 0;
  const change = (beat: number, sign: 1 | -1) => {
    if (beat < 0 || beat >= count) return;
    for (let i = 0; i < size; i++) sum[i]! += sign * rows[beat * size + i]!;
    beats += sign;
  };
  for (let beat = 0; beat < reach; beat++) change(beat, 1);
  return Float64Array.from({ length: count }, (_, beat) => {
    change(beat + reach, 1);
    change(beat - reach - 1, -1);
    return Math.min(1, sum.reduce((total, value) => total + value * value, 0) / beats ** 2);
  });
}

/** [beat, sample], each row at right angles to the polynomials and of length 1. */
function shapesWithout(
  waves: Waves,
  { region, polynomials }: { readonly region: Region; readonly polynomials: readonly Float64Array[] },
): Float64Array {
  const size = region.to - region.from;
  const count = waves.values.length / waves.length;
  const rows = new Float64Array(count * size);
  for (let beat = 0; beat < count; beat++) {
    const row = rows.subarray(beat * size, (beat + 1) * size);
    row.set(waveOf(waves, beat).subarray(region.from, region.to));
    for (const polynomial of polynomials) takeOut(row, polynomial);
    const length = Math.sqrt(dot(row, row) + 1e-12);
    for (let i = 0; i < size; i++) row[i]! /= length;
  }
  return rows;
}

/** Of degree 0 … `degree` over `size` points, at right angles to one another and of length 1. */
function polynomials(size: number, degree: number): Float64Array[] {
  const found: Float64Array[] = [];
  for (let power = 0; power <= degree; power++) {
    const row = Float64Array.from({ length: size }, (_, i) => (i / (size - 1) - 0.5) ** power);
    for (const before of found) takeOut(row, before);
    const length = Math.sqrt(dot(row, row));
    found.push(row.map((value) => value / length));
  }
  return found;
}

/** Makes `row` stand at right angles to `unit`, of length 1. */
function takeOut(row: Float64Array, unit: Float64Array): void {
  const share = dot(row, unit);
  for (let i = 0; i < row.length; i++) row[i]! -= share * unit[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

import { UserError } from "../core/errors.ts";

/** What is taken off each column, and what it is then divided by. */
export interface ColumnScaling {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * Mean and (population) standard deviation of each column over some rows, those that are learnt from, as scikit-learn's
 * `StandardScaler`: a column that is constant keeps its size, with a deviation of 1.
 * @param values [row, column]
 */
export function columnScaling(
  values: Float32Array,
  { columns, rows }: { readonly columns: number; readonly rows: ArrayLike<number> },
): ColumnScaling {
  if (rows.length === 0) throw new UserError("Cannot standardise columns: expected at least 1 row, found none.");
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * columns;
    for (let c = 0; c < columns; c++) mean[c]! += values[start + c]! / rows.length;
  }
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * columns;
    for (let c = 0; c < columns; c++) squares[c]! += (values[start + c]! - mean[c]!) ** 2;
  }
  const deviation = Array.from(squares, (sum, c) => {
    const found = Math.sqrt(sum / rows.length);
    // The mean of equal numbers may be off by a rounding error; its square root must not count as variation.
    return found > 1e-12 * Math.abs(mean[c]!) ? found : 1;
  });
  return { mean: [...mean], deviation };
}

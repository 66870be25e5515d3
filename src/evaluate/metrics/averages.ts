import type { Measured } from "../classification-metrics.ts";
import type { MetricValue } from "./metric.ts";
import type { RowWeights } from "./row-weights.ts";

/** The mean of all values; undefined where one is, or where there are none. */
export function meanOfAll(values: readonly Measured[]): Measured {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return values.length === 0 ? undefined : sum / values.length;
}

/** The mean of the values that are defined. */
export function meanOfDefined(values: readonly Measured[]): Measured {
  return meanOfAll(values.filter((value) => value !== undefined));
}

/** Undefined where the denominator is 0. */
export function ratio(part: number, whole: number): Measured {
  return whole === 0 ? undefined : part / whole;
}

/** A metric that is a mean over rows of a value that each row has. */
export function meanOverRows(values: Float64Array): (weights: RowWeights) => MetricValue {
  return (weights) => {
    let [sum, total] = [0, 0];
    for (let row = 0; row < values.length; row++) {
      sum += weights[row]! * values[row]!;
      total += weights[row]!;
    }
    return { value: ratio(sum, total) };
  };
}

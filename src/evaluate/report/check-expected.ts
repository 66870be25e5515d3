import type { Notice } from "../../core/index.ts";
import type { Measured } from "../classification-metrics.ts";
import { type ReportMetrics, metricAt } from "../metric-table.ts";

/** A number that a recipe promises. */
export interface ExpectedValue {
  /** The metric's path: `accuracy`, `macroF1`, `classes.S.f1`, … */
  readonly metric: string;
  readonly value: number;
  /** The largest deviation that still counts as the same result. */
  readonly tolerance: number;
  /** Where the number comes from: a paper, or an earlier run. */
  readonly source?: string;
}

export interface ExpectedCheck extends ExpectedValue {
  readonly found: Measured;
  /**
   * `above` and `below` mean outside the tolerance on that side; `undefined` that the run has no such value; `incomparable` that it was
   * on other data than the value is of, such as a partial copy.
   */
  readonly verdict: "within" | "above" | "below" | "undefined" | "incomparable";
}

/** Compares each expected value with the metrics of a run, unless that was on other data. */
export function checkExpected(
  metrics: ReportMetrics,
  expected: readonly ExpectedValue[],
  { comparable = true }: { readonly comparable?: boolean } = {},
): ExpectedCheck[] {
  return expected.map((wanted) => {
    const found = metricAt(metrics, wanted.metric);
    return { ...wanted, found, verdict: comparable ? verdictOf(found, wanted) : "incomparable" };
  });
}

/** What notices say of a copy of a dataset that is not whole. */
export function partialNotices(notices: readonly Notice[]): readonly Notice[] {
  return notices.filter(({ code }) => code === "partial" || code.startsWith("partial-"));
}

/** Rounding in the last bit does not decide. */
const slack = 1e-12;

function verdictOf(found: Measured, { value, tolerance }: ExpectedValue): ExpectedCheck["verdict"] {
  if (found === undefined) return "undefined";
  if (Math.abs(found - value) <= tolerance + slack) return "within";
  return found > value ? "above" : "below";
}

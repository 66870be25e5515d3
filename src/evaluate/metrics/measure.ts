import { UserError } from "../../core/index.ts";
import { measurable } from "./measurable.ts";
import type { Measurable, Metric, MetricValue } from "./metric.ts";
import { metricList } from "./metric-list.ts";
import type { Predictions } from "./predictions.ts";

/** The metric of this name. @throws UserError that lists all names. */
export function metricNamed(name: string): Metric {
  const found = metricList.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  throw new UserError(
    `Cannot measure ${name}: expected one of ${metricList.map((metric) => metric.name).join(", ")}, found no metric of that name`,
  );
}

/**
 * One metric of predictions.
 * @throws UserError where it does not apply to them ({@link obstacle}).
 */
export function measure(predictions: Predictions, metric: Metric): MetricValue {
  const data = measurable(predictions);
  const problem = obstacle(data, metric);
  if (problem !== undefined) throw new UserError(`Cannot measure the ${metric.label}: ${problem}`);
  return metric.prepare(data)(onesFor(data));
}

/** The weights of the data as they are. */
export function onesFor({ rowCount }: Measurable): Float64Array {
  return new Float64Array(rowCount).fill(1);
}

/** Why a metric cannot be measured on these predictions, as `expected …, found …`; `undefined` where it can. */
export function obstacle(data: Predictions, metric: Metric): string | undefined {
  const { tasks, needs, misfit, everyClassNeeds, standsInFor } = metric;
  const { task, classes, scores, probabilities, decisions } = data;
  if (!tasks.includes(task)) return `expected a ${tasks.join(" or ")} task, found ${task}`;
  if (needs === "decisions" && decisions === undefined) return "expected decisions, found scores without thresholds";
  if (needs !== "decisions" && scores === undefined) return "expected scores, found decisions only";
  if (needs === "probabilities" && probabilities !== true) {
    return "expected probabilities (0 … 1, and of sum 1 in each row of a multi-class task), found other scores";
  }
  if (standsInFor !== undefined && obstacle(data, standsInFor) === undefined) {
    return `expected data that the ${standsInFor.label} cannot be measured on, found that it can`;
  }
  const missing = misfit?.(classes);
  if (missing !== undefined)
    return `expected ${missing}, found ${classes.slice(0, 8).join(", ")}${classes.length > 8 ? ", …" : ""}`;
  if (everyClassNeeds === undefined) return undefined;
  const negativesToo = everyClassNeeds === "positives and negatives";
  const { without, full: everywhere } = oneSidedClasses(data);
  const full = negativesToo ? everywhere : [];
  if (without.length + full.length === 0) return undefined;
  const found = [
    ...(without.length > 0 ? [`no row with ${without.join(", ")}`] : []),
    ...(full.length > 0 ? [`no row without ${full.join(", ")}`] : []),
  ];
  return `expected rows with ${negativesToo ? "and rows without " : ""}each class, found ${found.join(" and ")}`;
}

/** Classes that no row has, and classes that every row has. */
export function oneSidedClasses(data: Pick<Predictions, "truth" | "classes">): {
  readonly without: readonly string[];
  readonly full: readonly string[];
} {
  const { positives, rows } = positivesOf(data);
  return {
    without: data.classes.filter((_, label) => positives[label] === 0),
    full: data.classes.filter((_, label) => positives[label] === rows && rows > 0),
  };
}

/** How many rows have each class. */
export function positivesOf({ truth, classes }: Pick<Predictions, "truth" | "classes">): {
  readonly positives: Float64Array;
  readonly rows: number;
} {
  const positives = new Float64Array(classes.length);
  for (let at = 0; at < truth.length; at++) positives[at % classes.length]! += truth[at]!;
  return { positives, rows: truth.length / classes.length };
}

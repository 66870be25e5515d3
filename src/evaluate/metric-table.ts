import type { ClassificationMetrics, ClassMetrics, Measured } from "./classification-metrics.ts";

/** The overall measures, in the order in which tables show them; `percent` or `fraction` is how. */
export const overallMetrics = [
  { key: "accuracy", label: "Accuracy", style: "percent" },
  { key: "macroF1", label: "Macro-F1", style: "fraction" },
  { key: "kappa", label: "Cohen’s κ", style: "fraction" },
  { key: "jKappa", label: "j·κ index", style: "fraction" },
] as const;

/** The measures of one class, in the order in which tables show them. */
export const classMetrics = [
  { key: "sensitivity", label: "Sensitivity", short: "Se", style: "percent" },
  { key: "positivePredictivity", label: "Positive predictivity", short: "+P", style: "percent" },
  { key: "f1", label: "F1", short: "F1", style: "fraction" },
  { key: "specificity", label: "Specificity", short: "Sp", style: "percent" },
] as const;

/** One value of a {@link ClassificationMetrics} by its path: `accuracy`, `macroF1`, `classes.S.f1`, … */
export function metricAt(metrics: ClassificationMetrics, path: string): Measured {
  const overall = overallMetrics.find(({ key }) => key === path);
  if (overall !== undefined) return metrics[overall.key];
  const [head, ...rest] = path.split(".");
  const name = rest.slice(0, -1).join(".");
  const inClass = head === "classes" && Object.hasOwn(metrics.classes, name) ? metrics.classes[name] : undefined;
  const wanted = classMetrics.find(({ key }) => key === rest.at(-1));
  return inClass === undefined || wanted === undefined ? undefined : inClass[wanted.key];
}

/** A path in words: `Macro-F1`, `S: F1`; the path itself where it leads nowhere. */
export function metricLabel(path: string): string {
  const overall = overallMetrics.find(({ key }) => key === path);
  if (overall !== undefined) return overall.label;
  const [head, ...rest] = path.split(".");
  const wanted = classMetrics.find(({ key }) => key === rest.at(-1));
  return head !== "classes" || wanted === undefined ? path : `${rest.slice(0, -1).join(".")}: ${wanted.short}`;
}

/** All paths that {@link metricAt} finds in these metrics. */
export function metricPaths(metrics: ClassificationMetrics): string[] {
  const overall = overallMetrics.filter(({ key }) => key in metrics).map(({ key }) => key);
  const byClass = Object.keys(metrics.classes).flatMap((name) =>
    classMetrics.map(({ key }) => `classes.${name}.${key}`),
  );
  return [...overall, ...byClass];
}

/**
 * Several metrics of one shape combined into one, value by value: `combine` gets each value's list (one entry per
 * metrics), `combineSupport` the lists of class supports.
 */
export function combineMetrics(
  list: readonly ClassificationMetrics[],
  {
    combine,
    combineSupport,
  }: {
    readonly combine: (values: readonly Measured[]) => Measured;
    readonly combineSupport: (supports: readonly number[]) => number;
  },
): ClassificationMetrics {
  const names = Object.keys(list[0]?.classes ?? {});
  const over = (pick: (metrics: ClassificationMetrics) => Measured) => combine(list.map(pick));
  const classes = names.map((name) => {
    const overClass = (pick: (metrics: ClassMetrics) => Measured) => over((metrics) => pickClass(metrics, name, pick));
    const combined: ClassMetrics = {
      sensitivity: overClass((metrics) => metrics.sensitivity),
      positivePredictivity: overClass((metrics) => metrics.positivePredictivity),
      f1: overClass((metrics) => metrics.f1),
      specificity: overClass((metrics) => metrics.specificity),
      support: combineSupport(list.map((metrics) => metrics.classes[name]?.support ?? 0)),
    };
    return [name, combined] as const;
  });
  return {
    accuracy: over((metrics) => metrics.accuracy),
    macroF1: over((metrics) => metrics.macroF1),
    kappa: over((metrics) => metrics.kappa),
    ...(list.some((metrics) => "jKappa" in metrics) ? { jKappa: over((metrics) => metrics.jKappa) } : {}),
    classes: Object.fromEntries(classes),
  };
}

function pickClass(metrics: ClassificationMetrics, name: string, pick: (metrics: ClassMetrics) => Measured): Measured {
  const found = metrics.classes[name];
  return found === undefined ? undefined : pick(found);
}

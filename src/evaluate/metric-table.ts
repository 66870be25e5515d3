import type { ClassificationMetrics, ClassMetrics, Measured } from "./classification-metrics.ts";
import { metricList } from "./metrics/metric-list.ts";
import type { ValueStyle } from "./report/format-value.ts";

/** The overall measures, in the order in which tables show them; `percent` or `fraction` is how. */
export const overallMetrics: readonly { readonly key: string; readonly label: string; readonly style: ValueStyle }[] =
  metricList.map(({ name, label, style }) => ({ key: name, label, style }));

const overallNames = new Set(overallMetrics.map(({ key }) => key));

/** The measures of one class, in the order in which tables show them. */
export const classMetrics = [
  { key: "auc", label: "Area under the ROC curve", short: "AUC", style: "fraction" },
  { key: "sensitivity", label: "Sensitivity", short: "Se", style: "percent" },
  { key: "positivePredictivity", label: "Positive predictivity", short: "+P", style: "percent" },
  { key: "f1", label: "F1", short: "F1", style: "fraction" },
  { key: "specificity", label: "Specificity", short: "Sp", style: "percent" },
] as const;

/**
 * What a report says of scored examples: overall measures by the names of `metricList`, and each class's. `ClassificationMetrics` are the
 * ones of single classes.
 */
export type ReportMetrics = Partial<Omit<ClassificationMetrics, "classes">> & {
  readonly macroAuc?: Measured;
  readonly classes: Readonly<Record<string, ReportClassMetrics>>;
};

export interface ReportClassMetrics extends ClassMetrics {
  /** Area under the ROC curve; absent where it was not asked for. */
  readonly auc?: Measured;
}

/** An overall measure by its name; undefined where the metrics have none of that name. */
export function overallAt(metrics: ReportMetrics, name: string): Measured {
  const value = (metrics as unknown as Readonly<Record<string, unknown>>)[name];
  return typeof value === "number" ? value : undefined;
}

/** The measures that some metrics have, of those that tables show. */
export function shownMetrics(metrics: ReportMetrics) {
  const classes = Object.values(metrics.classes);
  return {
    overall: overallMetrics.filter(({ key }) => key in metrics),
    ofClass: classMetrics.filter(({ key }) => classes.some((each) => key in each)),
  };
}

/** One value of a {@link ReportMetrics} by its path: `accuracy`, `macroF1`, `classes.S.f1`, … */
export function metricAt(metrics: ReportMetrics, path: string): Measured {
  if (overallNames.has(path)) return overallAt(metrics, path);
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
export function metricPaths(metrics: ReportMetrics): string[] {
  const { overall, ofClass } = shownMetrics(metrics);
  const byClass = Object.keys(metrics.classes).flatMap((name) => ofClass.map(({ key }) => `classes.${name}.${key}`));
  return [...overall.map(({ key }) => key), ...byClass];
}

/**
 * Several metrics of one shape combined into one, value by value: `combine` gets each value's list (one entry per
 * metrics), `combineSupport` the lists of class supports.
 */
export function combineMetrics<Metrics extends ReportMetrics>(
  list: readonly Metrics[],
  {
    combine,
    combineSupport,
  }: {
    readonly combine: (values: readonly Measured[]) => Measured;
    readonly combineSupport: (supports: readonly number[]) => number;
  },
): Metrics {
  const [first] = list;
  const { overall, ofClass } = first === undefined ? noMetrics : shownMetrics(first);
  const classes = Object.keys(first?.classes ?? {}).map((name) => [
    name,
    {
      ...Object.fromEntries(ofClass.map(({ key }) => [key, combine(list.map(({ classes }) => classes[name]?.[key]))])),
      support: combineSupport(list.map(({ classes }) => classes[name]?.support ?? 0)),
    },
  ]);
  return {
    ...Object.fromEntries(overall.map(({ key }) => [key, combine(list.map((metrics) => overallAt(metrics, key)))])),
    classes: Object.fromEntries(classes),
  } as unknown as Metrics;
}

/** What a report without folds shows as undefined. */
const noMetrics = {
  overall: ["accuracy", "macroF1", "kappa"].map((key) => ({ key })),
  ofClass: classMetrics,
};

import { UserError } from "../core/index.ts";
import { weightedAuc } from "./metrics/area-metrics.ts";
import { rankScores } from "./metrics/ranking.ts";

/**
 * The area under the ROC curve: the share of pairs of a positive and a negative whose scores are in the right order, ties counting half
 * (Mann & Whitney 1947, by midranks). `undefined` where there are no positives or no negatives.
 */
export function rocAuc(positive: ArrayLike<boolean>, scores: ArrayLike<number>): number | undefined {
  const truth = Uint8Array.from(positive, Number);
  const ranking = rankScores({ scores: Float64Array.from(scores), truth }, { label: 0, classCount: 1 });
  return weightedAuc(ranking, new Float64Array(scores.length).fill(1));
}

/**
 * The mean of the classes' areas under the ROC curve. Targets (a row has a class from one half on) and scores are [row, class].
 * @throws UserError that names the classes that have no positives or no negatives.
 */
export function macroAuc(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
  { classes }: { readonly classes: readonly string[] },
): number {
  const rows = Array.from({ length: scores.length / classes.length }, (_, row) => row * classes.length);
  const areas = classes.map((_, label) =>
    rocAuc(
      rows.map((start) => targets[start + label]! >= 0.5),
      rows.map((start) => scores[start + label]!),
    ),
  );
  const missing = classes.filter((_, label) => areas[label] === undefined);
  if (missing.length > 0) {
    throw new UserError(
      `Cannot measure the macro AUC: expected rows with and rows without each class, found only the one or the other of ${missing.join(", ")}`,
    );
  }
  return areas.reduce<number>((sum, area) => sum + area!, 0) / classes.length;
}

/** What can be said of rows with any number of classes each, at a threshold of one half. */
export interface MultiLabelMetrics {
  /** Share of rows whose classes are all right. */
  readonly accuracy: number;
  /** Mean F1 of the classes that at least one row has. */
  readonly macroF1: number | undefined;
}

/** Targets and scores are [row, class]. */
export function multiLabelMetrics(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
  { classes }: { readonly classes: readonly string[] },
): MultiLabelMetrics {
  const counts = classes.map(() => ({ hits: 0, support: 0, called: 0 }));
  const rows = scores.length / classes.length;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    let wrong = 0;
    counts.forEach((count, label) => {
      const has = targets[row * classes.length + label]! >= 0.5;
      const called = scores[row * classes.length + label]! >= 0.5;
      if (has) count.support++;
      if (called) count.called++;
      if (has && called) count.hits++;
      if (has !== called) wrong++;
    });
    if (wrong === 0) right++;
  }
  const present = counts.filter(({ support }) => support > 0);
  const scored = present.map(({ hits, support, called }) => (2 * hits) / (support + called));
  return {
    accuracy: right / rows,
    macroF1: scored.length === 0 ? undefined : scored.reduce((sum, f1) => sum + f1, 0) / scored.length,
  };
}

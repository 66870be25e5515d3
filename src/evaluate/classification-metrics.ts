import { UserError } from "../core/index.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";

/** A measured value; `undefined` where its denominator is 0. JSON has `null` there, tables a dash, never 0 or 1. */
export type Measured = number | undefined;

/** How one class came out, one against the rest. All values are fractions, 0 … 1. */
export interface ClassMetrics {
  /** Se = TP / (TP + FN): of the beats of this class, the share that was found. */
  readonly sensitivity: Measured;
  /** +P = TP / (TP + FP): of the beats called this class, the share that was right. */
  readonly positivePredictivity: Measured;
  /** F1 = 2 TP / (2 TP + FP + FN); 0 where the class occurs and is never found, undefined where it neither occurs nor is called. */
  readonly f1: Measured;
  /** Sp = TN / (TN + FP): of the beats of other classes, the share not called this class. */
  readonly specificity: Measured;
  /** Beats whose true class this is. */
  readonly support: number;
}

/** What a confusion matrix says. */
export interface ClassificationMetrics {
  /** Share of all beats that was classified rightly. */
  readonly accuracy: Measured;
  /** Mean F1 of the classes *present*: those with at least one beat in truth. Their F1 is always defined. */
  readonly macroF1: Measured;
  /** Cohen's κ (1960); undefined where truth and prediction are one and the same class throughout. */
  readonly kappa: Measured;
  /**
   * The j·κ index of Mar et al. 2011, jκ = κ/2 + j/8 with j = Se(S) + Se(V) + +P(S) + +P(V): 1 is perfect. Absent where
   * the classes have no `S` and `V`; undefined where one of its parts is. Beats of class F called V count as errors here.
   */
  readonly jKappa?: Measured;
  readonly classes: Readonly<Record<string, ClassMetrics>>;
}

/**
 * Measures of a confusion matrix [truth, predicted] whose rows are named by `classes`. `macroOver` says which classes the
 * macro-F1 averages; by default those with at least one true beat.
 */
export function classificationMetrics(
  confusion: ConfusionMatrix,
  { classes, macroOver }: { readonly classes: readonly string[]; readonly macroOver?: readonly boolean[] },
): ClassificationMetrics {
  checkSquare(confusion, classes);
  const rows = confusion.map((row) => sumOf(row));
  const columns = classes.map((_, j) => sumOf(confusion.map((row) => row[j]!)));
  const hits = classes.map((_, i) => confusion[i]![i]!);
  const total = sumOf(rows);
  const right = sumOf(hits);

  const each = classes.map((_, i): ClassMetrics => {
    const [hit, support, called] = [hits[i]!, rows[i]!, columns[i]!];
    return {
      sensitivity: ratio(hit, support),
      positivePredictivity: ratio(hit, called),
      f1: ratio(2 * hit, support + called),
      specificity: ratio(total - support - called + hit, total - support),
      support,
    };
  });
  const averaged = each.filter((metrics, i) => macroOver?.[i] ?? metrics.support > 0).map((metrics) => metrics.f1);
  const chance = sumOf(classes.map((_, i) => rows[i]! * columns[i]!));
  const kappa = ratio(total * right - chance, total * total - chance);
  const metrics = {
    accuracy: ratio(right, total),
    macroF1: ratio(sumOrUndefined(averaged), averaged.length),
    kappa,
    classes: Object.fromEntries(classes.map((name, i) => [name, each[i]!])),
  };
  const [s, v] = [each[classes.indexOf("S")], each[classes.indexOf("V")]];
  return s === undefined || v === undefined ? metrics : { ...metrics, jKappa: jKappaIndex(kappa, [s, v]) };
}

function jKappaIndex(kappa: Measured, ectopic: readonly ClassMetrics[]): Measured {
  const j = sumOrUndefined(ectopic.flatMap((metrics) => [metrics.sensitivity, metrics.positivePredictivity]));
  return kappa === undefined || j === undefined ? undefined : kappa / 2 + j / 8;
}

function checkSquare(confusion: ConfusionMatrix, classes: readonly string[]): void {
  const size = classes.length;
  const lengths = [confusion.length, ...confusion.map((row) => row.length)];
  if (lengths.some((length) => length !== size)) {
    throw new UserError(
      `Cannot measure a confusion matrix: expected ${size} × ${size} counts (${classes.join(", ")}), ` +
        `found ${confusion.length} rows of ${lengths.slice(1).join(", ") || "nothing"}`,
    );
  }
  const bad = confusion.flat().find((count) => !(count >= 0 && count < Infinity));
  if (bad !== undefined) {
    throw new UserError(`Cannot measure a confusion matrix: expected counts of 0 or more, found ${bad}`);
  }
}

function ratio(part: Measured, whole: number): Measured {
  return part === undefined || whole === 0 ? undefined : part / whole;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function sumOrUndefined(values: readonly Measured[]): Measured {
  return values.reduce<Measured>(
    (sum, value) => (sum === undefined || value === undefined ? undefined : sum + value),
    0,
  );
}

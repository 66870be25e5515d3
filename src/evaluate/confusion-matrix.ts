import { UserError } from "../core/index.ts";

/** Counts [truth, predicted]: row i holds the beats whose true class is i. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * Counts how often each true class got each predicted one. `truth` and `predicted` hold class numbers 0 … classCount − 1,
 * beat by beat; rows of the result are the truth. A number out of range or lists of different length are a
 * {@link UserError}: nothing is skipped silently.
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classCount: number,
): number[][] {
  checkSameLength("count a confusion matrix", { truth: truth.length, predicted: predicted.length });
  const matrix = zeroMatrix(classCount);
  for (let i = 0; i < truth.length; i++) {
    const row = classAt(truth, i, { classCount, name: "true" });
    const column = classAt(predicted, i, { classCount, name: "predicted" });
    matrix[row]![column]! += 1;
  }
  return matrix;
}

/** The sum of several matrices of one size, such as those of the folds; all zeros where there are none. */
export function addConfusions(matrices: readonly ConfusionMatrix[], classCount: number): number[][] {
  const sum = zeroMatrix(classCount);
  for (const matrix of matrices) {
    for (let i = 0; i < classCount; i++) {
      for (let j = 0; j < classCount; j++) sum[i]![j]! += matrix[i]?.[j] ?? 0;
    }
  }
  return sum;
}

/** Each row divided by its sum: what became of the beats of a true class. `undefined` in a row without beats. */
export function normaliseRows(matrix: ConfusionMatrix): (number | undefined)[][] {
  return matrix.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? undefined : count / total));
  });
}

/** A UserError where lists that go together differ in length. */
export function checkSameLength(task: string, lengths: Readonly<Record<string, number>>): void {
  if (new Set(Object.values(lengths)).size > 1) {
    const found = Object.entries(lengths).map(([name, length]) => `${length} ${name}`);
    throw new UserError(`Cannot ${task}: expected lists of one length, found ${found.join(", ")}`);
  }
}

function zeroMatrix(classCount: number): number[][] {
  return Array.from({ length: classCount }, () => Array.from({ length: classCount }, () => 0));
}

function classAt(
  classes: ArrayLike<number>,
  at: number,
  { classCount, name }: { readonly classCount: number; readonly name: string },
): number {
  const found = classes[at]!;
  if (Number.isInteger(found) && found >= 0 && found < classCount) return found;
  throw new UserError(
    `Cannot count a confusion matrix: expected ${name} classes 0 … ${classCount - 1}, found ${found} at beat ${at}`,
  );
}

/** A patient, and how many beats of each class. */
export interface PatientCounts {
  readonly id: string;
  /** [class] */
  readonly counts: readonly number[];
}

/**
 * Parts patients into folds so that those rich in a class are spread: sorted by its beats (then by those of the next
 * class named, then by name) and dealt to and fro, 1 2 3 3 2 1 1 2 ….
 */
export function patientFolds(
  patients: readonly PatientCounts[],
  { folds, spread }: { readonly folds: number; readonly spread: readonly number[] },
): string[][] {
  const sorted = patients.toSorted((a, b) => {
    for (const label of spread) {
      const difference = (b.counts[label] ?? 0) - (a.counts[label] ?? 0);
      if (difference !== 0) return difference;
    }
    return a.id < b.id ? -1 : 1;
  });
  const parts = Array.from({ length: folds }, (): string[] => []);
  sorted.forEach(({ id }, i) => {
    const turn = i % (2 * folds);
    parts[turn < folds ? turn : 2 * folds - 1 - turn]!.push(id);
  });
  return parts;
}

import type { Fold, Splittable } from "./split.ts";

/** The persons with examples in the training or validation part and in the test part of a fold. */
export function patientsOnBothSides(set: Splittable, { train, validation, test }: Fold): string[] {
  const patientOf = (example: number) => set.records[set.recordOf[example]!]!.patientId;
  const learnt = new Set<string>();
  for (const part of [train, validation]) for (const example of part) learnt.add(patientOf(example));
  const tested = new Set(Array.from(test, patientOf));
  return [...tested].filter((patient) => learnt.has(patient));
}

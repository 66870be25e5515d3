import { UserError } from "../../core/errors.ts";
import { createRandom } from "../../core/random.ts";
import { type Split, type Splittable, classesOf } from "./split.ts";

export interface PatientSplitOptions {
  readonly name: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Share of the training examples, by class as nearly as whole patients allow, that is set aside for validation. */
  readonly validation: number;
  readonly seed: number;
}

/**
 * Inter-patient split by record lists, with whole patients of the training part held out for validation.
 * A person with records in both lists is not moved (the lists are published as they are) but declared as leakage.
 * @throws UserError where a listed record is missing from the set: a partial split would not be the published one.
 */
export function patientSplit(set: Splittable, { name, train, test, validation, seed }: PatientSplitOptions): Split {
  const missing = [...train, ...test].filter((id) => !set.records.some((record) => record.id === id));
  if (missing.length > 0) {
    throw new UserError(`Cannot make split ${name}: expected records ${missing.join(", ")}, found none of these.`);
  }
  const examplesOf = (ids: readonly string[]) => {
    const wanted = new Set(ids.map((id) => set.records.findIndex((record) => record.id === id)));
    return examplesWhere(set, (example) => wanted.has(set.recordOf[example]!));
  };
  const trainExamples = examplesOf(train);
  const heldOut = holdOutPatients(set, trainExamples, { share: validation, seed });
  const patientOf = (example: number) => set.records[set.recordOf[example]!]!.patientId;
  return {
    name,
    description:
      `Inter-patient: ${train.length} records train, ${test.length} others test; ` +
      `validation on ${heldOut.size} training patients held out (${[...heldOut].sort().join(", ")}).`,
    leakage: sharedPatients(set, { train, test }),
    // A record is one recording.
    bootstrapUnit: set.unit === "recording" ? "recording" : "record",
    folds: [
      {
        name,
        train: trainExamples.filter((example) => !heldOut.has(patientOf(example))),
        validation: trainExamples.filter((example) => heldOut.has(patientOf(example))),
        test: examplesOf(test),
      },
    ],
  };
}

/**
 * Chooses whole patients whose examples come nearest to `share` of every class: the best of 2,000 seeded draws.
 * The distance is the sum over classes of |share found − share wanted|.
 */
function holdOutPatients(set: Splittable, examples: Int32Array, options: { share: number; seed: number }): Set<string> {
  const { share, seed } = options;
  if (share === 0) return new Set();
  const random = createRandom(`patient-split/${seed}`);
  const countsOf = new Map<string, number[]>();
  const total = set.classes.map(() => 0);
  for (const example of examples) {
    const patient = set.records[set.recordOf[example]!]!.patientId;
    const counts = countsOf.get(patient) ?? set.classes.map(() => 0);
    countsOf.set(patient, counts);
    for (const label of classesOf(set, example)) {
      counts[label]!++;
      total[label]!++;
    }
  }
  const patients = [...countsOf.keys()].sort();
  const size = Math.min(patients.length - 1, Math.max(1, Math.round(patients.length * share)));
  let best: { distance: number; chosen: string[] } | undefined;
  for (let draw = 0; draw < 2000; draw++) {
    const chosen = random.shuffle([...patients]).slice(0, size);
    const distance = total.reduce((sum, all, label) => {
      const held = chosen.reduce((held, patient) => held + countsOf.get(patient)![label]!, 0);
      return sum + (all === 0 ? 0 : Math.abs(held / all - share));
    }, 0);
    if (best === undefined || distance < best.distance) best = { distance, chosen };
  }
  return new Set(best?.chosen);
}

function sharedPatients(set: Splittable, lists: { train: readonly string[]; test: readonly string[] }): string[] {
  const patientOf = (id: string) => set.records.find((record) => record.id === id)?.patientId ?? id;
  return lists.train.flatMap((trainId) =>
    lists.test
      .filter((testId) => patientOf(testId) === patientOf(trainId))
      .map((testId) => `Records ${trainId} (training) and ${testId} (test) are of the same person.`),
  );
}

function examplesWhere(set: Splittable, keep: (example: number) => boolean): Int32Array {
  const kept: number[] = [];
  for (let example = 0; example < set.size; example++) if (keep(example)) kept.push(example);
  return Int32Array.from(kept);
}

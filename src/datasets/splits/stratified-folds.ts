import { createRandom } from "../../core/random.ts";
import { UserError } from "../../core/errors.ts";
import { checkGroupCount } from "./check-group-count.ts";
import { iterativeStratification } from "./iterative-stratification.ts";
import { patientsOnBothSides } from "./shared-patients.ts";
import { type Fold, type Split, type Splittable, classesOf, countClasses } from "./split.ts";

export interface StratifiedFoldsOptions {
  readonly folds: number;
  /** Share of each fold's training examples that is set aside for validation, also by class. */
  readonly validation: number;
  readonly seed: number;
  /** Keeps all examples of a record, or of a person, in one part; absent: each example goes its own way. */
  readonly together?: "record" | "patient" | undefined;
  /** Records that stay in one part although they are not of one person, such as identical ones. */
  readonly groups?: readonly (readonly string[])[] | undefined;
}

/**
 * Stratified k-fold over examples; every one is tested once. Single classes without groups: each class is shuffled and dealt to the folds
 * in turn, so that fold sizes differ by at most one example per class. With groups, or several classes each: see `iterativeStratification`.
 */
export function stratifiedFolds(set: Splittable, options: StratifiedFoldsOptions): Split {
  const { folds, validation, together, groups = [] } = options;
  const { unit = "beat" } = set;
  checkClassSizes(set, folds);
  const plain = set.labels !== undefined && together === undefined && groups.length === 0;
  const made = plain ? dealtFolds(set, options) : groupedFolds(set, options);
  const kept = together === undefined ? "" : `, all of a ${together} in one part`;
  const apart = groups.length === 0 ? "" : `, ${groups.map((group) => group.join(" and ")).join("; ")} kept together`;
  const start = together !== undefined || unit === "recording" ? "Stratified" : "Intra-patient: stratified";
  return {
    name: `stratified-${folds}-fold`,
    description: `${start} ${folds}-fold over ${unit}s${kept}${apart}, ${percent(validation)} of each training part held out for validation.`,
    leakage: leakageOf(set, made),
    bootstrapUnit: together ?? unit,
    folds: made,
  };
}

/** As far as the set says who was recorded. */
function leakageOf(set: Splittable, folds: readonly Fold[]): string[] {
  const { unit = "beat" } = set;
  const shared = folds.some((fold) => patientsOnBothSides(set, fold).length > 0);
  if (!shared) return [];
  const what = unit === "recording" ? "Recordings" : unit === "beat" ? "Beats" : "Segments";
  return [
    `${what} of the same person are in the training and the test part: optimistic by construction, no estimate for a new patient.`,
  ];
}

function checkClassSizes(set: Splittable, folds: number): void {
  const counts = countClasses(
    set,
    Int32Array.from({ length: set.size }, (_, example) => example),
  );
  counts.forEach((count, label) => {
    if (count === 0 || count >= folds) return;
    throw new UserError(
      `Cannot split into ${folds} folds: expected at least ${folds} ${set.unit ?? "beat"}s of class ${set.classes[label]}, found ${count}.`,
    );
  });
}

function dealtFolds(set: Splittable, { folds, validation, seed }: StratifiedFoldsOptions): Fold[] {
  const random = createRandom(`stratified-folds/${seed}`);
  const byClass = set.classes.map((): number[] => []);
  for (let example = 0; example < set.size; example++) byClass[set.labels![example]!]!.push(example);
  const foldOf = new Uint8Array(set.size);
  let next = 0;
  for (const examples of byClass) for (const example of random.shuffle(examples)) foldOf[example] = next++ % folds;
  return Array.from({ length: folds }, (_, fold) => {
    const parts = { train: [] as number[], validation: [] as number[], test: [] as number[] };
    for (const examples of byClass) {
      const rest: number[] = [];
      for (const example of examples) (foldOf[example] === fold ? parts.test : rest).push(example);
      // They are in shuffled order already, so the first ones are a random choice.
      const heldOut = Math.round(rest.length * validation);
      parts.validation.push(...rest.slice(0, heldOut));
      parts.train.push(...rest.slice(heldOut));
    }
    return namedFold(fold, parts);
  });
}

function groupedFolds(set: Splittable, options: StratifiedFoldsOptions): Fold[] {
  const { folds, validation, seed, together } = options;
  const { unit = "beat" } = set;
  const groupOf = groupsOf(set, options);
  const countGroups = (examples: Int32Array) => new Set(Array.from(examples, groupOf)).size;
  const itemOf = (example: number) => ({
    group: groupOf(example),
    labels: classesOf(set, example).map((label) => set.classes[label]!),
  });
  const all = Int32Array.from({ length: set.size }, (_, example) => example);
  const total = countGroups(all);
  checkGroupCount(total, { unit, folds, together, total });
  const foldOf = iterativeStratification(Array.from(all, itemOf), { folds, seed });
  return Array.from({ length: folds }, (_, fold) => {
    const rest = all.filter((example) => foldOf[example] !== fold + 1);
    checkGroupCount(countGroups(rest), { unit, folds, together, total, trainingOf: fold + 1 });
    const held = iterativeStratification(Array.from(rest, itemOf), {
      folds: 2,
      shares: [validation, 1 - validation],
      seed: `${seed}/validation/${fold + 1}`,
    });
    return namedFold(fold, {
      train: rest.filter((_, place) => held[place] === 2),
      validation: rest.filter((_, place) => held[place] === 1),
      test: all.filter((example) => foldOf[example] === fold + 1),
    });
  });
}

/** What each example is kept together with. */
function groupsOf(set: Splittable, { together, groups = [] }: StratifiedFoldsOptions): (example: number) => string {
  const known = new Set(set.records.map(({ id }) => id));
  const missing = groups.flat().filter((id) => !known.has(id));
  if (missing.length > 0) {
    throw new UserError(`Cannot keep ${missing.join(", ")} together with others: no such record is in the set.`);
  }
  const ofRecord = (record: Splittable["records"][number]) => (together === "patient" ? record.patientId : record.id);
  // Records of a group, and all that they are kept together with, have one name.
  const named = new Map<string, string>();
  for (const group of groups) {
    const keys = group.map((id) => ofRecord(set.records.find((record) => record.id === id)!));
    for (const key of keys) named.set(key, keys[0]!);
  }
  const inGroup = new Set(groups.flat());
  return (example) => {
    const record = set.records[set.recordOf[example]!]!;
    if (together === undefined && !inGroup.has(record.id)) return String(example);
    const key = ofRecord(record);
    return `record ${named.get(key) ?? key}`;
  };
}

function namedFold(fold: number, parts: Record<"train" | "validation" | "test", ArrayLike<number>>): Fold {
  const ascending = (examples: ArrayLike<number>) => Int32Array.from(examples).sort();
  return {
    name: `fold ${fold + 1}`,
    train: ascending(parts.train),
    validation: ascending(parts.validation),
    test: ascending(parts.test),
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

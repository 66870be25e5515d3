import { createRandom } from "../../core/random.ts";
import { UserError } from "../../core/errors.ts";
import type { Fold, Split, Splittable } from "./split.ts";

export interface StratifiedFoldsOptions {
  readonly folds: number;
  /** Share of each fold's training beats that is set aside for validation, also by class. */
  readonly validation: number;
  readonly seed: number;
}

/**
 * Stratified k-fold over beats: each class is shuffled and dealt to the folds in turn, so that fold sizes differ by at
 * most one beat per class. Every beat is tested once.
 */
export function stratifiedFolds(set: Splittable, { folds, validation, seed }: StratifiedFoldsOptions): Split {
  const random = createRandom(`stratified-folds/${seed}`);
  const byClass = set.classes.map((): number[] => []);
  for (let beat = 0; beat < set.size; beat++) byClass[set.labels[beat]!]!.push(beat);
  const foldOf = new Uint8Array(set.size);
  let next = 0;
  byClass.forEach((beats, index) => {
    if (beats.length > 0 && beats.length < folds) {
      throw new UserError(
        `Cannot split into ${folds} folds: expected at least ${folds} beats of class ${set.classes[index]}, found ${beats.length}.`,
      );
    }
    for (const beat of random.shuffle(beats)) foldOf[beat] = next++ % folds;
  });
  return {
    name: `stratified-${folds}-fold`,
    description: `Intra-patient: stratified ${folds}-fold over beats, ${percent(validation)} of each training part held out for validation.`,
    leakage: [
      "Beats of the same person are in the training and the test part: optimistic by construction, no estimate for a new patient.",
    ],
    bootstrapUnit: "beat",
    folds: Array.from({ length: folds }, (_, fold) => oneFold(byClass, { foldOf, fold, validation })),
  };
}

function oneFold(
  byClass: readonly (readonly number[])[],
  { foldOf, fold, validation }: { foldOf: Uint8Array; fold: number; validation: number },
): Fold {
  const parts = { train: [] as number[], validation: [] as number[], test: [] as number[] };
  for (const beats of byClass) {
    const rest: number[] = [];
    for (const beat of beats) (foldOf[beat] === fold ? parts.test : rest).push(beat);
    // `beats` is in shuffled order already, so the first ones are a random choice.
    const heldOut = Math.round(rest.length * validation);
    parts.validation.push(...rest.slice(0, heldOut));
    parts.train.push(...rest.slice(heldOut));
  }
  const ascending = (beats: number[]) => Int32Array.from(beats).sort();
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

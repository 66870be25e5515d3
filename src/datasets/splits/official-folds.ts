import { UserError } from "../../core/errors.ts";
import { patientsOnBothSides } from "./shared-patients.ts";
import { type Fold, type Split, type Splittable, countOf } from "./split.ts";

export interface OfficialFoldsOptions {
  /** The dataset's folds, from 1, that each part is made of. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/**
 * The dataset's own folds, one split of them.
 * @throws UserError where the dataset has none, a fold is used twice, or a part has no example.
 */
export function officialFolds(set: Splittable, options: OfficialFoldsOptions): Split {
  const parts = ["train", "validation", "test"] as const;
  const used = parts.flatMap((part) => options[part]);
  const twice = used.find((fold, index) => used.indexOf(fold) < index);
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot split by the dataset's own folds: expected ${wanted}, found ${found}.`);
  if (twice !== undefined) throw mistake("each fold in one part", `fold ${twice} in two`);
  if (set.records.every(({ fold }) => fold === undefined)) throw mistake("a dataset that has them", "none");
  const examplesOf = (folds: readonly number[]) =>
    Int32Array.from({ length: set.size }, (_, example) => example).filter((example) => {
      const { fold } = set.records[set.recordOf[example]!]!;
      return fold !== undefined && folds.includes(fold);
    });
  const list = (folds: readonly number[]) => folds.join(", ");
  for (const part of parts) {
    if (examplesOf(options[part]).length > 0) continue;
    throw mistake(`${set.unit ?? "beat"}s in fold ${list(options[part])} (${part})`, "none");
  }
  const fold: Fold = {
    name: `test fold ${list(options.test)}`,
    train: examplesOf(options.train),
    validation: examplesOf(options.validation),
    test: examplesOf(options.test),
  };
  const shared = patientsOnBothSides(set, fold);
  return {
    name: "official-folds",
    description: `The dataset's own folds: ${list(options.train)} train, ${list(options.validation)} validation, ${list(options.test)} test.`,
    leakage:
      shared.length === 0
        ? []
        : [
            `${countOf(shared.length, "person")} of the test part have other ${set.unit ?? "beat"}s in the training part.`,
          ],
    bootstrapUnit: set.unit ?? "beat",
    folds: [fold],
  };
}

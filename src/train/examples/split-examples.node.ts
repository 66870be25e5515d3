import type { Split, Splittable } from "../../datasets/index.ts";
import { officialFolds, patientSplit, stratifiedFolds } from "../../datasets/index.ts";
import type { SplitSettings } from "../recipe/recipe.ts";

type Splitter<Kind extends SplitSettings["kind"]> = (
  set: Splittable,
  settings: Extract<SplitSettings, { kind: Kind }>,
) => Split;

/** Every kind of split that a recipe can name. */
const splitters: { readonly [Kind in SplitSettings["kind"]]: Splitter<Kind> } = {
  "stratified-folds": stratifiedFolds,
  "official-folds": officialFolds,
  patients: patientSplit,
};

/** Parts examples as a recipe or a card says. */
export function splitExamples(set: Splittable, split: SplitSettings): Split {
  return (splitters[split.kind] as Splitter<SplitSettings["kind"]>)(set, split);
}

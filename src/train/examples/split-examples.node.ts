import type { Split, Splittable } from "../../datasets/index.ts";
import { officialFolds, patientSplit, stratifiedFolds } from "../../datasets/index.ts";
import type { SplitSettings } from "../recipe/recipe.ts";

type Splitter<Kind extends SplitSettings["kind"]> = (
  set: Splittable,
  settings: Extract<SplitSettings, { kind: Kind }>,
) => Split;

/** Every kind of split that a recipe can name. */
const splitters: { readonly [Kind in SplitSettings["kind"]]: Splitter<Kind> } = {
  "stratified-folds": (set, settings) => stratifiedFolds(set, { ...settings, groups: groupsAtHand(set, settings) }),
  "official-folds": officialFolds,
  patients: patientSplit,
};

/** Parts examples as a recipe or a card says. */
export function splitExamples(set: Splittable, split: SplitSettings): Split {
  return (splitters[split.kind] as Splitter<SplitSettings["kind"]>)(set, split);
}

/** The groups without the records that this copy lacks or the recipe leaves out; one that is left alone is no group. */
function groupsAtHand(
  { records }: Splittable,
  { groups = [] }: Extract<SplitSettings, { kind: "stratified-folds" }>,
): readonly (readonly string[])[] {
  const present = new Set(records.map(({ id }) => id));
  return groups.map((group) => group.filter((id) => present.has(id))).filter(({ length }) => length > 1);
}

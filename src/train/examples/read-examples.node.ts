import { UserError } from "../../core/errors.ts";
import { type LocatedDataset, type Split, countClasses } from "../../datasets/index.ts";
import type { Architecture } from "../../models/index.ts";
import { checkClassNames } from "../fit/class-names.ts";
import { lossOf } from "../program/losses/index.ts";
import type { ExampleRecipe, Recipe } from "../recipe/recipe.ts";
import { splitExamples } from "./split-examples.node.ts";
import { traceTraining } from "../program/training-graph.ts";
import { stagesOf } from "../fit/training-settings.ts";
import type { ExampleEvent, LoadedExamples } from "./example-kind.node.ts";
import { type OpenedSource, sourceOfRecipe } from "./example-kinds.node.ts";
import type { ExampleSet } from "./example-set.node.ts";

/** A recipe's examples, read and parted. */
export interface RecipeExamples extends LoadedExamples {
  readonly split: Split;
}

/**
 * What can be known to be wrong before a signal is read or anything is written: the labels, the net, its settings and sizes, the
 * training, the records.
 */
export async function openRecipe(
  recipe: Recipe,
  { dataset, architecture }: { readonly dataset: LocatedDataset; readonly architecture: Architecture },
): Promise<OpenedSource> {
  const { model, training } = recipe;
  const source = await openSource(recipe, dataset);
  const { classes, input, labelling } = source;
  checkClassNames(training, classes);
  if (labelling === "several" && lossOf(training.loss).link(training.loss) === "softmax") {
    throw new UserError(
      `Cannot train on examples of several classes each: expected a loss for each class alone, such as ` +
        `"loss": { "name": "binary-cross-entropy" }, found ${training.loss.name}, which takes the classes to exclude each other.`,
    );
  }
  for (const stage of stagesOf(training)) {
    traceTraining({
      ...stage,
      architecture,
      settings: model.settings,
      shardSize: 1,
      parts: 1,
      ...input,
      classCount: classes.length,
    });
  }
  return source;
}

/** The examples of a recipe, which need not have a training, before a signal is read: labels and records. */
export async function openSource(recipe: ExampleRecipe, dataset: LocatedDataset): Promise<OpenedSource> {
  const { dataset: asked, split } = recipe;
  const refuseUnknown = (names: readonly string[], what: (names: string) => string) => {
    const unknown = names.filter((name) => !dataset.recordNames.includes(name) && dataset.lacks?.(name) !== true);
    if (unknown.length === 0) return;
    throw new UserError(`Cannot ${what(unknown.join(", "))}: dataset ${dataset.name} has no such record.`);
  };
  refuseUnknown(asked.without, (names) => `leave out ${names}`);
  const groups = split.kind === "stratified-folds" ? (split.groups ?? []) : [];
  refuseUnknown(groups.flat(), (names) => `keep ${names} together with others`);
  return sourceOfRecipe(recipe).open(dataset);
}

/** Reads a recipe's recordings, cuts and labels its examples and parts them. */
export async function* readRecipeExamples(
  recipe: ExampleRecipe,
  { dataset, source }: { readonly dataset: LocatedDataset; readonly source: OpenedSource },
): AsyncGenerator<ExampleEvent, RecipeExamples> {
  const recordNames = dataset.recordNames.filter((name) => !recipe.dataset.without.includes(name));
  const { examples, data } = yield* source.read({ recordNames, unusable: "refuse" });
  const { unit, size, classes } = examples;
  if (size === 0) {
    throw new UserError(
      `Cannot train: expected ${unit}s of ${classes.join(", ")} in dataset ${dataset.name}, found none.`,
    );
  }
  yield { kind: "examples", unit, count: size, byClass: classCounts(examples) };
  return { data, examples, split: splitExamples(examples, recipe.split) };
}

/** How many of some examples have each class; of all where none are given. */
export function classCounts(
  examples: ExampleSet,
  rows: ArrayLike<number> = Int32Array.from({ length: examples.size }, (_, row) => row),
): Record<string, number> {
  const counts = countClasses(examples, rows);
  return Object.fromEntries(examples.classes.map((name, label) => [name, counts[label]!]));
}

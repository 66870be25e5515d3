import { checkDevice } from "../../core/check-device.node.ts";
import type { Device } from "../../core/device.ts";
import { UserError } from "../../core/errors.ts";
import type { LocatedDataset } from "../../datasets/index.ts";
import type { Architecture } from "../../models/index.ts";
import { type FindRateOptions, type RateSearch, findRate } from "../fit/find-rate.ts";
import { type ExampleEvent, openRecipe, readRecipeExamples } from "../examples/index.node.ts";
import { scaleForFold } from "./fold-scaling.node.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { buildFold, openFold } from "./train-fold.node.ts";
import { stagesOf } from "../fit/training-settings.ts";

export interface FindRecipeRateOptions extends Pick<FindRateOptions, "from" | "to" | "steps" | "signal" | "onStep"> {
  readonly dataset: LocatedDataset;
  readonly architecture: Architecture;
  /** From 1. */
  readonly fold: number;
  /** Where it is computed; "cpu" unless asked otherwise. */
  readonly device?: Device;
}

export type RateEvent = ExampleEvent | { readonly kind: "end"; readonly fold: string; readonly search: RateSearch };

/** The learning-rate range test for a recipe, on the training part of one of its folds. */
export async function* findRecipeRate(
  recipe: Recipe,
  { dataset, architecture, fold: number, device = "cpu", ...options }: FindRecipeRateOptions,
): AsyncGenerator<RateEvent, void> {
  await checkDevice(device);
  const source = await openRecipe(recipe, { dataset, architecture });
  const { data: unscaled, examples, split } = yield* readRecipeExamples(recipe, { dataset, source });
  const fold = split.folds[number - 1];
  if (fold === undefined) {
    throw new UserError(`Cannot find a learning rate: expected a fold of 1 to ${split.folds.length}, found ${number}.`);
  }
  const data = scaleForFold(unscaled, { examples, train: fold.train });
  const built = buildFold({ recipe, architecture, examples, device });
  const replicas = await openFold(built, { recipe, number, data, device });
  try {
    const search = await findRate({
      ...options,
      replicas,
      data,
      classes: examples.classes,
      train: fold.train,
      training: stagesOf(recipe.training)[0]!,
      seed: recipe.seed * 1000 + number,
    });
    yield { kind: "end", fold: fold.name, search };
  } finally {
    await replicas.close();
  }
}

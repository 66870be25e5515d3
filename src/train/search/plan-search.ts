import { UserError } from "../../core/errors.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { type TrialValues, gridTrials, randomTrials } from "./draw-trials.ts";
import { type Rung, halvingRungs } from "./halving-rungs.ts";
import type { SearchSpace } from "./search-space.ts";

export const searchMethods = ["grid", "random", "halving"] as const;

export type SearchMethod = (typeof searchMethods)[number];

export interface SearchSettings {
  readonly space: SearchSpace;
  readonly method: SearchMethod;
  /** How many are drawn; a grid tries all of its own. */
  readonly trials: number;
  /** Which are drawn. */
  readonly seed: number;
  /** One of so many goes into the next round of halving, for so many times the epochs. */
  readonly reduction: number;
  /** Whose training and validation parts are taken, from 1. */
  readonly fold: number;
}

/** The recipe with changes of the form `training.epochs=3`. @throws UserError where it can't be used then. */
export type RecipeWith = (changes: readonly string[]) => Promise<Recipe>;

export interface PlannedTrial {
  /** From 1. */
  readonly number: number;
  readonly values: TrialValues;
  /** The recipe with these values, or why it can't be. */
  readonly recipe: Recipe | { readonly problem: string };
}

/** Everything that a search is going to do; the same for the same settings. */
export interface SearchPlan {
  readonly recipe: Recipe;
  readonly settings: SearchSettings;
  readonly trials: readonly PlannedTrial[];
  /** One round, but for halving. */
  readonly rungs: readonly Rung[];
}

/**
 * Lays out a search before anything is trained.
 * @throws UserError where a value of the space does not fit the recipe, whatever goes with it.
 */
export async function planSearch(recipeWith: RecipeWith, settings: SearchSettings): Promise<SearchPlan> {
  const { space, method } = settings;
  const recipe = await recipeWith([]);
  const { epochs } = recipe.training;
  if (method === "halving" && "training.epochs" in space) {
    throw new UserError(
      "Cannot search by halving: expected the same training.epochs in all trials, found it in the space; it decides how long each is trained.",
    );
  }
  const drawn = method === "grid" ? gridTrials(space) : randomTrials(space, settings);
  const trials: PlannedTrial[] = [];
  for (const [index, values] of drawn.entries()) {
    trials.push({ number: index + 1, values, recipe: await tried(recipeWith, values) });
  }
  await checkValues(recipeWith, trials);
  const rungs =
    method === "halving"
      ? halvingRungs({ trials: trials.length, epochs, reduction: settings.reduction })
      : [{ epochs: Infinity, trials: trials.length }];
  return { recipe, settings, trials, rungs };
}

/** A change of a recipe as `parseRecipe` takes it. */
export function changeOf([key, value]: readonly [string, unknown]): string {
  return `${key}=${JSON.stringify(value)}`;
}

async function tried(recipeWith: RecipeWith, values: TrialValues): Promise<PlannedTrial["recipe"]> {
  try {
    return await recipeWith(Object.entries(values).map(changeOf));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { problem: error.message };
  }
}

/** A value that fits neither alone nor beside any others is a mistake in the space; other trials that don't fit are merely failed ones. */
async function checkValues(recipeWith: RecipeWith, trials: readonly PlannedTrial[]): Promise<void> {
  const bad = trials.filter(({ recipe }) => "problem" in recipe);
  const checked = new Set<string>();
  for (const entry of bad.flatMap(({ values }) => Object.entries(values))) {
    const change = changeOf(entry);
    const isFine = trials.some(({ recipe, values }) => !("problem" in recipe) && Object.is(values[entry[0]], entry[1]));
    if (isFine || checked.has(change)) continue;
    checked.add(change);
    const alone = await tried(recipeWith, Object.fromEntries([entry]));
    if ("problem" in alone) throw new UserError(`Cannot search over ${entry[0]}: ${alone.problem}`);
  }
}

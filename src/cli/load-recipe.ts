import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { UserError } from "../core/errors.ts";
import { type LoadedArchitecture, loadArchitecture } from "../models/index.node.ts";
import { type AnyRecipe, type Recipe, checkRecipe, parseAnyRecipe, requireTraining } from "../train/index.ts";
import { shippedRecipes } from "./shipped-recipes.ts";

export interface LoadRecipeOptions {
  readonly cwd: string;
  /** `key=value`, see `parseRecipe`. */
  readonly changes: readonly string[];
}

/** A recipe with what lies beside it. */
export interface LoadedRecipe<Kind extends AnyRecipe = AnyRecipe> {
  readonly recipe: Kind;
  /** Its folder, which paths in it are relative to. */
  readonly directory: string;
}

/** A recipe by its shipped name, or from a file. */
export async function loadRecipe(nameOrFile: string, { cwd, changes }: LoadRecipeOptions): Promise<LoadedRecipe> {
  const shipped = await shippedRecipes();
  const found = shipped.find(({ name }) => name === nameOrFile);
  if (found !== undefined) {
    return inFolder(checkRecipe(await found.read(), { file: nameOrFile, changes }), dirname(found.file));
  }
  const file = resolve(cwd, nameOrFile);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const names = shipped.filter(({ family }) => family === undefined).map(({ name }) => name);
    const families = new Set(shipped.flatMap(({ family }) => family ?? []));
    throw new UserError(
      `Cannot find recipe "${nameOrFile}": expected a file, or one of ${[...names, ...families].join(", ")} ` +
        "(einthoven recipes list shows all names); found neither.",
    );
  }
  return inFolder(parseAnyRecipe(text, { file: nameOrFile, changes }), dirname(file));
}

/** {@link loadRecipe} for one with a training. @throws UserError where it has none. */
export async function loadTrainedRecipe(nameOrFile: string, options: LoadRecipeOptions): Promise<LoadedRecipe<Recipe>> {
  const { recipe, directory } = await loadRecipe(nameOrFile, options);
  return { recipe: requireTraining(recipe, nameOrFile), directory };
}

/** The net that a recipe names; its module lies relative to the recipe's file. */
export async function loadRecipeModel({ recipe, directory }: LoadedRecipe<Recipe>): Promise<LoadedArchitecture> {
  return loadArchitecture(recipe.model.name, { directory });
}

/**
 * The model file whose weights a recipe starts from; `undefined` where it starts anew.
 * @param runs The folder that holds the runs of other recipes.
 */
export async function loadRecipeStart(
  { recipe, directory }: LoadedRecipe<Recipe>,
  runs: string,
): Promise<Uint8Array | undefined> {
  const { start } = recipe;
  if (start === undefined) return undefined;
  const path = start.run === undefined ? resolve(directory, start.model!) : join(runs, start.run, "model.onnx");
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const found = `expected a file at ${path}, found none`;
    if (start.run === undefined) throw new UserError(`Cannot start from model ${start.model}: ${found}.`);
    throw new UserError(
      `Cannot start from the run of ${start.run}: ${found}; run it first (einthoven run ${start.run} --out ${join(runs, start.run)}).`,
    );
  }
}

/** A folder of one's own lies relative to the recipe's file. */
function inFolder<Kind extends AnyRecipe>(recipe: Kind, directory: string): LoadedRecipe<Kind> {
  const { name, options } = recipe.dataset;
  if (name !== "folder" || typeof options["directory"] !== "string") return { recipe, directory };
  const absolute = { ...options, directory: resolve(directory, options["directory"]) };
  return { recipe: { ...recipe, dataset: { ...recipe.dataset, options: absolute } }, directory };
}

import { readFile, readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { UserError } from "../core/errors.ts";
import { type LoadedArchitecture, loadArchitecture } from "../models/index.node.ts";
import { type Recipe, parseRecipe } from "../train/index.ts";

const shipped = fileURLToPath(new URL("../../recipes", import.meta.url));

export interface LoadRecipeOptions {
  readonly cwd: string;
  /** `key=value`, see `parseRecipe`. */
  readonly changes: readonly string[];
}

/** Names of the recipes that come with the package. */
export async function recipeNames(): Promise<string[]> {
  const files = await readdir(shipped);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

function recipeFile(nameOrFile: string, { names, cwd }: { readonly names: readonly string[]; readonly cwd: string }) {
  return names.includes(nameOrFile) ? resolve(shipped, `${nameOrFile}.json`) : resolve(cwd, nameOrFile);
}

/** The net that a recipe names; its module lies relative to the recipe's file. */
export async function loadRecipeModel(
  recipe: Recipe,
  { nameOrFile, cwd }: { readonly nameOrFile: string; readonly cwd: string },
): Promise<LoadedArchitecture> {
  const file = recipeFile(nameOrFile, { names: await recipeNames(), cwd });
  return loadArchitecture(recipe.model.name, { directory: dirname(file) });
}

/** The model file whose weights a recipe starts from, relative to the recipe's; `undefined` where it starts anew. */
export async function loadRecipeStart(
  { start }: Recipe,
  { nameOrFile, cwd }: { readonly nameOrFile: string; readonly cwd: string },
): Promise<Uint8Array | undefined> {
  if (start === undefined) return undefined;
  const path = resolve(dirname(recipeFile(nameOrFile, { names: await recipeNames(), cwd })), start.model);
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError(`Cannot start from model ${start.model}: expected a file at ${path}, found none.`);
  }
}

/** A recipe by its shipped name, or from a file. */
export async function loadRecipe(nameOrFile: string, { cwd, changes }: LoadRecipeOptions): Promise<Recipe> {
  const names = await recipeNames();
  const file = recipeFile(nameOrFile, { names, cwd });
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError(
      `Cannot find recipe "${nameOrFile}": expected a file, or one of ${names.join(", ")}; found neither.`,
    );
  }
  return withAbsoluteFolder(parseRecipe(text, { file: nameOrFile, changes }), dirname(file));
}

/** A folder of one's own lies relative to the recipe's file. */
function withAbsoluteFolder(recipe: Recipe, base: string): Recipe {
  const { name, options } = recipe.dataset;
  if (name !== "folder" || typeof options["directory"] !== "string") return recipe;
  const directory = resolve(base, options["directory"]);
  return { ...recipe, dataset: { ...recipe.dataset, options: { ...options, directory } } };
}

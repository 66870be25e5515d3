import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { UserError } from "../core/errors.ts";
import { locateDataset } from "../datasets/index.ts";
import type { Report } from "../evaluate/index.ts";
import { type SequenceRecipe, parseSequenceRecipe, runSequenceRecipe } from "../train/index.node.ts";
import type { CliContext } from "./context.ts";
import { dataPlaces } from "./data-places.ts";
import type { ExecuteRecipeOptions } from "./execute-recipe.ts";
import { software } from "./software.ts";

const shipped = fileURLToPath(new URL("../../recipes/beat-sequence", import.meta.url));

/** A beat-sequence recipe by its shipped name, or from a file; `undefined` where there is no such one. */
export async function loadSequenceRecipe(
  nameOrFile: string,
  { cwd, changes }: { readonly cwd: string; readonly changes: readonly string[] },
): Promise<SequenceRecipe | undefined> {
  for (const path of [resolve(shipped, `${nameOrFile}.json`), resolve(cwd, nameOrFile)]) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) return parseSequenceRecipe(text, { file: nameOrFile, changes });
  }
  return undefined;
}

/** Runs a beat-sequence recipe with progress on stderr. */
export async function executeSequenceRecipe(
  recipe: SequenceRecipe,
  { directory, resume, device = "cpu", data }: Pick<ExecuteRecipeOptions, "directory" | "resume" | "device" | "data">,
  context: CliContext,
): Promise<Report> {
  if (device !== "cpu") throw new UserError(`Cannot train beat sequences on ${device}: expected cpu.`);
  return runSequenceRecipe(recipe, {
    dataset: await locateDataset(recipe.dataset.name, dataPlaces(data, context)),
    directory,
    resume,
    now: context.now,
    date: new Date().toISOString(),
    software: await software(),
    onNote: (message) => context.progress.note(message),
    signal: context.signal,
  });
}

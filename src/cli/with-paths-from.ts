import { extname, relative, resolve } from "node:path";

import type { Recipe } from "../train/index.ts";

/** A recipe for another folder: its model files are found from there too. */
export function withPathsFrom(recipe: Recipe, { from, to }: { readonly from: string; readonly to: string }): Recipe {
  const moved = (path: string) => relative(to, resolve(from, path));
  const { model, start } = recipe;
  // A net without an extension is one of the package's.
  const name = extname(model.name) === "" ? model.name : moved(model.name);
  return {
    ...recipe,
    model: { ...model, name },
    ...(start?.model === undefined ? {} : { start: { ...start, model: moved(start.model) } }),
  };
}

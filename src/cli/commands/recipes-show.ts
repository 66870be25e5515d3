import { argument, defineCommand, option } from "../command.ts";
import { loadRecipe } from "../load-recipe.ts";

export const recipesShowCommand = defineCommand({
  description:
    "Shows a recipe in full, as a run of it keeps it: a member of a family expanded, defaults filled in, changes of --set made. " +
    "Written to a file, it is a recipe of one's own.",
  arguments: { recipe: argument.one("a shipped recipe's name, or a recipe file") },
  options: { set: option.texts("--set <key=value>", "change a value of the recipe (may be repeated)") },
  examples: [
    { command: "recipes show ptbxl-super-resnet1d_wang", does: "shows it" },
    { command: "recipes show icbeb-lstm --set seed=2", does: "a copy with another seed" },
  ],
  run: async ({ recipe: name, set }, context) => {
    const { recipe } = await loadRecipe(name, { cwd: context.cwd, changes: set });
    context.result({ json: recipe, text: () => JSON.stringify(recipe, undefined, 2) });
  },
});

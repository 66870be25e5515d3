import { matchesPattern } from "../../core/matches-pattern.ts";
import { metricLabel, renderTextTable } from "../../evaluate/index.ts";
import { argument, defineCommand } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { datasetStates } from "../dataset-states.ts";
import { loadRecipe } from "../load-recipe.ts";
import { shippedRecipes } from "../shipped-recipes.ts";

export const recipesListCommand = defineCommand({
  description:
    "Shows the recipes that come with the package: their dataset and whether it is on this machine, and the published numbers that they are " +
    "held against. A recipe is a file of recipes/, or a member of a family there.",
  arguments: { pattern: argument.optional("only recipes of such names: 'ptbxl-super-*'") },
  options: { data: dataOption },
  examples: [
    { command: "recipes list", does: "shows all; so does: einthoven recipes" },
    { command: "recipes list 'icbeb-*' --json", does: "one family, as JSON" },
  ],
  run: async ({ pattern = "*", data }, context) => {
    const states = await datasetStates(data, context);
    const shipped = (await shippedRecipes()).filter(({ name }) => matchesPattern(name, pattern));
    const recipes = await Promise.all(
      shipped.map(async ({ name, family }) => {
        const { recipe } = await loadRecipe(name, { cwd: context.cwd, changes: [] });
        const { title, dataset, expected } = recipe;
        const { state = "absent" } = states.get(dataset.name) ?? {};
        return {
          name,
          title,
          ...(family === undefined ? {} : { family }),
          dataset: dataset.name,
          data: state,
          published: expected,
        };
      }),
    );
    context.result({
      json: recipes,
      text: () =>
        renderTextTable(
          {
            title: "Recipes",
            columns: ["name", "dataset", "data here", "published"].map((label) => ({ label, align: "left" as const })),
            rows: recipes.map(({ name, dataset, data, published }) => [
              name,
              dataset,
              data,
              published.map(({ metric, value }) => `${metricLabel(metric)} ${value}`).join(", ") || "–",
            ]),
            note: "One of them in full: einthoven recipes show NAME. Run it: einthoven run NAME",
          },
          { width: Math.max(context.columns, 400), colour: context.colour },
        ),
    });
  },
});

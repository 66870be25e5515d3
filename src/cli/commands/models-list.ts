import { renderTextTable } from "../../evaluate/report/text-table.ts";
import { architectures } from "../../models/index.ts";
import { defineCommand } from "../command.ts";
import { shippedCard, shippedModels } from "../shipped-models.ts";

export const modelsListCommand = defineCommand({
  description:
    "Shows the nets that a recipe can name, and the trained models that come with this package, which classify, evaluate and others take by " +
    "name. A recipe may also name a module with an own net: see models show.",
  arguments: {},
  options: {},
  examples: [{ command: "models list", does: "shows nets and models; so does: einthoven models" }],
  run: async (_, context) => {
    const nets = architectures.map(({ name, source }) => ({ name, source }));
    const shipped = await Promise.all(
      (await shippedModels()).map(async (model) => {
        const { task, title, training } = await shippedCard(model);
        return { name: model.name, task, title, recipe: training.recipe };
      }),
    );
    const table = (title: string, labels: readonly string[], rows: readonly (readonly string[])[], note: string) =>
      renderTextTable(
        { title, columns: labels.map((label) => ({ label, align: "left" as const })), rows, note },
        { width: Math.max(context.columns, 400), colour: context.colour },
      );
    context.result({
      json: { nets, shipped },
      text: () =>
        [
          table(
            "Nets",
            ["name", "source"],
            nets.map(({ name, source }) => [name, source]),
            "Layers, shapes and counts: einthoven models show NAME",
          ),
          table(
            "Trained models of this package",
            ["name", "classifies", "title", "recipe"],
            shipped.map(({ name, task, title, recipe }) => [name, task, title, recipe]),
            "Figures, data and limits: models/README.md. Use: einthoven classify RECORDING --model NAME",
          ),
        ].join("\n\n"),
    });
  },
});

import { renderTextTable } from "../../evaluate/report/text-table.ts";
import { architectures } from "../../models/index.ts";
import { defineCommand } from "../command.ts";

export const modelsListCommand = defineCommand({
  description:
    "Shows the nets that a recipe can name. A recipe may also name a module with an own net: see models show.",
  arguments: {},
  options: {},
  examples: [{ command: "models list", does: "shows the nets; so does: einthoven models" }],
  run: async (_, context) => {
    const models = architectures.map(({ name, source }) => ({ name, source }));
    context.result({
      json: models,
      text: () =>
        renderTextTable(
          {
            title: "Models",
            columns: [
              { label: "name", align: "left" },
              { label: "source", align: "left" },
            ],
            rows: models.map(({ name, source }) => [name, source]),
            note: "Layers, shapes and counts: einthoven models show NAME",
          },
          { width: Math.max(context.columns, 400), colour: context.colour },
        ),
    });
  },
});

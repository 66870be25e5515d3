import { join, relative, resolve } from "node:path";

import { renderReportText } from "../../evaluate/index.ts";
import { argument, defineCommand, option } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { deviceOption } from "../device-option.ts";
import { executeRecipe, openRecipeDataset } from "../execute-recipe.ts";
import { loadRecipe, loadRecipeModel, loadRecipeStart } from "../load-recipe.ts";
import { reportJson } from "../report-json.ts";
import { UsageError } from "../usage-error.ts";

export const runCommand = defineCommand({
  description:
    "Trains and evaluates what a recipe describes, and writes a folder with the report (report.html, report.md, report.json), " +
    "the model (model.onnx), each fold's predictions and the recipe itself. Ctrl-C or a kill leaves a run that --resume continues to the same result.",
  arguments: { recipe: argument.one("a shipped recipe's name, or a recipe file") },
  options: {
    data: dataOption,
    out: option.text("--out <dir>", "the run's folder (default: runs/<recipe>)"),
    set: option.texts("--set <key=value>", "change a value of the recipe: training.epochs=3 (may be repeated)"),
    resume: option.flag("--resume", "continue the run that the folder holds"),
    device: deviceOption,
    verbose: option.flag("--verbose", "also say which nodes of the net the device leaves to the CPU"),
  },
  examples: [
    { command: "run synthetic-multibranch", does: "everything on virtual patients, nothing to download" },
    { command: "run mitdb-multibranch-4class-5fold --data data", does: "five folds on MIT-BIH" },
    { command: "run my-recipe.json --set training.epochs=5 --out try1", does: "an own recipe, changed" },
  ],
  run: async ({ recipe: name, data, out, set, resume, device, verbose }, context) => {
    const wrong = set.find((change) => !/^[^=]+=/.test(change));
    if (wrong !== undefined) throw new UsageError(`expected --set <key=value>, found "${wrong}"`);
    const recipe = await loadRecipe(name, { cwd: context.cwd, changes: set });
    const model = await loadRecipeModel(recipe, { nameOrFile: name, cwd: context.cwd });
    const start = await loadRecipeStart(recipe, { nameOrFile: name, cwd: context.cwd });
    const directory = resolve(context.cwd, out ?? join("runs", recipe.name));
    const dataset = await openRecipeDataset(recipe, data, context);
    const report = await executeRecipe(
      recipe,
      { directory, resume, dataset, model, start, device, data, verbose },
      context,
    );
    context.result({
      json: reportJson(report),
      text: () =>
        `${renderReportText(report, { width: Math.min(context.columns, 120), colour: context.colour })}\n` +
        `Report, model and predictions: ${relative(context.cwd, directory) || "."}`,
    });
  },
});

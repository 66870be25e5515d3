import { extname, resolve } from "node:path";

import { writeFileWhole } from "../../core/write-file.node.ts";
import { renderRateSearchSvg } from "../../evaluate/index.ts";
import { findRecipeRate } from "../../train/index.node.ts";
import { argument, defineCommand, option } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { deviceOption } from "../device-option.ts";
import { openRecipeDataset } from "../execute-recipe.ts";
import { loadRecipeModel, loadTrainedRecipe } from "../load-recipe.ts";
import type { RunningTask } from "../progress.ts";
import { createRunProgress } from "../run-progress.ts";
import { UsageError } from "../usage-error.ts";

export const findRateCommand = defineCommand({
  description:
    "Looks for a learning rate (the range test of Smith 2017): trains a recipe's net on training rows while the rate rises from step to " +
    "step, until the loss explodes, and names the rate at which the loss falls most steeply. A plot of it can be written. Nothing is kept.",
  arguments: { recipe: argument.one("a shipped recipe's name, or a recipe file") },
  options: {
    out: option.text("--out <file>", "where to draw the loss over the rate: an .svg file (default: nowhere)"),
    from: option.number("--from <rate>", "the first rate (default: 1e-7)", { minimum: 1e-30 }),
    to: option.number("--to <rate>", "the last rate (default: 10)", { minimum: 1e-30 }),
    steps: option.number("--steps <n>", "updates at most (default: 100)", { minimum: 3, whole: true }),
    fold: option.number("--fold <n>", "whose training part (default: 1)", { minimum: 1, whole: true }),
    data: dataOption,
    set: option.texts("--set <key=value>", "change a value of the recipe: training.batch=128 (may be repeated)"),
    device: deviceOption,
  },
  examples: [
    { command: "find-rate synthetic-multibranch --out rate.svg", does: "on virtual patients, with a plot" },
    { command: "find-rate my-recipe.json --set training.optimizer.name=adamw", does: "for another optimizer" },
  ],
  run: async ({ recipe: name, out, from, to, steps, fold = 1, data, set, device }, context) => {
    const wrong = set.find((change) => !/^[^=]+=/.test(change));
    if (wrong !== undefined) throw new UsageError(`expected --set <key=value>, found "${wrong}"`);
    if (out !== undefined && extname(out).toLowerCase() !== ".svg") {
      throw new UsageError(`--out: expected a file that ends in .svg, found ${out}`);
    }
    if ((from ?? 1e-7) >= (to ?? 10)) throw new UsageError(`--to: expected more than --from, found ${to ?? 10}`);
    const loaded = await loadTrainedRecipe(name, { cwd: context.cwd, changes: set });
    const { recipe } = loaded;
    const { architecture } = await loadRecipeModel(loaded);
    const dataset = await openRecipeDataset(recipe, data, context);
    const show = createRunProgress(context.progress, recipe.training.batch);
    let task: RunningTask | undefined;
    const options = {
      onStep: (done: number) => {
        task ??= context.progress.begin({ label: "Raising the rate", total: steps ?? 100, unit: "updates" });
        task.update(done);
      },
      dataset,
      architecture,
      fold,
      signal: context.signal,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(steps === undefined ? {} : { steps }),
      ...(device === undefined ? {} : { device }),
    };
    for await (const event of findRecipeRate(recipe, options)) {
      if (event.kind !== "end") {
        show(event);
        continue;
      }
      const { search } = event;
      task?.end();
      const path = out === undefined ? undefined : resolve(context.cwd, out);
      if (path !== undefined) await writeFileWhole(path, renderRateSearchSvg(search, { title: recipe.title }));
      context.result({
        json: {
          recipe: recipe.name,
          fold: event.fold,
          suggestion: search.suggestion ?? null,
          exploded: search.exploded,
          rates: search.rates,
          losses: search.losses,
          smoothed: search.smoothed,
          ...(path === undefined ? {} : { file: path }),
        },
        text: () => {
          const { suggestion, rates, exploded } = search;
          const found =
            suggestion === undefined
              ? "The loss nowhere falls in this range of rates."
              : `The loss falls most steeply at a learning rate of ${suggestion.toPrecision(2)}.`;
          const end = `${rates.length} updates, to ${rates.at(-1)!.toPrecision(2)}${exploded ? ", where the loss explodes" : ""}.`;
          return `${found} ${end}${out === undefined ? "" : ` Drawn in ${out}.`}`;
        },
      });
    }
  },
});

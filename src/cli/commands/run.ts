import { dirname, join, relative, resolve } from "node:path";

import { UserError } from "../../core/errors.ts";
import { renderReportText, renderTextTable, seedTables } from "../../evaluate/index.ts";
import { argument, defineCommand, option } from "../command.ts";
import type { CliContext } from "../context.ts";
import { dataOption } from "../data-places.ts";
import { deviceOption } from "../device-option.ts";
import { type ExecuteRecipeOptions, executeLoaded } from "../execute-recipe.ts";
import { type LoadedRecipe, loadRecipe } from "../load-recipe.ts";
import { isSequenceRecipe, requireTraining } from "../../train/index.ts";
import { reportJson } from "../report-json.ts";
import { type RunAllOptions, runAll, runAllText } from "../run-all.ts";
import { runSeeds, stringifySeeds } from "../run-seeds.ts";
import { UsageError } from "../usage-error.ts";

export const runCommand = defineCommand({
  description:
    "Trains and evaluates what a recipe describes, and writes a folder with the report (report.html, report.md, report.json), " +
    "the model (model.onnx), each fold's predictions and the recipe itself. Ctrl-C or a kill leaves a run that --resume continues to the same " +
    "result. --all runs every shipped recipe that the data at hand allows, continues what was begun, skips what is finished, goes on after a " +
    "recipe that fails, and ends with a leaderboard of published numbers and ours (leaderboard.md, .html, .csv).",
  arguments: { recipe: argument.optional("a shipped recipe's name (einthoven recipes list), or a recipe file") },
  options: {
    data: dataOption,
    out: option.text(
      "--out <dir>",
      "the run's folder (default: runs/<recipe>); with --all the folder of all runs (default: runs)",
    ),
    set: option.texts("--set <key=value>", "change a value of the recipe: training.epochs=3 (may be repeated)"),
    seeds: option.list(
      "--seeds <list>",
      "run from each of these seeds, as in 1,2,3, and report mean and spread (seeds.md, seeds.json)",
    ),
    resume: option.flag("--resume", "continue the run that the folder holds; where there is none yet, begin it"),
    all: option.flag("--all", "run all shipped recipes, or those of --only"),
    only: option.texts("--only <pattern>", "with --all, recipes of such names: 'ptbxl-super-*' (may be repeated)"),
    device: deviceOption,
    verbose: option.flag("--verbose", "also say which nodes of the net the device leaves to the CPU"),
  },
  examples: [
    { command: "run synthetic-multibranch", does: "everything on virtual patients, nothing to download" },
    { command: "run mitdb-multibranch-4class-5fold --data data", does: "five folds on MIT-BIH" },
    {
      command: "run my-recipe.json --seeds 1,2,3",
      does: "three runs, each in a folder of its own, with mean and spread",
    },
    { command: "run my-recipe.json --set training.epochs=5 --out try1", does: "an own recipe, changed" },
    { command: "run --all --only 'ptbxl-super-*' --data data", does: "every net of one task, and their leaderboard" },
  ],
  run: async (given, context) => {
    const { recipe: name, data, out, set, seeds, all, only, device } = given;
    const wrong = set.find((change) => !/^[^=]+=/.test(change));
    if (wrong !== undefined) throw new UsageError(`expected --set <key=value>, found "${wrong}"`);
    if (all) {
      if (name !== undefined) throw new UsageError(`expected a recipe or --all, found ${name} and --all`);
      if (seeds !== undefined) throw new UsageError("expected --seeds with one recipe, found --all");
      const directory = resolve(context.cwd, out ?? "runs");
      return everything({ data, out: directory, only, changes: set, device }, context);
    }
    if (only.length > 0) throw new UsageError("expected --only with --all, found it alone");
    if (name === undefined) throw new UsageError("expected a recipe, or --all, found neither");
    if (seeds !== undefined) return fromSeeds({ ...given, recipe: name, seeds: parseSeeds(seeds) }, context);
    const loaded = await loadRecipe(name, { cwd: context.cwd, changes: set });
    await once(loaded, given, context);
  },
});

/** One run, into one folder. */
async function once(
  loaded: LoadedRecipe,
  { out, ...options }: Pick<ExecuteRecipeOptions, "resume" | "device" | "data" | "verbose"> & Pick<SeedRuns, "out">,
  context: CliContext,
): Promise<void> {
  const directory = resolve(context.cwd, out ?? join("runs", loaded.recipe.name));
  const report = await executeLoaded(loaded, { ...options, directory }, context);
  context.result({
    json: reportJson(report),
    text: () =>
      `${renderReportText(report, { width: Math.min(context.columns, 120), colour: context.colour })}\n` +
      `Report, model and predictions: ${relative(context.cwd, directory) || "."}`,
  });
}

async function everything(options: RunAllOptions, context: CliContext): Promise<void> {
  const found = await runAll(options, context);
  context.result({ json: found, text: () => runAllText(found, context) });
  const failed = found.recipes.filter(({ state }) => state === "failed");
  if (failed.length === 0) return;
  throw new UserError(
    `${failed.length} of ${found.recipes.length} recipes failed: ${failed.map(({ recipe, reason }) => `${recipe}: ${reason}`).join("; ")}`,
  );
}

interface SeedRuns extends Pick<ExecuteRecipeOptions, "resume" | "device" | "data" | "verbose"> {
  readonly recipe: string;
  readonly seeds: readonly number[];
  readonly set: readonly string[];
  readonly out: string | undefined;
}

async function fromSeeds({ recipe: name, seeds, set, out, ...options }: SeedRuns, context: CliContext): Promise<void> {
  const { recipe: loaded, directory: base } = await loadRecipe(name, { cwd: context.cwd, changes: set });
  // Nets over beat sequences are trained from all their seeds in one run.
  if (isSequenceRecipe(loaded)) {
    return once({ recipe: { ...loaded, seeds: [...seeds] }, directory: base }, { ...options, out }, context);
  }
  const recipe = requireTraining(loaded, name);
  const directory = resolve(context.cwd, out ?? join("runs", recipe.name));
  const recipeOf = (seed: number) => ({ ...recipe, seed });
  const report = await runSeeds({
    seeds,
    directory,
    resume: options.resume,
    recipeOf,
    run: (seed, own) => {
      context.note(`Seed ${seed}`);
      const loaded = { recipe: recipeOf(seed), directory: base };
      return executeLoaded(loaded, { ...options, directory: own, runs: dirname(directory) }, context);
    },
  });
  context.result({
    json: JSON.parse(stringifySeeds(report)),
    text: () => {
      const shape = { width: Math.min(context.columns, 120), colour: context.colour };
      const tables = seedTables(report).map((table) => renderTextTable(table, shape));
      return [...tables, `Runs and seeds.md: ${relative(context.cwd, directory) || "."}`].join("\n\n");
    },
  });
}

function parseSeeds(words: readonly string[]): number[] {
  const seeds = words.map((word) => (/^\d{1,15}$/.test(word) ? Number(word) : NaN));
  if (seeds.some(Number.isNaN) || new Set(seeds).size < seeds.length) {
    throw new UsageError(`--seeds: expected different whole numbers, as in 1,2,3, found "${words.join(",")}"`);
  }
  return seeds;
}

import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { changeValue } from "../../core/change-value.ts";
import { UserError } from "../../core/errors.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import { plainText, renderTextTable } from "../../evaluate/index.ts";
import {
  type Recipe,
  type SearchReport,
  type SearchSpace,
  bestChanges,
  bestDescription,
  openRecipe,
  parseSearchSpace,
  planSearch,
  runSearch,
  searchMethods,
  searchNotes,
  searchTable,
  stringifySearch,
} from "../../train/index.node.ts";
import { argument, defineCommand, option } from "../command.ts";
import type { CliContext } from "../context.ts";
import { dataOption } from "../data-places.ts";
import { deviceOption } from "../device-option.ts";
import { openRecipeDataset } from "../execute-recipe.ts";
import { loadRecipeModel, loadTrainedRecipe } from "../load-recipe.ts";
import { createSearchProgress } from "../search-progress.ts";
import { type TrialPlace, createTrialRunner } from "../trial-runner.ts";
import { createTrialThread } from "../trial-threads.ts";
import { UsageError } from "../usage-error.ts";
import { withPathsFrom } from "../with-paths-from.ts";

export const searchCommand = defineCommand({
  description:
    "Tries settings of a recipe: trains it with each and ranks them by what the recipe monitors, on the validation part of one fold. The test part is " +
    "neither learnt from nor scored. Writes a folder with all trials (trials.md, trials.csv, trials.json) and the recipe with the best settings " +
    "(best.json), for einthoven run. Ctrl-C or a kill leaves a search that --resume continues to the same result.",
  arguments: { recipe: argument.one("a shipped recipe's name, or a recipe file") },
  options: {
    space: option.text("--space <file>", "JSON: for keys of the recipe a list of values, or a range of numbers"),
    setSpace: option.texts(
      "--set-space <key=values>",
      "one key of the space: training.learningRate=[0.001,0.01] (may be repeated)",
    ),
    method: option.choice(
      "--method <name>",
      "all of a grid, drawn at random (the default), or drawn and halved",
      searchMethods,
    ),
    trials: option.number("--trials <n>", "how many are drawn (default: 10)", { minimum: 1, whole: true }),
    reduction: option.number(
      "--reduction <n>",
      "halving: one of so many goes on, for so many times the epochs (default: 3)",
      { minimum: 2, whole: true },
    ),
    workers: option.number("--workers <n>", "trials at a time, each with the recipe's own threads (default: 1)", {
      minimum: 1,
      whole: true,
    }),
    seed: option.number("--seed <n>", "which trials are drawn (default: 1)", { whole: true }),
    fold: option.number("--fold <n>", "whose training and validation parts (default: 1)", { minimum: 1, whole: true }),
    set: option.texts("--set <key=value>", "change a value of the recipe in all trials (may be repeated)"),
    out: option.text("--out <dir>", "the search's folder (default: searches/<recipe>)"),
    resume: option.flag("--resume", "continue the search that the folder holds; where there is none yet, begin it"),
    data: dataOption,
    device: deviceOption,
  },
  examples: [
    {
      command: "search synthetic-multibranch --set-space training.learningRate=[0.0005,0.001,0.002] --method grid",
      does: "three rates, one after the other",
    },
    {
      command: "search my-recipe.json --space space.json --method halving --trials 27 --workers 4 --out search1",
      does: "27 trials for few epochs, the best of them for more",
    },
    {
      command: "search my-recipe.json --space space.json --out search1 --resume",
      does: "go on; then einthoven run search1/best.json trains and tests with the best settings",
    },
  ],
  run: async (given, context) => {
    const {
      recipe: name,
      set,
      method = "random",
      trials,
      workers = 1,
      seed = 1,
      fold = 1,
      resume,
      data,
      device,
    } = given;
    if (trials !== undefined && method === "grid") {
      throw new UsageError("--trials: expected none for a grid, which tries all its combinations");
    }
    const space = await readSpace(given, context);
    const { directory: base } = await loadTrainedRecipe(name, { cwd: context.cwd, changes: set });
    const recipeWith = async (changes: readonly string[]) =>
      (await loadTrainedRecipe(name, { cwd: context.cwd, changes: [...set, ...changes] })).recipe;
    const plan = await planSearch(recipeWith, {
      space,
      method,
      trials: trials ?? 10,
      seed,
      fold,
      reduction: given.reduction ?? 3,
    });
    const { recipe } = plan;
    const directory = resolve(context.cwd, given.out ?? join("searches", recipe.name));
    const { cwd, env, home, platform } = context;
    const place: TrialPlace = {
      directory: base,
      runs: resolve(cwd, "runs"),
      data,
      device,
      world: { cwd, env: { ...env }, home, platform },
    };
    await checkNets(
      plan.trials.flatMap((trial) => ("problem" in trial.recipe ? [] : [trial])),
      place,
    );
    const threads =
      workers > 1 ? Array.from({ length: Math.min(workers, plan.trials.length) }, () => createTrialThread(place)) : [];
    const progress = createSearchProgress(context.progress, { recipe, plan });
    let report: SearchReport;
    try {
      report = await runSearch(plan, {
        directory,
        resume,
        runners: threads.length > 0 ? threads : [createTrialRunner(place)],
        tell: progress,
        signal: context.signal,
      });
    } finally {
      await Promise.all(threads.map((thread) => thread.close()));
    }
    const best = await recipeWith(bestChanges(report));
    const named = { ...best, name: `${best.name}-best`, description: bestDescription(report, best.description) };
    await writeFileWhole(
      join(directory, "best.json"),
      `${JSON.stringify(withPathsFrom(named, { from: base, to: directory }), null, 2)}\n`,
    );
    context.result({ json: JSON.parse(stringifySearch(report)), text: () => textOf(report, { directory, context }) });
  },
});

/** The space of `--space` and `--set-space` together. */
async function readSpace(
  { space: file, setSpace }: { readonly space: string | undefined; readonly setSpace: readonly string[] },
  { cwd }: CliContext,
): Promise<SearchSpace> {
  if (file === undefined && setSpace.length === 0)
    throw new UsageError("expected --space or --set-space, found neither");
  let space: unknown = {};
  if (file !== undefined) {
    const text = await readFile(resolve(cwd, file), "utf8");
    try {
      space = JSON.parse(text);
    } catch (error) {
      throw new UserError(`Cannot use the search space ${file}: expected JSON, found: ${(error as Error).message}`);
    }
  }
  for (const change of setSpace) {
    const equals = change.indexOf("=");
    if (equals < 1) throw new UsageError(`expected --set-space <key=values>, found "${change}"`);
    // The key has dots and is one key of the space.
    const { value } = changeValue({}, `value${change.slice(equals)}`, { what: "the search space" }) as {
      value: unknown;
    };
    space = { ...(space as object), [change.slice(0, equals)]: value };
  }
  return parseSearchSpace(space, { file: file ?? "--set-space" });
}

/** Finds what is wrong with the nets' settings before anything is trained: one trial for each value of a key of `model`. */
async function checkNets(
  trials: readonly { readonly values: Readonly<Record<string, unknown>>; readonly recipe: unknown }[],
  { directory, data, world }: TrialPlace,
): Promise<void> {
  const checked = new Set<string>();
  for (const { values, recipe } of trials as readonly { values: Record<string, unknown>; recipe: Recipe }[]) {
    const own = JSON.stringify(Object.entries(values).filter(([key]) => key.startsWith("model")));
    if (checked.has(own)) continue;
    checked.add(own);
    const { architecture } = await loadRecipeModel({ recipe, directory });
    const dataset = await openRecipeDataset(recipe, data, world);
    await openRecipe(recipe, { dataset, architecture }).catch((error: unknown) => {
      if (own === "[]" || !(error instanceof UserError)) throw error;
      const found = Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      throw new UserError(`Cannot search with ${found.join(", ")}: ${error.message}`);
    });
  }
}

function textOf(
  report: SearchReport,
  { directory, context }: { readonly directory: string; readonly context: CliContext },
): string {
  const { cwd, colour } = context;
  const width = Math.min(context.columns, 120);
  const folder = relative(cwd, directory) || ".";
  return [
    renderTextTable({ ...searchTable(report), note: searchNotes(report).join(" ") }, { width, colour }),
    "",
    `Best: ${plainText(bestChanges(report).join(", "))}`,
    `einthoven run ${join(folder, "best.json")} trains and tests with these; all trials: ${join(folder, "trials.md")}`,
  ].join("\n");
}

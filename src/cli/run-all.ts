import { mkdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

import type { Device } from "../core/device.ts";
import { FormatError } from "../core/errors.ts";
import { matchesPattern } from "../core/matches-pattern.ts";
import { resetPeakMemory } from "../core/peak-memory.node.ts";
import { writeFileWhole } from "../core/write-file.node.ts";
import {
  type LeaderboardRow,
  type Report,
  parseReport,
  renderLeaderboardCsv,
  renderLeaderboardHtml,
  renderLeaderboardMarkdown,
} from "../evaluate/index.ts";
import { type AnyRecipe, isScoresRecipe, isSequenceRecipe, recipesNeeded, writtenRecipe } from "../train/index.node.ts";
import type { CliContext } from "./context.ts";
import { type DatasetState, datasetStates } from "./dataset-states.ts";
import { describeError } from "./describe-error.ts";
import { executeLoaded } from "./execute-recipe.ts";
import { leaderboardRows } from "./leaderboard-rows.ts";
import { type LoadedRecipe, loadRecipe } from "./load-recipe.ts";
import { shippedRecipes } from "./shipped-recipes.ts";
import { software } from "./software.ts";
import { UsageError } from "./usage-error.ts";

export interface RunAllOptions {
  readonly data: string | undefined;
  /** Holds the runs' folders and the leaderboard; absolute. */
  readonly out: string;
  /** Which recipes; all where there are none. */
  readonly only: readonly string[];
  readonly changes: readonly string[];
  readonly device: Device | undefined;
}

export interface RecipeOutcome {
  readonly recipe: string;
  /** `done before`: its folder held the finished run already. */
  readonly state: "done" | "done before" | "failed" | "no data";
  readonly directory?: string;
  /** Why it failed or was not run. */
  readonly reason?: string;
}

export interface RunAllResult {
  readonly recipes: readonly RecipeOutcome[];
  readonly leaderboard: readonly LeaderboardRow[];
  readonly files: { readonly markdown: string; readonly html: string; readonly csv: string };
}

/**
 * Runs every recipe that the data at hand allows, one after the other, each into a folder of its name, and writes the leaderboard of all.
 * What is finished is not run again, what was begun is continued, and a recipe that fails does not stop the others.
 */
export async function runAll(options: RunAllOptions, context: CliContext): Promise<RunAllResult> {
  const { out, data } = options;
  const chosen = await chooseRecipes(options, context);
  const states = await datasetStates(data, context);
  const outcomes: RecipeOutcome[] = [];
  const rows: LeaderboardRow[] = [];
  for (const [index, { loaded, changes, problem }] of chosen.entries()) {
    context.signal.throwIfAborted();
    const { recipe } = loaded;
    context.progress.note(`${index + 1} of ${chosen.length}: ${recipe.name}`);
    const directory = join(out, recipe.name);
    const found = await runOne(
      { loaded, problem, directory, state: states.get(recipe.dataset.name) },
      options,
      context,
    );
    const { report, ...outcome } = found;
    outcomes.push({ recipe: recipe.name, ...outcome });
    const reason = outcome.state === "failed" ? `failed: ${outcome.reason}` : outcome.reason;
    rows.push(...leaderboardRows({ recipe, report, reason, changes }));
    context.progress.note(
      `${recipe.name}: ${outcome.state}${outcome.reason === undefined ? "" : `, ${outcome.reason}`}`,
    );
  }
  return { recipes: outcomes, leaderboard: rows, files: await writeLeaderboard(rows, out) };
}

interface ChosenRecipe {
  readonly loaded: LoadedRecipe;
  /** Of it, or of what it is made of. */
  readonly changes: readonly string[];
  /** Why the changes cannot be made to it. */
  readonly problem?: Error;
}

/** Those asked for, each with the changes that concern it. */
async function chooseRecipes({ only, changes }: RunAllOptions, context: CliContext): Promise<readonly ChosenRecipe[]> {
  const shipped = await shippedRecipes();
  const names = shipped
    .map(({ name }) => name)
    .filter((name) => only.length === 0 || only.some((pattern) => matchesPattern(name, pattern)));
  const idle = only.find((pattern) => !shipped.some(({ name }) => matchesPattern(name, pattern)));
  if (idle !== undefined) {
    throw new UsageError(
      `--only: expected a pattern that names of recipes fit (einthoven recipes list), found "${idle}"`,
    );
  }
  const chosen = await Promise.all(
    names.map(async (name): Promise<ChosenRecipe> => {
      const plain = await loadRecipe(name, { cwd: context.cwd, changes: [] });
      const own = changes.filter((change) => concerns(plain.recipe, change));
      // What an ensemble is made of was changed.
      const told = recipesNeeded(plain.recipe).length > 0 ? changes : own;
      try {
        return { loaded: await loadRecipe(name, { cwd: context.cwd, changes: own }), changes: told };
      } catch (error) {
        return { loaded: plain, changes: told, problem: error as Error };
      }
    }),
  );
  const [first] = chosen;
  if (first?.problem !== undefined && chosen.every(({ problem }) => problem !== undefined)) throw first.problem;
  return inOrder(chosen);
}

/** Each after those that it needs. */
function inOrder(chosen: readonly ChosenRecipe[]): readonly ChosenRecipe[] {
  const order = new Set<ChosenRecipe>();
  const waiting = new Set<ChosenRecipe>();
  const place = (each: ChosenRecipe) => {
    // A circle of recipes fails when it is run.
    if (order.has(each) || waiting.has(each)) return;
    waiting.add(each);
    const needed = recipesNeeded(each.loaded.recipe);
    for (const other of chosen) if (needed.includes(other.loaded.recipe.name)) place(other);
    order.add(each);
  };
  chosen.forEach(place);
  return [...order];
}

/** Changes of the training are not for recipes without one, or with one of another kind. */
function concerns(recipe: AnyRecipe, change: string): boolean {
  if (isSequenceRecipe(recipe)) return !/^(?:training|start|export)[.=]/.test(change);
  return !isScoresRecipe(recipe) || !/^(?:training|model|start|export)[.=]/.test(change);
}

interface OneRecipe extends Pick<ChosenRecipe, "loaded"> {
  readonly problem: Error | undefined;
  readonly directory: string;
  readonly state: DatasetState | undefined;
}

async function runOne(
  { loaded, problem, directory, state }: OneRecipe,
  { data, device }: RunAllOptions,
  context: CliContext,
): Promise<Omit<RecipeOutcome, "recipe"> & { readonly report?: Report }> {
  if (state?.state === "absent") return { state: "no data", reason: `not run: ${state.reason}` };
  if (problem !== undefined) return { state: "failed", reason: describeError(problem) };
  const at = { directory };
  try {
    const before = await finishedReport(loaded.recipe, directory);
    if (before !== undefined) return { state: "done before", ...at, report: before };
    resetPeakMemory();
    const report = await executeLoaded(loaded, { directory, resume: true, device, data }, context);
    return { state: "done", ...at, report };
  } catch (error) {
    context.progress.clear();
    // Ctrl-C ends all; what was begun is continued by the same command.
    if (context.signal.aborted) throw error;
    return { state: "failed", ...at, reason: describeError(error) };
  }
}

/** The report that a folder holds of just this recipe; a damaged one counts as none, and is written anew from the finished folds. */
async function finishedReport(recipe: AnyRecipe, directory: string): Promise<Report | undefined> {
  const file = join(directory, "report.json");
  const [report, own] = await Promise.all([textOf(file), textOf(join(directory, "recipe.json"))]);
  if (report === undefined || own !== writtenRecipe(recipe)) return undefined;
  try {
    return parseReport(report, { file });
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

async function writeLeaderboard(rows: readonly LeaderboardRow[], out: string): Promise<RunAllResult["files"]> {
  await mkdir(out, { recursive: true });
  const { name, version } = await software();
  const about =
    `Made by ${name} ${version}. Ours is the mean over folds on test parts that were scored once; the interval is the bootstrap of all ` +
    "folds' predictions together, as the recipe has it; time and memory are of the whole recipe on the machine that ran it.";
  const words = { title: "Leaderboard", about };
  const contents = {
    markdown: ["leaderboard.md", renderLeaderboardMarkdown(rows, words)],
    html: ["leaderboard.html", renderLeaderboardHtml(rows, words)],
    csv: ["leaderboard.csv", renderLeaderboardCsv(rows)],
  } as const;
  for (const [file, content] of Object.values(contents)) await writeFileWhole(join(out, file), content);
  return {
    markdown: join(out, "leaderboard.md"),
    html: join(out, "leaderboard.html"),
    csv: join(out, "leaderboard.csv"),
  };
}

/** What came of all, for people. */
export function runAllText({ recipes, files }: RunAllResult, { cwd }: Pick<CliContext, "cwd">): string {
  const count = (state: RecipeOutcome["state"]) => recipes.filter((each) => each.state === state).length;
  const states = ["done", "done before", "failed", "no data"] as const;
  const counts = states.filter((state) => count(state) > 0).map((state) => `${count(state)} ${state}`);
  return `${recipes.length} recipes: ${counts.join(", ")}\nLeaderboard: ${Object.values(files)
    .map((file) => relative(cwd, file))
    .join(", ")}`;
}

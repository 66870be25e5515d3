import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../../core/errors.ts";
import { makeFolder } from "../../core/make-folder.node.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import type { EpochRecord } from "../fit/checkpoint.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { Rung } from "./halving-rungs.ts";
import type { PlannedTrial, SearchPlan } from "./plan-search.ts";
import type { TrialResult } from "./trial-result.ts";
import { type SearchReport, type TrialOutcome, resultAt, searchReport } from "./search-report.ts";
import { readTextOf } from "./read-text-of.node.ts";
import { renderSearchCsv, renderSearchMarkdown, stringifySearch } from "./render-search.ts";

export interface TrialRequest {
  readonly recipe: Recipe;
  readonly directory: string;
  readonly fold: number;
  readonly pauseAfter?: number | undefined;
}

/** Runs trials, one at a time; a thread, or this one. */
export interface TrialRunner {
  run(
    request: TrialRequest,
    options: { readonly onEpoch: (record: EpochRecord) => void; readonly signal?: AbortSignal | undefined },
  ): Promise<TrialResult>;
}

export type SearchEvent =
  | { readonly kind: "rung"; readonly rung: number; readonly trials: number; readonly epochs: number }
  | { readonly kind: "epoch"; readonly trial: number; readonly record: EpochRecord }
  | { readonly kind: "trial"; readonly outcome: TrialOutcome };

export interface RunSearchOptions {
  readonly directory: string;
  readonly resume: boolean;
  /** As many trials run at a time. */
  readonly runners: readonly TrialRunner[];
  readonly tell?: (event: SearchEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a search's trials, round by round, and writes what was found: `trials.md`, `trials.csv`, `trials.json`, and `best.json`, the recipe
 * with the best settings. What it leaves in the folder lets a killed search go on; the result is the same, however many runners there are.
 * @throws UserError where it is stopped before the end, or no trial could be trained.
 */
export async function runSearch(plan: SearchPlan, options: RunSearchOptions): Promise<SearchReport> {
  const { directory, runners, tell = () => {}, signal } = options;
  await openSearchFolder(plan, options);
  const outcomes = new Map<number, TrialOutcome>();
  const rounds = new Map<number, number>();
  let left: readonly PlannedTrial[] = plan.trials;
  for (const [index, rung] of plan.rungs.entries()) {
    tell({ kind: "rung", rung: index + 1, trials: left.length, epochs: rung.epochs });
    const waiting = [...left];
    const work = async (runner: TrialRunner) => {
      for (let trial = waiting.shift(); trial !== undefined && signal?.aborted !== true; trial = waiting.shift()) {
        const outcome = await trialOutcome(trial, { ...options, plan, rung, runner });
        if (outcome === undefined) return;
        outcomes.set(trial.number, outcome);
        rounds.set(trial.number, index + 1);
        tell({ kind: "trial", outcome });
      }
    };
    await Promise.all(runners.map(work));
    if (signal?.aborted === true) {
      throw new UserError(`Stopped before the end. The search in ${directory} continues with --resume.`);
    }
    requireSameData(plan, outcomes);
    left = bestAt(rung, { trials: left, outcomes, count: plan.rungs[index + 1]?.trials ?? 0 });
  }
  const report = searchReport(plan, { outcomes: [...outcomes.values()], rounds });
  await writeReport(report, { plan, directory });
  await dropCheckpoints(plan, directory);
  return report;
}

/**
 * Trials that differ in nothing by which examples are chosen and cut have the same.
 * @throws UserError where they don't, since the data have changed before the search was continued.
 */
function requireSameData({ trials }: SearchPlan, outcomes: ReadonlyMap<number, TrialOutcome>): void {
  const known = new Map<string, { readonly trial: number; readonly examples: string }>();
  for (const { number, recipe } of trials) {
    if ("problem" in recipe) continue;
    const { dataset, beats, recordings, segments, split } = recipe;
    const key = JSON.stringify([dataset, beats, recordings, segments, split]);
    for (const { examples } of outcomes.get(number)?.results ?? []) {
      if (examples === undefined) continue;
      const other = known.get(key);
      known.set(key, other ?? { trial: number, examples });
      if (other === undefined || other.examples === examples) continue;
      throw new UserError(
        `Cannot compare the trials: expected the same examples in all, found others in trial ${number} than in trial ${other.trial}; ` +
          "the data have changed between. Search into another folder.",
      );
    }
  }
}

/** The trials that go into the next round; of equals the earlier ones. */
function bestAt(
  rung: Rung,
  {
    trials,
    outcomes,
    count,
  }: {
    readonly trials: readonly PlannedTrial[];
    readonly outcomes: ReadonlyMap<number, TrialOutcome>;
    readonly count: number;
  },
): PlannedTrial[] {
  const scored = trials.flatMap((trial) => {
    const result = resultAt(outcomes.get(trial.number)!, rung);
    return result === undefined ? [] : [{ trial, score: result.score }];
  });
  return scored
    .toSorted((a, b) => b.score - a.score || a.trial.number - b.trial.number)
    .slice(0, count)
    .map(({ trial }) => trial)
    .toSorted((a, b) => a.number - b.number);
}

/** What a trial came to in a round: as an earlier run left it, or by training; `undefined` where that was stopped. */
async function trialOutcome(
  { number, values, recipe }: PlannedTrial,
  {
    plan,
    rung,
    runner,
    directory,
    tell = () => {},
    signal,
  }: RunSearchOptions & {
    readonly plan: SearchPlan;
    readonly rung: Rung;
    readonly runner: TrialRunner;
  },
): Promise<TrialOutcome | undefined> {
  const folder = join(directory, "trials", String(number));
  const file = join(folder, "trial.json");
  const text = await readTextOf(file);
  const earlier: TrialOutcome = text === undefined ? { number, values, results: [] } : parseOutcome(text, file);
  if (earlier.failure !== undefined || resultAt(earlier, rung) !== undefined) return earlier;
  const outcome = await tryTrial();
  if (outcome === undefined) return undefined;
  await makeFolder(folder);
  await writeFileWhole(file, stringifySearch(outcome));
  return outcome;

  async function tryTrial(): Promise<TrialOutcome | undefined> {
    if ("problem" in recipe) return { ...earlier, failure: recipe.problem };
    try {
      const result = await runner.run(
        {
          recipe,
          directory: join(folder, "run"),
          fold: plan.settings.fold,
          ...(Number.isFinite(rung.epochs) ? { pauseAfter: rung.epochs } : {}),
        },
        { onEpoch: (record) => tell({ kind: "epoch", trial: number, record }), signal },
      );
      return { ...earlier, results: [...earlier.results, result] };
    } catch (error) {
      if (signal?.aborted === true) return undefined;
      return { ...earlier, failure: (error as Error).message };
    }
  }
}

function parseOutcome(text: string, file: string): TrialOutcome {
  try {
    const value = JSON.parse(text) as TrialOutcome;
    // JSON has no −∞, the score of a measure that is undefined.
    const results = value.results.map((each) => ({ ...each, score: each.score ?? -Infinity }));
    if (Object.keys(value.values).length > 0 && results.every(isResult)) return { ...value, results };
  } catch {
    // Said below.
  }
  throw new UserError(`Cannot resume the search: expected a trial's results in ${file}, found something else.`);
}

function isResult({ epochs, validation }: Partial<TrialResult>): boolean {
  return typeof epochs === "number" && typeof validation === "object" && validation !== null;
}

/** @throws UserError where the folder holds something else, or another search, or one and `resume` was not asked for. */
async function openSearchFolder(
  { recipe, settings }: SearchPlan,
  { directory, resume }: Pick<RunSearchOptions, "directory" | "resume">,
): Promise<void> {
  await makeFolder(directory);
  const file = join(directory, "search.json");
  const text = stringifySearch({ schema: 1, ...settings, recipe });
  const present = await readTextOf(file);
  if (present === undefined) {
    const [other] = (await readdir(directory)).filter((name) => !name.includes(".part-"));
    if (other !== undefined) {
      throw new UserError(
        `Cannot search into ${directory}: expected an empty folder or one of a search, found ${other}.`,
      );
    }
    return writeFileWhole(file, text);
  }
  if (!resume) {
    throw new UserError(
      `Cannot search into ${directory}: it already holds a search. Continue it with --resume, or choose another folder with --out.`,
    );
  }
  if (present !== text) {
    throw new UserError(
      `Cannot resume the search in ${directory}: its search.json differs from the recipe and the settings given.`,
    );
  }
}

async function writeReport(
  report: SearchReport,
  { plan, directory }: { readonly plan: SearchPlan; readonly directory: string },
): Promise<void> {
  const write = (name: string, text: string) => writeFileWhole(join(directory, name), text);
  await write("trials.md", renderSearchMarkdown(report));
  await write("trials.csv", renderSearchCsv(report));
  await write("trials.json", stringifySearch(report));
  if (report.best === undefined) {
    throw new UserError(
      `Cannot choose settings: expected a trial that can be trained, found none of ${plan.trials.length}. The first: ${report.trials[0]!.failure}`,
    );
  }
}

/** They are large, and every trial has been trained as long as it will be. */
async function dropCheckpoints({ trials, settings }: SearchPlan, directory: string): Promise<void> {
  for (const { number } of trials) {
    const file = join(directory, "trials", String(number), "run", `fold-${settings.fold}`, "checkpoint");
    await rm(file, { force: true });
  }
}

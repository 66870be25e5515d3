import type { Recipe } from "../recipe/recipe.ts";
import type { TrialValues } from "./draw-trials.ts";
import type { Rung } from "./halving-rungs.ts";
import type { SearchPlan, SearchSettings } from "./plan-search.ts";
import type { TrialResult } from "./trial-result.ts";

/** What became of a trial: a result for each round that it was in, or why it could not be trained. */
export interface TrialOutcome {
  readonly number: number;
  readonly values: TrialValues;
  readonly results: readonly TrialResult[];
  readonly failure?: string;
}

export interface RankedTrial {
  /** 1 is the best; absent where it failed. */
  readonly rank?: number;
  readonly number: number;
  readonly values: TrialValues;
  /** The last round's that it was in. */
  readonly result?: TrialResult;
  /** Rounds that it was in. */
  readonly rounds: number;
  readonly failure?: string;
}

export type RankedBy = Exclude<Recipe["training"]["monitor"], "last">;

/** The measure of the validation part that trials of a recipe are ranked by: what it monitors, or the loss where it keeps the last epoch. */
export function rankedBy({ training: { monitor } }: Recipe): RankedBy {
  return monitor === "last" ? "loss" : monitor;
}

/** All of a search's trials, best first. */
export interface SearchReport {
  readonly schema: 1;
  readonly recipe: string;
  readonly title: string;
  readonly dataset: string;
  readonly method: SearchSettings["method"];
  readonly seed: number;
  /** What trials are ranked by. */
  readonly monitor: RankedBy;
  readonly fold: string | undefined;
  readonly folds: number | undefined;
  /** Rounds, in order; `epochs` is absent where all are done. */
  readonly rungs: readonly { readonly trials: number; readonly epochs?: number }[];
  readonly keys: readonly string[];
  readonly trials: readonly RankedTrial[];
  readonly best?: RankedTrial;
  readonly seconds: number;
}

/** A trial's result in a round. */
export function resultAt({ results }: TrialOutcome, { epochs }: Rung): TrialResult | undefined {
  return results.find((result) => result.complete || result.epochs >= epochs);
}

/** Trials by the last round that they were in, then by their score there. */
export function searchReport(
  { recipe, settings, rungs }: SearchPlan,
  { outcomes, rounds }: { readonly outcomes: readonly TrialOutcome[]; readonly rounds: ReadonlyMap<number, number> },
): SearchReport {
  const { space, method, seed } = settings;
  const roundsOf = ({ failure, number }: TrialOutcome) => (failure === undefined ? rounds.get(number)! : -1);
  const scoreOf = ({ results }: TrialOutcome) => results.at(-1)?.score ?? -Infinity;
  const sorted = outcomes.toSorted(
    (a, b) => roundsOf(b) - roundsOf(a) || scoreOf(b) - scoreOf(a) || a.number - b.number,
  );
  const trials = sorted.map(({ number, values, results, failure }, index): RankedTrial => {
    const result = results.at(-1);
    return {
      ...(failure === undefined ? { rank: index + 1 } : { failure }),
      number,
      values,
      ...(result === undefined ? {} : { result }),
      rounds: rounds.get(number)!,
    };
  });
  const [best] = trials;
  const some = outcomes.flatMap(({ results }) => results)[0];
  return {
    schema: 1,
    recipe: recipe.name,
    title: recipe.title,
    dataset: recipe.dataset.name,
    method,
    seed,
    monitor: rankedBy(recipe),
    fold: some?.fold,
    folds: some?.folds,
    rungs: rungs.map((rung) => ({
      trials: rung.trials,
      ...(Number.isFinite(rung.epochs) ? { epochs: rung.epochs } : {}),
    })),
    keys: Object.keys(space),
    trials,
    ...(best === undefined || best.failure !== undefined ? {} : { best }),
    seconds: outcomes.reduce((sum, { results }) => sum + (results.at(-1)?.seconds ?? 0), 0),
  };
}

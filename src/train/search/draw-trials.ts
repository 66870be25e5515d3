import { UserError } from "../../core/errors.ts";
import { createRandom } from "../../core/random.ts";
import { type SearchSpace, gridValues, valueAt } from "./search-space.ts";

/** The value of each key of the space. */
export type TrialValues = Readonly<Record<string, unknown>>;

/** More than any search will try. */
const most = 100_000;

/**
 * Every combination of the space's values, the last key's changing first.
 * @throws UserError where a range has no steps.
 */
export function gridTrials(space: SearchSpace): TrialValues[] {
  let trials: TrialValues[] = [{}];
  for (const [key, entry] of Object.entries(space)) {
    const values = gridValues(entry);
    if (values === undefined) {
      throw new UserError(
        `Cannot search a grid: expected a list of values or a range with "steps" for ${key}, found none.`,
      );
    }
    if (trials.length * values.length > most) {
      throw new UserError(`Cannot search a grid: expected at most ${most} combinations, found more at ${key}.`);
    }
    trials = trials.flatMap((trial) => values.map((value) => ({ ...trial, [key]: value })));
  }
  return trials;
}

/**
 * So many different combinations, drawn at random: from lists and stepped ranges each value as often as another, from ranges uniformly, on
 * a log scale in the logarithm (Bergstra & Bengio 2012).
 * @throws UserError where the space has fewer.
 */
export function randomTrials(
  space: SearchSpace,
  { trials: count, seed }: { readonly trials: number; readonly seed: number },
): TrialValues[] {
  const sizes = Object.values(space).map((entry) => gridValues(entry)?.length ?? Infinity);
  const size = sizes.reduce((product, each) => product * each, 1);
  if (size < count) {
    throw new UserError(`Cannot draw trials: expected at most ${size} of them, which the space has, found ${count}.`);
  }
  const random = createRandom(`search/${seed}`);
  if (size <= most) return random.shuffle(gridTrials(space)).slice(0, count);
  const found = new Map<string, TrialValues>();
  // Ranges of whole numbers may have fewer values than asked for.
  for (let draw = 0; found.size < count && draw < 1000 * count; draw++) {
    const values = Object.entries(space).map(([key, entry]) => {
      const grid = gridValues(entry);
      if (grid !== undefined) return [key, grid[random.integer(grid.length)]] as const;
      return [key, valueAt(entry as Exclude<typeof entry, unknown[]>, random.uniform())] as const;
    });
    found.set(JSON.stringify(values), Object.fromEntries(values));
  }
  if (found.size < count) {
    throw new UserError(`Cannot draw trials: expected ${count} different ones, found ${found.size} in this space.`);
  }
  return [...found.values()];
}

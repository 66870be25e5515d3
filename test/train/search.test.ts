import { describe, expect, it } from "vitest";

import {
  type SearchMethod,
  gridTrials,
  halvingRungs,
  parseSearchSpace,
  planSearch,
  randomTrials,
} from "../../src/train/index.node.ts";
import { parseRecipe } from "../../src/train/index.ts";
import { smallRecordingRecipe } from "../end-to-end/small-recordings.ts";

const parse = (value: unknown) => parseSearchSpace(value, { file: "space.json" });
const rate = "training.learningRate";

describe("a search space", () => {
  it("is lists and ranges", () => {
    const range = { from: 1e-4, to: 1e-1, scale: "log" };
    expect(parse({ [rate]: range, "training.batch": [8, 16] })).toEqual({
      [rate]: { ...range, whole: false },
      "training.batch": [8, 16],
    });
  });

  it.each([
    [{}, /^Cannot use the search space space.json: expected at least one key of the recipe, found none\.$/],
    [[1], /space.json: /],
    [{ [rate]: 3 }, /training.learningRate: expected a list of values or a range .*, found 3\.$/],
    [{ [rate]: [] }, /training.learningRate: Too small/],
    [{ [rate]: { from: 0, to: 1, scale: "log" } }, /above 0 on a log scale/],
    [{ [rate]: { from: 2, to: 1 } }, /from below to/],
    [{ [rate]: { from: 1, to: 2, step: 3 } }, /training.learningRate: Unrecognized key: "step"/],
    [
      { "split.seed": [1, 2] },
      /split.seed: expected another place of the recipe; trials on other examples can't be compared/,
    ],
    [{ "beats.classes": [["N", "V"]] }, /trials with other classes can't be compared/],
    [{ "training.monitor": ["loss"] }, /all trials are compared by it/],
    [{ seed: [1, 2] }, /a seed that did well is luck/],
  ])("%j is refused", (value, message) => {
    expect(() => parse(value)).toThrow(message);
  });
});

describe("trials", () => {
  const space = parse({ a: [1, 2], b: ["x", [3], null] });
  const range = parse({ a: { from: 1e-4, to: 1, scale: "log" }, n: { from: 1, to: 9, whole: true } });

  it("of a grid are all combinations", () => {
    expect(gridTrials(space)).toHaveLength(6);
    expect(gridTrials(space)[4]).toEqual({ a: 2, b: [3] });
    expect(gridTrials(parse({ a: { from: 1e-4, to: 1, scale: "log", steps: 5 } })).map(({ a }) => a)).toEqual([
      1e-4, 1e-3, 1e-2, 0.1, 1,
    ]);
    expect(gridTrials(parse({ a: { from: 1, to: 3, whole: true, steps: 9 } })).map(({ a }) => a)).toEqual([1, 2, 3]);
    expect(() => gridTrials(range)).toThrow('expected a list of values or a range with "steps" for a, found none');
  });

  it("drawn at random differ, depend on the seed alone, and spread over the range", () => {
    const drawn = randomTrials(range, { trials: 200, seed: 1 });
    expect(drawn).toEqual(randomTrials(range, { trials: 200, seed: 1 }));
    expect(drawn).not.toEqual(randomTrials(range, { trials: 200, seed: 2 }));
    expect(new Set(drawn.map((trial) => JSON.stringify(trial))).size).toBe(200);
    // A quarter of the draws in each decade, within four standard deviations.
    for (const [low, high] of [
      [1e-4, 1e-3],
      [1e-3, 1e-2],
      [1e-2, 0.1],
      [0.1, 1],
    ] as const) {
      const inside = drawn.filter(({ a }) => (a as number) >= low && (a as number) < high).length;
      expect(Math.abs(inside - 50)).toBeLessThan(25);
    }
    expect(new Set(drawn.map(({ n }) => n))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    const some = randomTrials(space, { trials: 6, seed: 3 });
    expect(some.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toHaveLength(6);
    expect(() => randomTrials(space, { trials: 7, seed: 3 })).toThrow(
      "Cannot draw trials: expected at most 6 of them, which the space has, found 7.",
    );
    const few = parse({ a: { from: 1, to: 3, whole: true } });
    expect(() => randomTrials(few, { trials: 4, seed: 3 })).toThrow("expected 4 different ones, found 3");
  });

  it("are halved in rounds of more epochs each", () => {
    expect(halvingRungs({ trials: 9, epochs: 27, reduction: 3 })).toEqual([
      { epochs: 3, trials: 9 },
      { epochs: 9, trials: 3 },
      { epochs: 27, trials: 1 },
    ]);
    expect(halvingRungs({ trials: 5, epochs: 6, reduction: 2 })).toEqual([
      { epochs: 2, trials: 5 },
      { epochs: 3, trials: 2 },
      { epochs: 6, trials: 1 },
    ]);
    expect(halvingRungs({ trials: 100, epochs: 2, reduction: 3 })).toEqual([
      { epochs: 1, trials: 100 },
      { epochs: 2, trials: 33 },
    ]);
    expect(halvingRungs({ trials: 1, epochs: 8, reduction: 3 })).toEqual([{ epochs: 8, trials: 1 }]);
  });
});

describe("a plan", () => {
  const text = JSON.stringify(smallRecordingRecipe());
  const recipeWith = async (changes: readonly string[]) => parseRecipe(text, { file: "small.json", changes });
  const plan = (space: Record<string, unknown>, method: SearchMethod = "grid") =>
    planSearch(recipeWith, { space: parse(space), method, trials: 2, seed: 1, reduction: 3, fold: 1 });

  it("has the recipe of each trial, or why there is none", async () => {
    const { trials } = await plan({ "training.batch": [8, 9], "training.replicas": [2, 3] });
    expect(trials.map(({ recipe }) => ("problem" in recipe ? recipe.problem : recipe.training.batch))).toEqual([
      8,
      expect.stringContaining("training.batch: expected a multiple of training.replicas (3), found 8"),
      expect.stringContaining("training.batch: expected a multiple of training.replicas (2), found 9"),
      9,
    ]);
  });

  it("is refused where a value does not fit the recipe", async () => {
    await expect(plan({ "training.learningRat": [0.1, 0.2] })).rejects.toThrow(
      /^Cannot search over training.learningRat: Cannot use recipe small.json: training: Unrecognized key: "learningRat"/,
    );
    await expect(plan({ [rate]: [0.1, -1] })).rejects.toThrow(
      /^Cannot search over training.learningRate: .*learningRate/,
    );
    await expect(plan({ "training.optimizer.name": ["adam", "newton"] })).rejects.toThrow(
      /^Cannot search over training.opt/,
    );
    await expect(plan({ "training.epochs": [1, 2] }, "halving")).rejects.toThrow(/expected the same training.epochs/);
  });
});

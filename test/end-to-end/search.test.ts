import { mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import type { LocatedDataset } from "../../src/datasets/index.ts";
import { findArchitecture } from "../../src/models/index.ts";
import {
  type ExampleCache,
  type SearchMethod,
  type SearchReport,
  type TrialRunner,
  parseRecipe,
  parseSearchSpace,
  planSearch,
  runSearch,
  runTrial,
} from "../../src/train/index.node.ts";
import { einthoven, recipeFolder } from "./small-recipe.ts";
import { smallRecordings, smallSeveralRecipe } from "./small-recordings.ts";

const dataset = smallRecordings();
const recipe = smallSeveralRecipe({ training: { ...smallSeveralRecipe().training, epochs: 2, replicas: 1 } });
const space = { "training.learningRate": [1e-4, 1e30, 0.02] };
let directory: string;

interface Options {
  readonly out: string;
  readonly method?: SearchMethod;
  readonly runners?: number;
  readonly resume?: boolean;
  readonly data?: LocatedDataset;
  /** Stops once this many epochs are done. */
  readonly stopAfter?: number;
}

/** Learning rates for the small recipe, one of which does not go well. */
async function search({ out, method = "grid", runners = 1, resume = false, data = dataset, stopAfter }: Options) {
  const plan = await planSearch(
    async (changes) => parseRecipe(JSON.stringify(recipe), { file: "small.json", changes }),
    { space: parseSearchSpace(space, { file: "space.json" }), method, trials: 3, seed: 1, reduction: 2, fold: 1 },
  );
  const stop = new AbortController();
  let epochs = 0;
  const runner = (): TrialRunner => {
    const cache: ExampleCache = {};
    return {
      run: (request, { onEpoch, signal }) =>
        runTrial(request.recipe, {
          ...request,
          dataset: data,
          architecture: findArchitecture(request.recipe.model.name),
          cache,
          openNoise: () => Promise.reject(new Error("no noise")),
          now: () => 0,
          onEpoch,
          signal,
        }),
    };
  };
  return runSearch(plan, {
    directory: join(directory, out),
    resume,
    runners: Array.from({ length: runners }, runner),
    signal: stop.signal,
    tell: (event) => {
      if (event.kind === "epoch" && ++epochs === stopAfter) stop.abort();
    },
  });
}

let grid: SearchReport;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-search-"));
  grid = await search({ out: "grid" });
});

describe("a search", () => {
  it("ranks trials by the validation part, failed ones last", async () => {
    expect(grid.trials.map(({ rank }) => rank)).toEqual([1, 2, undefined]);
    const losses = grid.trials.slice(0, 2).map(({ result }) => result!.validation.loss);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    expect(grid.best!.values["training.learningRate"]).not.toBe(1e-4);
    expect(grid.trials[2]!.failure).toContain("expected a finite loss");
    const table = await readFile(join(directory, "grid", "trials.md"), "utf8");
    expect(table).toContain("The test part was neither learnt from nor scored.");
    expect(table).toContain("failed: Cannot go on training");
    const csv = await readFile(join(directory, "grid", "trials.csv"), "utf8");
    expect(csv.split("\r\n")).toHaveLength(5);
    expect(csv.split("\r\n")[0]).toBe("rank,trial,training.learningRate,loss,best_epoch,epochs,seconds,state");
    expect(JSON.parse(await readFile(join(directory, "grid", "trials.json"), "utf8")).trials).toHaveLength(3);
    // Nothing of a test part is written, and the checkpoints are gone.
    expect(await readdir(join(directory, "grid", "trials", "1", "run", "fold-1"))).toEqual([]);
  });

  it("gives the same where the test part holds something else, and with several runners", async () => {
    const { folds } = await dataset.labels!("several");
    const spoilt: LocatedDataset = {
      ...dataset,
      open: async (name) => {
        const recording = await dataset.open(name);
        if (folds!.get(name) !== 6) return recording;
        const random = createRandom(name);
        const leads = recording.leads.map((lead) => ({
          ...lead,
          samples: lead.samples.map(() => 100 * random.normal()),
        }));
        return { ...recording, leads };
      },
    };
    expect(await search({ out: "spoilt", data: spoilt, runners: 2 })).toEqual(grid);
  });

  it("gives the same when it was stopped and continued", async () => {
    await expect(search({ out: "stopped", stopAfter: 3 })).rejects.toThrow(/continues with --resume/);
    await expect(search({ out: "stopped" })).rejects.toThrow(/it already holds a search. Continue it with --resume/);
    expect(await search({ out: "stopped", resume: true })).toEqual(grid);
    await expect(search({ out: "stopped", resume: true, method: "halving" })).rejects.toThrow(/search.json differs/);
  });

  it("takes no trials of other data, nor damaged ones", async () => {
    await expect(search({ out: "moved", stopAfter: 2 })).rejects.toThrow(/continues with --resume/);
    const moved: LocatedDataset = {
      ...dataset,
      labels: async (task) => {
        const labels = await dataset.labels!(task);
        const of = new Map([...labels.of].map(([record, own], i) => [record, i === 0 ? labels.classes : own]));
        return { ...labels, of };
      },
    };
    await expect(search({ out: "moved", resume: true, data: moved })).rejects.toThrow(
      /^Cannot compare the trials: expected the same examples in all, found others in trial \d than in trial 1; the data have changed/,
    );
    const file = join(directory, "moved", "trials", "1", "trial.json");
    const text = await readFile(file, "utf8");
    for (const wrong of [text.slice(0, -9), "{}", text.replace('"validation"', '"valid"')]) {
      await writeFile(file, wrong);
      await expect(search({ out: "moved", resume: true })).rejects.toThrow("expected a trial's results in");
    }
  });

  it("by halving trains the best of the first rounds as if they had never paused", async () => {
    const halving = await search({ out: "halving", method: "halving" });
    expect(halving.rungs).toEqual([
      { trials: 3, epochs: 1 },
      { trials: 1, epochs: 2 },
    ]);
    const { best } = halving;
    const same = grid.trials.find(({ values }) => JSON.stringify(values) === JSON.stringify(best!.values));
    expect(best!.result).toEqual({ ...same!.result, complete: true });
    expect(halving.trials.map(({ result }) => result?.epochs)).toEqual([2, 1, undefined]);
    expect(await readFile(join(directory, "halving", "trials.md"), "utf8")).toContain("| out after round 1 |");
    await expect(search({ out: "halving-stopped", method: "halving", stopAfter: 3 })).rejects.toThrow(/--resume/);
    expect(await search({ out: "halving-stopped", method: "halving", resume: true })).toEqual(halving);
  });
});

describe("einthoven search", () => {
  it("runs trials in threads and leaves a recipe that can be run", async () => {
    const cwd = await recipeFolder();
    const argv = [
      "search",
      "small.json",
      "--set",
      "training.epochs=1",
      "--set-space",
      "training.learningRate=[0.001,0.003,0.01]",
    ];
    const { code, stdout, stderr } = await einthoven(
      [...argv, "--method", "grid", "--workers", "2", "--out", "s", "--json"],
      cwd,
    );
    // More trials than threads, so that one has a second.
    expect(stderr).toContain("trial 3 (training.learningRate=0.01): loss ");
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as SearchReport;
    expect(report.trials.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    const best = JSON.parse(await readFile(join(cwd, "s", "best.json"), "utf8"));
    expect(best).toMatchObject({
      name: "small-best",
      training: { epochs: 1, learningRate: report.best!.values["training.learningRate"] },
    });
    expect(best.description).toMatch(
      /^For tests. Settings of trial \d of 3 \(grid search\), chosen by loss on the validation part of /,
    );
    const wrong = async (...more: string[]) => (await einthoven(["search", "small.json", ...more], cwd)).stderr;
    expect(await wrong()).toContain("expected --space or --set-space, found neither");
    expect(await wrong("--set-space", "model.settings.width=[3]", "--trials", "1")).toMatch(
      /Cannot search with model.settings.width=3: Cannot /,
    );
    expect(await wrong("--set-space", "a.b=[3]", "--method", "grid")).toMatch(
      /Cannot search over a.b: Cannot use recipe/,
    );
    expect(await wrong("--space", "none.json")).toContain("none.json");
    expect(await wrong("--set-space", "seed=[1]")).toContain("a seed that did well is luck");
  });
});

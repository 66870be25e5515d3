import { spawn } from "node:child_process";
import { access, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { beforeAll, describe, expect, it } from "vitest";

import { readCard } from "../../src/bundle/index.ts";
import { einthoven, recipeFolder } from "./small-recipe.ts";

let directory: string;
let first: Awaited<ReturnType<typeof einthoven>>;

beforeAll(async () => {
  directory = await recipeFolder();
  first = await einthoven(["run", "small.json", "--out", "a", "--json"], directory);
});

const weights = (run: string, base = directory) => readFile(join(base, run, "fold-1", "weights.f32"));

describe("einthoven run", () => {
  it("prints one JSON document with what the contract asks for", () => {
    expect(first.stderr).toMatch(/small lists, epoch 4/);
    expect(first.code).toBe(0);
    const report = JSON.parse(first.stdout);
    expect(report).toMatchObject({ recipe: "small", dataset: "synthetic" });
    expect(Object.keys(report.parts)).toEqual(["train", "validation", "test"]);
    expect(report.folds).toHaveLength(1);
    expect(report.folds[0].confusion).toHaveLength(3);
    expect(report.folds[0].metrics.classes.N).toHaveProperty("positivePredictivity");
    expect(report.mean.accuracy).toBe(report.folds[0].metrics.accuracy);
    expect(report.standardDeviation.accuracy).toBeNull();
    expect(report.seconds).toBeGreaterThan(0);
    expect(report.peakMemoryMegabytes).toBeGreaterThan(50);
    expect(report.subsets[0]).toMatchObject({ name: "test without syn006" });
    expect(report.intervals.unit).toBe("record");
  });

  it("leaves a folder of whole files", async () => {
    expect((await readdir(join(directory, "a"))).sort()).toEqual(
      ["events.jsonl", "fold-1", "model.onnx", "recipe.json", "report.html", "report.json", "report.md"].sort(),
    );
    expect((await readdir(join(directory, "a", "fold-1"))).sort()).toEqual([
      "fold.json",
      "model.onnx",
      "predictions.csv",
      "scores.npy",
      "truth.npy",
      "validation-predictions.csv",
      "validation-scores.npy",
      "validation-truth.npy",
      "weights.f32",
    ]);
    const predictions = await readFile(join(directory, "a", "fold-1", "predictions.csv"), "utf8");
    const [header, ...rows] = predictions.trimEnd().split("\n");
    expect(header).toBe("record,sample,truth,predicted,N,S,V");
    expect(rows).toHaveLength(JSON.parse(first.stdout).parts.test.beats);
    const epochs = (await readFile(join(directory, "a", "events.jsonl"), "utf8")).trimEnd().split("\n");
    expect(epochs.map((line) => JSON.parse(line).record.epoch)).toEqual([1, 2, 3, 4]);
  });

  it("saves a model whose card says where it comes from", async () => {
    const card = readCard(await readFile(join(directory, "a", "model.onnx")), { file: "model.onnx" });
    expect(card.labels).toEqual(["N", "S", "V"]);
    expect(card.training).toMatchObject({ recipe: "small", dataset: "synthetic", fold: "small lists" });
    expect(card.metrics["accuracy"]!.value).toBe(JSON.parse(first.stdout).mean.accuracy);
    expect(card.intendedUse).toMatch(/no medical device/);
  });

  it("gives the same weights and report again", async () => {
    const again = await einthoven(["run", "small.json", "--out", "b", "--json"], directory);
    expect(await weights("b")).toEqual(await weights("a"));
    expect(JSON.parse(again.stdout).confusion).toEqual(JSON.parse(first.stdout).confusion);
  });

  it("continues a killed run to the same weights", async () => {
    const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
    await access(main);
    const options = { cwd: directory, stdio: "ignore" as const };
    let kills = 0;
    for (let attempt = 0; attempt < 8; attempt++) {
      const child = spawn(process.execPath, [main, "run", "small.json", "--out", "killed", "--resume"], options);
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_, signal) => resolve(signal)));
      // Kills once a new checkpoint is there, the first two times.
      const checkpoint = join(directory, "killed", "fold-1", "checkpoint");
      if (kills < 2) {
        const before = await readFile(checkpoint).catch(() => undefined);
        while (child.exitCode === null && child.signalCode === null) {
          const now = await readFile(checkpoint).catch(() => undefined);
          if (now !== undefined && (before === undefined || !now.equals(before))) {
            child.kill("SIGKILL");
            break;
          }
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
      if ((await ended) === "SIGKILL") kills++;
      else break;
    }
    expect(kills).toBeGreaterThan(0);
    expect(await weights("killed")).toEqual(await weights("a"));
    expect(JSON.parse(await readFile(join(directory, "killed", "report.json"), "utf8")).confusion).toEqual(
      JSON.parse(first.stdout).confusion,
    );
  });

  it("leaves a run that --resume continues when it is interrupted", async () => {
    const controller = new AbortController();
    const running = einthoven(
      ["run", "small.json", "--out", "stopped", "--set", "training.epochs=400"],
      directory,
      controller.signal,
    );
    const checkpoint = join(directory, "stopped", "fold-1", "checkpoint");
    while ((await readFile(checkpoint).catch(() => undefined)) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    controller.abort();
    expect(await running).toMatchObject({ code: 130 });
    expect((await readdir(join(directory, "stopped", "fold-1"))).sort()).toEqual(["checkpoint"]);
  });
});

describe("what can't be done ends in one sentence and exit code 1", () => {
  const failing = async (argv: readonly string[]) => {
    const result = await einthoven(argv, directory);
    expect(result.code).toBe(1);
    expect(result.stdout).toBe("");
    const lines = result.stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    return lines[0]!;
  };

  it("a recipe that is not there", async () => {
    expect(await failing(["run", "mitdb-multibranch"])).toMatch(
      /^Cannot find recipe "mitdb-multibranch": expected a file, or one of .*mitdb-multibranch-inter/,
    );
  });

  it("a recipe with a typo", async () => {
    expect(await failing(["run", "small.json", "--set", "training.epoch=3"])).toBe(
      'Cannot use recipe small.json: training: Unrecognized key: "epoch" (changed by training.epoch=3)',
    );
    await writeFile(join(directory, "broken.json"), '{"name": "x",');
    expect(await failing(["run", "broken.json"])).toMatch(/^Cannot read recipe broken.json: expected JSON, found: /);
  });

  it("a dataset that is not there, with the command that gets it", async () => {
    expect(await failing(["run", "mitdb-multibranch-inter"])).toMatch(/Get it with: einthoven data get mitdb/);
    await expect(access(join(directory, "runs", "mitdb-multibranch-inter"))).rejects.toThrow();
  });

  it("a folder that holds a run, or something else", async () => {
    expect(await failing(["run", "small.json", "--out", "a"])).toMatch(
      /it already holds a run\. Continue it with --resume/,
    );
    await mkdir(join(directory, "other"), { recursive: true });
    await writeFile(join(directory, "other", "notes.txt"), "mine");
    expect(await failing(["run", "small.json", "--out", "other"])).toMatch(/found notes\.txt/);
    expect(await readdir(join(directory, "other"))).toEqual(["notes.txt"]);
  });

  it("what the dataset does not know of", async () => {
    const run = (change: string) =>
      failing(["run", "small.json", "--out", "unknown", "--set", `dataset.options.${change}`]);
    expect(await run("patient=5")).toContain('Cannot open dataset synthetic: options: Unrecognized key: "patient"');
    expect(await run("ectopy=-1")).toContain("Cannot open dataset synthetic: ectopy: ");
    expect(await run('profile="nobody"')).toContain("Cannot open dataset synthetic: profile: ");
  });

  it("a class too small for the folds; a corrected recipe may use the same folder", async () => {
    const split = JSON.stringify({ kind: "stratified-folds", folds: 60, validation: 0.1, seed: 1 });
    const result = await einthoven(["run", "small.json", "--out", "again", "--set", `split=${split}`], directory);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr.trimEnd().split("\n").at(-1)).toMatch(
      /^Cannot split into 60 folds: expected at least 60 beats/,
    );
    expect(await readdir(join(directory, "again"))).toEqual(["recipe.json"]);
    expect(await einthoven(["run", "small.json", "--out", "again"], directory)).toMatchObject({ code: 0 });
  });

  it("a run of another recipe", async () => {
    expect(await failing(["run", "small.json", "--out", "a", "--resume", "--set", "seed=2"])).toMatch(
      /its recipe\.json differs from the recipe given/,
    );
  });

  it("a damaged checkpoint", async () => {
    await mkdir(join(directory, "damaged", "fold-1"), { recursive: true });
    await writeFile(join(directory, "damaged", "recipe.json"), await readFile(join(directory, "a", "recipe.json")));
    await writeFile(join(directory, "damaged", "fold-1", "checkpoint"), "EINTHCK1 but cut");
    const result = await einthoven(["run", "small.json", "--out", "damaged", "--resume"], directory);
    expect(result.code).toBe(1);
    expect(result.stderr.trimEnd().split("\n").at(-1)).toMatch(
      /^Cannot read checkpoint: expected a whole checkpoint file/,
    );
  });

  it.each([
    ["training.batch=33", /expected a multiple of training\.replicas \(2\), found 33/],
    ["model.name=cnn", /^Cannot find model "cnn": expected one of multi-branch-cnn/],
    ["model.settings.dropout=1", /^Cannot build model multi-branch-cnn: .*dropout/],
    ['dataset.without=["zzz"]', /^Cannot leave out zzz: dataset synthetic has no such record/],
  ])("what a recipe gets wrong, before anything is written: %s", async (change, message) => {
    expect(await failing(["run", "small.json", "--out", "odd", "--set", change])).toMatch(message);
    await expect(access(join(directory, "odd"))).rejects.toThrow();
  });

  it("a dataset without beats of the classes", async () => {
    const changes = ["--set", "dataset.options.ectopy=0", "--set", 'beats.classes=["S","V"]'];
    const result = await einthoven(["run", "small.json", "--out", "none", ...changes], directory);
    expect(result.stderr.trimEnd().split("\n").at(-1)).toMatch(
      /^Cannot train: expected beats of S, V in dataset synthetic, found none/,
    );
  });
});

it("a change that is none is wrong usage", async () => {
  const result = await einthoven(["run", "small.json", "--set", "epochs"], directory);
  expect(result).toMatchObject({ code: 2, stdout: "" });
  expect(result.stderr).toMatch(/expected --set <key=value>, found "epochs"/);
});

describe("the saved model", () => {
  it("scores the same on its own test part", async () => {
    const data = join(directory, "data", "synthetic");
    const { writeSyntheticDataset } = await import("../../src/datasets/index.ts");
    await writeSyntheticDataset(data, { patients: 6, seconds: 60, seed: 3 });
    const result = await einthoven(
      ["evaluate", "a/model.onnx", "--dataset", "synthetic", "--data", "data", "--json"],
      directory,
    );
    expect(result.stderr).toBe("");
    const report = JSON.parse(result.stdout);
    // The written copy is quantised to 5 µV, the run's recordings are not; a beat on the fence may fall to the other side.
    const expected = JSON.parse(first.stdout);
    expect(report.parts.test).toEqual(expected.parts.test);
    expect(Math.abs(report.mean.accuracy - expected.mean.accuracy)).toBeLessThan(0.03);
  });

  it("classifies a recording with nothing but its file", async () => {
    const result = await einthoven(
      [
        "classify",
        "data/synthetic/syn005",
        "--model",
        "a/model.onnx",
        "--beats",
        "annotated",
        "--write",
        "ai",
        "--json",
      ],
      directory,
    );
    expect(result.stderr).toBe("");
    const { model, recordings } = JSON.parse(result.stdout);
    expect(model.labels).toEqual(["N", "S", "V"]);
    const [recording] = recordings;
    expect(recording.id).toBe("syn005");
    expect(recording.beats.length).toBeGreaterThan(30);
    for (const beat of recording.beats) {
      expect(beat.probabilities.reduce((sum: number, p: number) => sum + p, 0)).toBeCloseTo(1, 4);
      expect(model.labels[beat.probabilities.indexOf(Math.max(...beat.probabilities))]).toBe(beat.label);
    }
    const { parseWfdbAnnotations } = await import("../../src/formats/index.ts");
    const written = parseWfdbAnnotations(await readFile(join(directory, "syn005.ai")), { name: "syn005.ai" });
    expect(written.map(({ sample, symbol }) => [sample, symbol])).toEqual(
      recording.beats.map((beat: { sample: number; label: string }) => [beat.sample, beat.label]),
    );
  });

  it("does not overwrite annotations unless it is told to", async () => {
    const argv = [
      "classify",
      "data/synthetic/syn005",
      "--model",
      "a/model.onnx",
      "--write",
      "atr",
      "--out",
      "data/synthetic",
    ];
    const before = await readFile(join(directory, "data", "synthetic", "syn005.atr"));
    const refused = await einthoven(argv, directory);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/syn005\.atr: expected no such file, found one \(--force overwrites\)/);
    expect(await readFile(join(directory, "data", "synthetic", "syn005.atr"))).toEqual(before);
    expect(await einthoven([...argv.slice(0, -1), ".", "--force"], directory)).toMatchObject({ code: 0 });
  });

  it("finds about as many beats as are annotated", async () => {
    const argv = ["classify", "data/synthetic/syn005", "--model", "a/model.onnx", "--json"];
    const detected = JSON.parse((await einthoven(argv, directory)).stdout).recordings[0];
    const annotated = JSON.parse((await einthoven([...argv, "--beats", "annotated"], directory)).stdout).recordings[0];
    expect(Math.abs(detected.beats.length / annotated.beats.length - 1)).toBeLessThan(0.1);
  });

  it("says on stderr what is odd about a recording that it classifies", async () => {
    const header = await readFile(join(directory, "data", "synthetic", "syn005.hea"), "utf8");
    await writeFile(join(directory, "data", "synthetic", "odd.hea"), header);
    const { code, stderr } = await einthoven(
      ["classify", "data/synthetic/odd", "--model", "a/model.onnx", "--json"],
      directory,
    );
    expect(code).toBe(0);
    expect(stderr).toBe('Notice: odd: The header of odd calls the record "syn005".\n');
    await rm(join(directory, "data", "synthetic", "odd.hea"));
  });

  it("is refused when it is damaged, or has no card", async () => {
    const model = await readFile(join(directory, "a", "model.onnx"));
    await writeFile(join(directory, "cut.onnx"), model.subarray(0, model.length - 5));
    const cut = await einthoven(["classify", "data/synthetic/syn005", "--model", "cut.onnx"], directory);
    expect(cut).toMatchObject({ code: 1 });
    expect(cut.stderr).toMatch(/^Cannot (open|read) .*cut\.onnx/);
    const missing = await einthoven(["classify", "data/synthetic/syn005", "--model", "nothing.onnx"], directory);
    expect(missing.stderr).toMatch(/^Cannot open model nothing\.onnx: expected an \.onnx file/);
  });
});

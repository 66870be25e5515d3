import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { writePtbXlLayout } from "../../src/datasets/index.ts";
import { predictionsFromCsv } from "../../src/train/index.node.ts";
import { einthoven } from "./small-recipe.ts";

const chosen = [
  "ptbxl-super-naive",
  "ptbxl-super-wavelet_nn",
  "ptbxl-super-ensemble",
  "icbeb-naive",
  "mitdb-beat-sequence-inter",
];
const all = [
  "run",
  "--all",
  ...chosen.flatMap((name) => ["--only", name]),
  "--data",
  "data",
  "--set",
  "training.epochs=2",
];

let directory: string;
let first: Awaited<ReturnType<typeof einthoven>>;

const read = (...path: string[]) => readFile(join(directory, ...path), "utf8");

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-all-"));
  await writePtbXlLayout(join(directory, "data", "ptb-xl"), { recordings: 60 });
  first = await einthoven([...all, "--json"], directory);
}, 60_000);

describe("einthoven run --all", () => {
  it("runs what the data allows, goes on after a failure, and ends with code 1 and one JSON document", () => {
    expect(first.code).toBe(1);
    const { recipes, leaderboard, files } = JSON.parse(first.stdout);
    expect(recipes.map(({ recipe, state }: { recipe: string; state: string }) => [recipe, state])).toEqual([
      ["mitdb-beat-sequence-inter", "no data"],
      ["icbeb-naive", "no data"],
      ["ptbxl-super-wavelet_nn", "done"],
      ["ptbxl-super-naive", "done"],
      ["ptbxl-super-ensemble", "failed"],
    ]);
    expect(recipes[1].reason).toBe(
      "not run: cpsc2018 is not on this machine (einthoven data get cpsc2018 --data data)",
    );
    expect(recipes[4].reason).toMatch(
      /^Cannot make the ensemble .*: expected finished runs of its 7 recipes in .*found none of ptbxl-super-xresnet1d101, /,
    );
    expect(first.stderr).toMatch(/\n1 of 5 recipes failed: ptbxl-super-ensemble: Cannot make the ensemble/);
    expect(Object.keys(files)).toEqual(["markdown", "html", "csv"]);
    const rows = Object.fromEntries(leaderboard.map((row: { recipe: string }) => [row.recipe, row]));
    expect(rows["ptbxl-super-wavelet_nn"]).toMatchObject({
      dataset: "ptb-xl",
      task: "superdiagnostic, official folds",
      model: "wavelet_nn",
      metric: "Macro AUC",
      published: 0.874,
      comparable: false,
      remark: expect.stringMatching(
        /changed by training.epochs=2; This copy of ptb-xl is partial: it has 60 of 21,799/,
      ),
    });
    expect(rows["ptbxl-super-naive"].ours).toBe(0.5);
    expect(rows["icbeb-naive"]).not.toHaveProperty("ours");
    expect(rows["mitdb-beat-sequence-inter"]).toMatchObject({
      task: "beats, 4 classes, DS1 to DS2",
      model: "beat-sequence",
      metric: "V: F1",
      published: 0.965,
    });
    expect(rows["ptbxl-super-ensemble"]).toMatchObject({
      published: 0.934,
      remark: expect.stringMatching(/^failed: Cannot make/),
    });
  });

  it("writes the leaderboard as Markdown, HTML and CSV", async () => {
    expect(await read("runs", "leaderboard.md")).toMatch(/wavelet\\_nn \| Macro AUC \| *0.874 \|.*not comparable/);
    expect(await read("runs", "leaderboard.html")).toContain("ptb-xl: superdiagnostic, official folds");
    expect((await read("runs", "leaderboard.csv")).split("\r\n")).toHaveLength(1 + 4 + 3 + 1);
  });

  it("says in the report that a partial copy is not compared", async () => {
    const report = JSON.parse(await read("runs", "ptbxl-super-wavelet_nn", "report.json"));
    expect(report.expected[0].verdict).toBe("incomparable");
    expect(await read("runs", "ptbxl-super-wavelet_nn", "report.md")).toContain("not comparable: partial data");
    expect(report.folds[0].bestEpoch).toBe(2);
  });

  it("skips what is finished, runs again what is not, and takes no changed recipe for it", async () => {
    const before = await read("runs", "ptbxl-super-wavelet_nn", "report.json");
    await writeFile(join(directory, "runs", "ptbxl-super-naive", "report.json"), before.slice(0, 99));
    const again = await einthoven([...all, "--json"], directory);
    const states = JSON.parse(again.stdout).recipes.map(({ state }: { state: string }) => state);
    expect(states).toEqual(["no data", "no data", "done before", "done", "failed"]);
    expect(await read("runs", "ptbxl-super-wavelet_nn", "report.json")).toBe(before);
    expect(JSON.parse(again.stdout).leaderboard).toEqual(
      JSON.parse(first.stdout).leaderboard.map((row: object) => ({ ...row, ...measuredAgain(row) })),
    );
    function measuredAgain(row: object) {
      return "recipe" in row && row.recipe === "ptbxl-super-naive"
        ? { seconds: expect.any(Number), date: expect.any(String), memoryMegabytes: expect.any(Number) }
        : {};
    }
    const changed = await einthoven(["run", "--all", "--only", "ptbxl-super-wav*", "--data", "data"], directory);
    expect(changed.stderr).toMatch(/its recipe.json differs from the recipe given/);
  });

  it("goes on where some recipes cannot be changed so, and not where none can", async () => {
    const some = [
      "run",
      "--all",
      "--only",
      "ptbxl-super-naive",
      "--only",
      "ptbxl-super-wav*",
      "--data",
      "data",
      "--json",
    ];
    const found = await einthoven([...some, "--out", "part", "--set", "scores.kind=naive"], directory);
    const recipes = JSON.parse(found.stdout).recipes;
    expect(recipes.map(({ recipe, state }: { recipe: string; state: string }) => [recipe, state])).toEqual([
      ["ptbxl-super-wavelet_nn", "failed"],
      ["ptbxl-super-naive", "done"],
    ]);
    expect(recipes[0].reason).toMatch(/^Cannot use recipe ptbxl-super-wavelet_nn: /);
    const { stderr } = await einthoven([...some, "--out", "none", "--set", "sed=1"], directory);
    expect(stderr).toMatch(/^Cannot use recipe ptbxl-super-wavelet_nn: the recipe: Unrecognized key: "sed"/);
  });

  it("ends at Ctrl-C, and the same command continues", async () => {
    const controller = new AbortController();
    const one = ["run", "--all", "--only", "ptbxl-super-wavelet_nn", "--data", "data", "--out", "stopped"];
    const longer = [...one, "--set", "training.epochs=3"];
    // In the first epoch's time: the folder is there, the run is not finished.
    const running = einthoven(longer, directory, controller.signal);
    while (!(await read("stopped", "ptbxl-super-wavelet_nn", "events.jsonl").catch(() => ""))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    controller.abort();
    const { code } = await running;
    expect([0, 130]).toContain(code);
    const after = await einthoven([...longer, "--json"], directory);
    expect(after.code).toBe(0);
    const epochs = (await read("stopped", "ptbxl-super-wavelet_nn", "events.jsonl")).trimEnd().split("\n");
    expect(epochs.map((line) => JSON.parse(line).record.epoch)).toEqual([1, 2, 3]);
  });

  it.each([
    [["run", "--all", "x"], /expected a recipe or --all, found x and --all/],
    [["run"], /expected a recipe, or --all, found neither/],
    [["run", "x", "--only", "y"], /expected --only with --all/],
    [
      ["run", "--all", "--only", "nothing-*"],
      /--only: expected a pattern that names of recipes fit .*found "nothing-\*"/,
    ],
  ])("refuses %j", async (argv, message) => {
    const { code, stderr } = await einthoven(argv, directory);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

const members = ["ptbxl-super-naive", "ptbxl-super-wavelet_nn"];

describe("an ensemble", () => {
  const ensemble = ["run", "ptbxl-super-ensemble", "--data", "data", "--set", `scores.runs=${JSON.stringify(members)}`];

  it("has the mean of its members' scores, and thresholds of its own", async () => {
    const { code, stdout } = await einthoven([...ensemble, "--json"], directory);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ recipe: "ptbxl-super-ensemble", dataset: "ptb-xl" });
    const tables = await Promise.all(
      [...members, "ptbxl-super-ensemble"].map(async (name) =>
        predictionsFromCsv(await read("runs", name, "fold-1", "predictions.csv"), "several"),
      ),
    );
    const [a, b, mean] = tables;
    expect(mean!.records).toEqual(a!.records);
    mean!.probabilities.forEach((p, i) => expect(p).toBeCloseTo((a!.probabilities[i]! + b!.probabilities[i]!) / 2, 6));
  });

  it("says what its members' reports say of leakage, and takes each once", async () => {
    const sentence = "The starting weights do not say what they were trained on; it may be this test part.";
    const member = join(directory, "runs", members[0]!, "report.json");
    const text = await readFile(member, "utf8");
    await writeFile(member, JSON.stringify({ ...JSON.parse(text), leakage: [sentence] }));
    const { stdout } = await einthoven([...ensemble, "--resume", "--json"], directory);
    await writeFile(member, text);
    expect(JSON.parse(stdout).leakage).toContain(sentence);
    const twice = ensemble.with(ensemble.length - 1, `scores.runs=${JSON.stringify([members[0], members[0]])}`);
    expect((await einthoven([...twice, "--out", "twice"], directory)).stderr).toContain("expected each run once");
  });

  it("refuses members of other examples, classes or splits", async () => {
    const file = join(directory, "runs", members[0]!, "fold-1", "predictions.csv");
    const recipe = join(directory, "runs", members[0]!, "recipe.json");
    const [text, own] = [await readFile(file, "utf8"), await readFile(recipe, "utf8")];
    const found = async () => (await einthoven([...ensemble, "--resume"], directory)).stderr;
    const lines = text.split("\n");
    await writeFile(file, lines.toSpliced(1, 1).join("\n"));
    expect(await found()).toMatch(
      /expected the examples of its own test part, found \d+ examples in ptbxl-super-naive/,
    );
    await writeFile(file, text.replace(lines[1]!.split(",")[0]!, "99999"));
    expect(await found()).toMatch(/found no 000\d\d, sample 0, in ptbxl-super-naive/);
    await writeFile(file, text.replace("CD", "XX"));
    expect(await found()).toMatch(/found classes XX, /);
    await writeFile(file, text);
    await writeFile(recipe, own.replace('"test"', '"tested"'));
    expect(await found()).toMatch(/expected runs of its own split, found another in ptbxl-super-naive/);
    await writeFile(recipe, own);
  });
});

describe("a recipe that starts from the run of another", () => {
  it("takes its model from the folder beside its own", async () => {
    const recipe = JSON.parse((await einthoven(["recipes", "show", members[1]!], directory)).stdout);
    const started = { ...recipe, name: "started", start: { run: members[1] } };
    await writeFile(join(directory, "started.json"), JSON.stringify(started));
    const run = ["run", "started.json", "--data", "data", "--set", "training.epochs=1"];
    const { code, stdout } = await einthoven([...run, "--json"], directory);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).recipe).toBe("started");
    expect(await readFile(join(directory, "runs", "started", "start.onnx"))).toEqual(
      await readFile(join(directory, "runs", members[1]!, "model.onnx")),
    );
    expect((await einthoven([...run, "--out", "elsewhere/started"], directory)).stderr).toMatch(
      /Cannot start from the run of ptbxl-super-wavelet_nn: expected a file at .*model.onnx, found none; run it first/,
    );
    expect((await einthoven([...run, "--set", "start.model=x"], directory)).stderr).toMatch(
      /start: expected either a model or a run/,
    );
  });
});

describe("einthoven recipes", () => {
  it("lists all with their data and published numbers", async () => {
    const { stdout } = await einthoven(["recipes", "list", "ptbxl-super-*", "--data", "data", "--json"], directory);
    const recipes: { name: string }[] = JSON.parse(stdout);
    expect(recipes.length).toBeGreaterThanOrEqual(11);
    expect(recipes.find(({ name }) => name === "ptbxl-super-xresnet1d101")).toMatchObject({
      family: "ptbxl-{task}-{model}",
      dataset: "ptb-xl",
      data: "partial",
      published: [{ metric: "macroAuc", value: 0.928, tolerance: 0.005 }],
    });
    const text = await einthoven(["recipes"], directory);
    expect(text.stdout).toMatch(/mitdb-multibranch-inter +mitdb +absent +–/);
  });

  it("shows one in full, which is a recipe again", async () => {
    const { stdout } = await einthoven(["recipes", "show", "icbeb-gru", "--set", "seed=7"], directory);
    expect(JSON.parse(stdout)).toMatchObject({ name: "icbeb-gru", seed: 7, training: { sampling: "shuffle" } });
    await writeFile(join(directory, "mine.json"), stdout);
    expect((await einthoven(["recipes", "show", "mine.json"], directory)).stdout).toBe(stdout);
    const { code, stderr } = await einthoven(["recipes", "show", "icbeb-gr"], directory);
    expect(code).toBe(1);
    expect(stderr).toMatch(/expected a file, or one of .*ptbxl-\{task\}-\{model\}/);
  });

  it("has no rate to look for without a training", async () => {
    const { stderr } = await einthoven(["find-rate", "icbeb-naive"], directory);
    expect(stderr).toMatch(/expected a training, found scores without one \(naive\)/);
  });
});

import { mkdir, mkdtemp, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { synthesiseRecording } from "../../src/datasets/index.ts";
import { encodeWfdb } from "../../src/formats/index.ts";
import { einthoven } from "./small-recipe.ts";

const people = 12;
let directory: string;

/** A folder of short recordings, every second one ectopic, and its table. */
async function writeFolder(folder: string, rows: readonly number[]): Promise<void> {
  await mkdir(folder);
  const table = ["record,label,patient,fold"];
  for (const person of rows) {
    const id = `r${person}`;
    const recording = synthesiseRecording({ patient: person, seconds: 4, sampleRate: 100, leads: ["I"] });
    for (const [name, bytes] of encodeWfdb(recording, { name: id })) {
      await writeFile(join(folder, name), bytes);
    }
    table.push(`${id},${person % 2 === 0 ? "even" : "odd"},p${person},${1 + (person % 3)}`);
  }
  await writeFile(join(folder, "labels.csv"), `${table.join("\n")}\n`);
}

const recipe = (name: string, split: unknown) => ({
  name,
  title: name,
  description: "For tests.",
  dataset: { name: "folder", options: { directory: "data" } },
  recordings: { preprocessing: { sampleRate: 100, leads: ["I"], window: { seconds: 4 } } },
  split,
  model: { name: "multi-branch-cnn", settings: { filters: [2, 2], dense: [4] } },
  training: { epochs: 1, batch: 4, optimizer: { name: "adam" }, learningRate: 0.001 },
  seed: 1,
});

async function evaluate(model: string, ...more: string[]) {
  const answer = await einthoven(["evaluate", model, "--dataset", "folder", "--json", ...more], directory);
  return { ...answer, report: answer.code === 0 ? JSON.parse(answer.stdout) : undefined };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-own-examples-"));
  const all = Array.from({ length: people }, (_, i) => i + 1);
  await writeFolder(join(directory, "data"), all);
  await writeFolder(join(directory, "fewer"), all.slice(0, 8));
  await writeFolder(join(directory, "cut"), all);
  await truncate(join(directory, "cut", "r3.dat"), 301);
  const splits = {
    dealt: { kind: "stratified-folds", folds: 2, validation: 0.2, seed: 1, together: "patient" },
    named: { kind: "official-folds", train: [1], validation: [2], test: [3] },
  };
  for (const [name, split] of Object.entries(splits)) {
    await writeFile(join(directory, `${name}.json`), JSON.stringify(recipe(name, split)));
    const { code, stderr } = await einthoven(["run", `${name}.json`, "--out", name], directory);
    expect(stderr).not.toContain("Cannot");
    expect(code).toBe(0);
  }
});

describe("which examples a model was trained on", () => {
  const dealt = "dealt/fold-1/model.onnx";
  const named = "named/model.onnx";

  it("is in its card, so that its own test part is found again", async () => {
    const { report } = await evaluate(dealt, "--set", `directory=${join(directory, "data")}`);
    const { folds } = JSON.parse(await readFile(join(directory, "dealt", "report.json"), "utf8"));
    expect(Object.keys(report.parts)).toEqual(["test"]);
    expect(report.mean.accuracy).toBeCloseTo(folds[0].metrics.accuracy, 9);
  });

  it("is not what a folder of the same name has: all of that is scored, and said so", async () => {
    const { report } = await evaluate(dealt, "--set", `directory=${join(directory, "fewer")}`);
    expect(report.split).toMatch(/^All 8 recordings/u);
    expect(report.leakage.join()).toContain("trained on other recordings of a dataset of this name");
  });

  it("a split that deals them out can't be made of others", async () => {
    const { code, stderr } = await evaluate(dealt, "--set", `directory=${join(directory, "fewer")}`, "--part", "test");
    expect(code).toBe(1);
    expect(stderr).toContain(
      "Cannot find the test part: expected the 12 recordings that the model's split was made of, found 8",
    );
  });

  it("a split by the dataset's own folds can", async () => {
    const { report } = await evaluate(named, "--set", `directory=${join(directory, "fewer")}`, "--part", "test");
    expect(Object.keys(report.parts)).toEqual(["test"]);
  });
});

describe("a damaged recording", () => {
  it("makes a run's data partial, and is named", async () => {
    const changed = {
      ...recipe("cut", { kind: "official-folds", train: [1], validation: [2], test: [3] }),
      expected: [{ metric: "accuracy", value: 0.5, tolerance: 1, source: "a guess" }],
    };
    await writeFile(
      join(directory, "cut.json"),
      JSON.stringify({ ...changed, dataset: { name: "folder", options: { directory: "cut" } } }),
    );
    const { code } = await einthoven(["run", "cut.json", "--out", "of-cut"], directory);
    expect(code).toBe(0);
    const { notices, expected } = JSON.parse(await readFile(join(directory, "of-cut", "report.json"), "utf8"));
    expect(notices).toContainEqual({
      code: "partial-damaged",
      message: expect.stringMatching(/^1 of the recordings .*r3/u),
    });
    expect(expected[0].verdict).toBe("incomparable");
  });
});

describe("a finished fold", () => {
  const resume = () => einthoven(["run", "dealt.json", "--out", "dealt", "--resume"], directory);
  const files = ["fold-1/predictions.csv", "fold-1/validation-predictions.csv", "fold-1/weights.f32"];

  it.each(files)("is not taken where %s was cut", async (name) => {
    const file = join(directory, "dealt", name);
    const whole = await readFile(file);
    await truncate(file, whole.length - 3);
    const { code, stderr } = await resume();
    await writeFile(file, whole);
    expect(code).toBe(1);
    expect(stderr).toContain(`expected the file ${name} of its finished fold 1, found a damaged one`);
  });

  it.each(["", "{", "{}", "null"])("is not taken where its fold.json is %j", async (text) => {
    const file = join(directory, "dealt", "fold-1", "fold.json");
    const whole = await readFile(file);
    await writeFile(file, text);
    const { code, stderr } = await resume();
    await writeFile(file, whole);
    expect(code).toBe(1);
    expect(stderr).toContain("expected what a finished fold leaves, found something else");
  });

  it("is not taken where the data are others by now", async () => {
    const file = join(directory, "data", "labels.csv");
    const table = await readFile(file, "utf8");
    await writeFile(file, table.replace("r12,even", "r12,odd"));
    const { code, stderr } = await resume();
    await writeFile(file, table);
    expect(code).toBe(1);
    expect(stderr).toContain("The data are others than when it was finished");
    expect(await resume()).toMatchObject({ code: 0 });
  });
});

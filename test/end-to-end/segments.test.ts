import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { syntheticDataset } from "../../src/datasets/index.ts";
import { encodeWfdb, parseWfdbAnnotations } from "../../src/formats/index.ts";
import { openModelFile } from "../../src/runtime/index.node.ts";
import { predictionsFromCsv } from "../../src/train/index.node.ts";
import { einthoven } from "./small-recipe.ts";

const options = { patients: 8, seconds: 60, seed: 5 };

const recipe = {
  name: "small-segments",
  title: "Small segments",
  description: "For tests.",
  dataset: { name: "synthetic", options },
  segments: {
    classes: { N: ["(N"], ectopic: ["(AB", "(B", "(SVTA", "(VT", "(T", "(AFIB", "(P", "(NOD", "(SBR"] },
    preprocessing: {
      sampleRate: 60,
      leads: ["MLII"],
      recording: [],
      windowSeconds: 2,
      segment: [{ step: "zscore" }, { step: "image", encoder: { name: "gasf" }, rows: 8, columns: 8 }],
    },
  },
  split: { kind: "stratified-folds", folds: 2, validation: 0.2, seed: 1 },
  model: { name: "multi-branch-cnn", settings: { filters: [4, 4], dense: [8] } },
  training: { epochs: 2, batch: 16, optimizer: { name: "adam" }, learningRate: 0.002 },
  seed: 1,
};

let directory: string;
let first: Awaited<ReturnType<typeof einthoven>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-segments-"));
  await writeFile(join(directory, "small.json"), JSON.stringify(recipe));
  first = await einthoven(["run", "small.json", "--out", "a", "--json"], directory);
});

describe("a run over segments", () => {
  it("reports segments, by class and by record", () => {
    expect(first.code).toBe(0);
    const report = JSON.parse(first.stdout);
    expect(report).toMatchObject({
      unit: "segment",
      classes: ["N", "ectopic"],
      classMap: { name: "annotated rhythms" },
    });
    expect(report.parts["test, fold 1"].segments).toBeGreaterThan(50);
    expect(report.intervals.unit).toBe("segment");
    expect(report.records.length).toBeGreaterThan(1);
    expect(report.leakage[0]).toMatch(/^Segments of the same person/);
  });

  it("classifies a recording segment by segment as the run did, and writes its rhythms", async () => {
    const table = predictionsFromCsv(await readFile(join(directory, "a", "fold-1", "predictions.csv"), "utf8"), "one");
    const record = table.records[0]!;
    const recording = await syntheticDataset(options).open(record);
    const predictor = await openModelFile(join(directory, "a", "fold-1", "model.onnx"));
    const { segments } = await predictor.predictSegments(recording);
    await predictor.close();
    expect(segments.length).toBe(30);
    table.records.forEach((each, row) => {
      if (each !== record) return;
      const found = segments.find(({ from }) => from === table.samples[row])!;
      found.probabilities.forEach((p, label) => expect(p).toBeCloseTo(table.probabilities[row * 2 + label]!, 5));
    });
    for (const [file, bytes] of encodeWfdb(recording, { format: 16, name: "r1" })) {
      await writeFile(join(directory, file), bytes);
    }
    const argv = ["classify", "r1", "--model", "a/model.onnx", "--write", "ai"];
    const shown = await einthoven(argv, directory);
    expect(shown.stdout).toMatch(/From \(s\) +To \(s\) +Class +Mean probability/);
    const json = JSON.parse((await einthoven([...argv, "--force", "--json"], directory)).stdout);
    const written = parseWfdbAnnotations(await readFile(join(directory, "r1.ai")), { name: "r1.ai" });
    expect(written[0]).toMatchObject({ sample: 0, symbol: "+" });
    expect(written.every(({ aux }) => aux === "(N" || aux === "(AB")).toBe(true);
    expect(json.recordings[0].segments).toHaveLength(30);
    expect(json.model).toMatchObject({ task: "segments" });
  });

  it("is measured again by evaluate, on the dataset with the options of its training", async () => {
    const argv = ["evaluate", "a/fold-1/model.onnx", "--dataset", "synthetic", "--json"];
    const again = await einthoven(argv, directory);
    const { parts, mean } = JSON.parse(again.stdout);
    const report = JSON.parse(first.stdout);
    expect(parts.test).toEqual(report.parts["test, fold 1"]);
    expect(mean.accuracy).toBeCloseTo(report.folds[0].metrics.accuracy, 9);
    const { code, stdout } = await einthoven([...argv, "--part", "all", "--set", "patients=3"], directory);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      unit: "segment",
      split: expect.stringMatching(/^All \d+ segments of 3 records/),
    });
  });
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, expect, test } from "vitest";

import { evaluateModel } from "../../../src/cli/evaluate-model.ts";
import { renderReportMarkdown } from "../../../src/evaluate/index.ts";
import type { LocatedDataset } from "../../../src/datasets/index.ts";
import { openPredictor } from "../../../src/runtime/index.ts";
import {
  parseAnyRecipe,
  parseRecipe,
  predictionsFromCsv,
  runSequenceRecipe,
  type SequenceRecipe,
} from "../../../src/train/index.node.ts";
import { ectopicRhythm, madeRecording } from "../../beats/sequence/made-recording.ts";

const shipped = new URL("../../../recipes/mitdb-beat-sequence-inter.json", import.meta.url);

function madeDataset(): LocatedDataset {
  const open = (id: string) => {
    const { recording } = madeRecording(
      ectopicRhythm({ count: 60, every: 4 + Number(id), kind: id === "2" ? "V" : "S" }),
    );
    return { ...recording, id };
  };
  return { name: "mitdb", recordNames: ["1", "2", "3"], open: async (id) => open(id) };
}

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), "einthoven-sequence-"))));
afterAll(() => rm(directory, { recursive: true, force: true }));

async function smallRecipe(): Promise<SequenceRecipe> {
  const changes = [
    'split.train=["1","2"]',
    'split.test=["3"]',
    'split.subsets=[{"without":["3"],"reason":"to have nothing"}]',
    'adaptation={"minutes":0.3,"repeats":2,"epochs":1,"learningRate":0.01}',
    "seeds=[1,2]",
    "sequence.members=2",
    "sequence.training.epochs=2",
    'sequence.variants={"pieces":1,"fibrillations":1,"majorities":{"S":1},"least":5}',
    'model.settings={"stem":8,"units":6}',
    'beats.preprocessing.chunk={"length":8,"stride":4}',
  ];
  return parseAnyRecipe(await readFile(shipped, "utf8"), { file: "shipped", changes }) as SequenceRecipe;
}

test("a recipe leads to reports, predictions and a model that says the same of a recording; a finished run is not done again", async () => {
  const recipe = await smallRecipe();
  const notes: string[] = [];
  const options = {
    dataset: madeDataset(),
    directory: join(directory, "run"),
    now: () => 0,
    date: "2026-01-01",
    software: { name: "einthoven", version: "0" },
    onNote: (note: string) => notes.push(note),
  };
  const report = await runSequenceRecipe(recipe, { ...options, resume: false });
  expect(notes.length).toBe(1 + 4 + 2);
  expect(report.folds.map(({ name }) => name)).toEqual(["seed 1", "seed 2"]);
  expect(report.parts["test, seed 1"]!.beats).toBe(60);
  expect(report.leakage).toEqual(recipe.disclosures);
  // Adapted nets are scored on the beats after .3 minutes alone, beside the same nets before.
  const [without, before, adapted] = report.subsets!;
  expect(without!.name).toBe("test without 3");
  expect([before!.name, adapted!.name]).toEqual([
    "test after the first 0.3 minutes",
    "the same, nets adapted to each patient",
  ]);
  const third = await options.dataset.open("3");
  const firstBeats = third.annotations.filter(({ sample }) => sample < 0.3 * 60 * third.sampleRate);
  for (const { confusion, mean, standardDeviation } of [before!, adapted!]) {
    expect(confusion!.flatMap((row) => [...row]).reduce((a, b) => a + b)).toBe(2 * (60 - firstBeats.length));
    expect(mean!.accuracy).toBeGreaterThan(0);
    expect(standardDeviation!.accuracy).toBeGreaterThanOrEqual(0);
  }
  expect(renderReportMarkdown(report)).toMatch(/the same, nets adapted to each patient \| \d+\.\d+ ± \d/);

  const read = (name: string) => readFile(join(options.directory, name));
  const csv = predictionsFromCsv((await read("seed-1/predictions.csv")).toString(), "one");
  const predictor = await openPredictor(ort, new Uint8Array(await read("model.onnx")), { file: "model.onnx" });
  expect(predictor.card).toMatchObject({
    task: "beat-sequences",
    disclosures: recipe.disclosures,
    labels: ["N", "S", "V", "F"],
  });
  const recording = await options.dataset.open("3");
  const positions = recording.annotations.map(({ sample }) => sample);
  const { beats, dropped, lead } = await predictor.predictBeats(recording, positions);
  expect({ dropped, lead }).toEqual({ dropped: { boundary: 0, gap: 0 }, lead: "MLII and V1" });
  beats.forEach(({ probabilities }, i) =>
    probabilities.forEach((value, c) => expect(value).toBeCloseTo(csv.probabilities[4 * i + c]!, 5)),
  );
  expect(beats.length).toBe(60);
  const { now, date, software } = options;
  const measured = await evaluateModel(predictor, { dataset: options.dataset, part: undefined, now, date, software });
  expect(measured.pooled).toEqual(report.folds[0]!.metrics);
  expect(measured.leakage).toEqual(recipe.disclosures);
  expect(measured.subsets!.map(({ name }) => name)).toEqual(["test without 3"]);
  const all = await evaluateModel(predictor, { dataset: options.dataset, part: "all", now, date, software });
  expect(all.parts["test"]!.beats).toBe(180);
  expect(all.leakage[0]).toMatch("trained on part of these beats");
  await expect(
    evaluateModel(predictor, { dataset: options.dataset, part: "validation", now, date, software }),
  ).rejects.toThrow("Cannot find the validation part: the model's choices were made by leaving training patients out");
  await predictor.close();

  const again = await runSequenceRecipe(recipe, { ...options, resume: true });
  expect(notes.length).toBe(7 + 1);
  expect(again.subsets).toEqual(report.subsets);
  expect(again.confusion).toEqual(report.confusion);

  const resumed = (dataset = options.dataset) => runSequenceRecipe(recipe, { ...options, dataset, resume: true });
  for (const name of ["predictions.csv", "adapted.csv", "model.onnx"]) {
    const file = join(options.directory, "seed-1", name);
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, -5));
    await expect(resumed()).rejects.toThrow(
      `expected the file seed-1/${name} of its finished seed 1, found a damaged one`,
    );
    await rm(file);
    await expect(resumed()).rejects.toThrow(`expected the file seed-1/${name} of its finished seed 1, found none`);
    await writeFile(file, whole);
  }
  const kept = join(options.directory, "seed-1", "seed.json");
  const text = await readFile(kept, "utf8");
  for (const cut of ["", "{}", text.slice(0, -9)]) {
    await writeFile(kept, cut);
    await expect(resumed()).rejects.toThrow("expected what a finished seed leaves, found something else");
  }
  await writeFile(kept, text);
  const relabelled: typeof options.dataset = {
    ...options.dataset,
    open: async (name) => {
      const recording = await options.dataset.open(name);
      return { ...recording, annotations: recording.annotations.map((each) => ({ ...each, symbol: "N" })) };
    },
  };
  await expect(resumed(relabelled)).rejects.toThrow("The data are others than when it was finished");
});

test("a recipe that does not fit is refused in one sentence", async () => {
  const text = await readFile(shipped, "utf8");
  expect(() => parseRecipe(text, { file: "r.json" })).toThrow(
    "Cannot train by recipe r.json: expected a training, found one of nets over beat sequences",
  );
  expect(() => parseAnyRecipe(text, { file: "r.json", changes: ["sequence.members=0"] })).toThrow(
    "Cannot use recipe r.json: sequence.members: ",
  );
  const recipe = await smallRecipe();
  const split = { ...recipe.split, test: ["9"] };
  const run = runSequenceRecipe(
    { ...recipe, split },
    {
      dataset: madeDataset(),
      directory: join(directory, "refused"),
      resume: false,
      now: () => 0,
      date: "",
      software: { name: "einthoven", version: "0" },
    },
  );
  await expect(run).rejects.toThrow("expected records 9, found none of these");
});

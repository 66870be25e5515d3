import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { LocatedDataset } from "../../../src/datasets/index.ts";
import { openPredictor } from "../../../src/runtime/index.ts";
import {
  parseSequenceRecipe,
  predictionsFromCsv,
  runSequenceRecipe,
  type SequenceRecipe,
} from "../../../src/train/index.node.ts";
import { ectopicRhythm, madeRecording } from "../../beats/sequence/made-recording.ts";

const shipped = new URL("../../../recipes/beat-sequence/mitdb-beat-sequence-inter.json", import.meta.url);

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
    "seeds=[1,2]",
    "sequence.members=2",
    "sequence.training.epochs=2",
    'sequence.variants={"pieces":1,"fibrillations":1,"majorities":{"S":1},"least":5}',
    'model.settings={"stem":8,"units":6}',
    'beats.preprocessing.chunk={"length":8,"stride":4}',
  ];
  return parseSequenceRecipe(await readFile(shipped, "utf8"), { file: "shipped", changes })!;
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
  expect(notes.length).toBe(1 + 4);
  expect(report.folds.map(({ name }) => name)).toEqual(["seed 1", "seed 2"]);
  expect(report.parts["test, seed 1"]!.beats).toBe(60);
  expect(report.leakage).toEqual(recipe.disclosures);

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
  await predictor.close();

  const again = await runSequenceRecipe(recipe, { ...options, resume: true });
  expect(notes.length).toBe(5 + 1);
  expect(again.confusion).toEqual(report.confusion);
});

test("a recipe that does not fit is refused in one sentence", async () => {
  const text = await readFile(shipped, "utf8");
  expect(parseSequenceRecipe('{"name":"x"}', { file: "x" })).toBeUndefined();
  expect(() => parseSequenceRecipe(text, { file: "r.json", changes: ["sequence.members=0"] })).toThrow(
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

import { readFile } from "node:fs/promises";

import { beforeAll, describe, expect, it } from "vitest";

import { type ModelCard, readCard } from "../../src/bundle/index.ts";
import { evaluateModel } from "../../src/cli/evaluate-model.ts";
import { createRandom } from "../../src/core/random.ts";
import type { Annotation, Recording } from "../../src/core/recording.ts";
import type { LocatedDataset } from "../../src/datasets/index.ts";
import type { Predictor } from "../../src/runtime/index.node.ts";

/** What says what is wrong before anything is predicted. */
const score = (card: ModelCard, dataset: LocatedDataset) =>
  evaluateModel({ card } as Predictor, {
    dataset,
    part: undefined,
    now: () => 0,
    date: "2026-11-21T00:00:00Z",
    software: { name: "einthoven", version: "test" },
  });

const cardOf = async (model: string) => {
  const file = new URL(`../../models/${model}.onnx`, import.meta.url);
  return readCard(await readFile(file), { file: model });
};

function datasetOf(
  name: string,
  { size = 2, leads, annotations = [] }: { size?: number; leads: readonly string[]; annotations?: Annotation[] },
): LocatedDataset {
  const recordNames = Array.from({ length: size }, (_, i) => `r${i}`);
  const random = createRandom("evaluate-model");
  const open = async (id: string): Promise<Recording> => ({
    id,
    sampleRate: 300,
    sampleCount: 3600,
    leads: leads.map((lead) => ({
      name: lead,
      unit: "mV",
      sampleRate: 300,
      samples: Float32Array.from({ length: 3600 }, () => random.normal()),
    })),
    annotations,
    comments: [],
    notices: [],
  });
  return { name, recordNames, open };
}

describe("evaluate", () => {
  let beats: ModelCard;
  let segments: ModelCard;
  const beat: Annotation = { sample: 1800, symbol: "N" };
  const rhythm: Annotation = { sample: 0, symbol: "+", aux: "(N" };
  beforeAll(async () => {
    beats = await cardOf("multibranch");
    const { leads } = beats.preprocessing as { leads: string[] };
    segments = {
      ...beats,
      task: "segments",
      labels: ["N", "AFIB"],
      preprocessing: { sampleRate: 100, leads, recording: [], windowSeconds: 2, segment: [] },
      cutting: { classes: { N: ["(N"], AFIB: ["(AFIB"] } },
    } as unknown as ModelCard;
  });

  it("says where a dataset has no such annotations at all, whatever its leads", async () => {
    await expect(score(beats, datasetOf("afdb", { leads: ["ECG1", "ECG2"], annotations: [rhythm] }))).rejects.toThrow(
      "Cannot score the model: expected annotated beats in dataset afdb, found none in its 2 records.",
    );
    await expect(score(segments, datasetOf("svdb", { leads: ["MLII"], annotations: [beat] }))).rejects.toThrow(
      "expected annotated rhythms in dataset svdb, found none in its 2 records.",
    );
  });

  it("names the leads that it wants and those that there are", async () => {
    const leads = ["ECG1", "ECG2"];
    await expect(score(beats, datasetOf("svdb", { leads, annotations: [beat] }))).rejects.toThrow(
      "Cannot score the model: expected recordings with lead MLII or II in dataset svdb, found ECG1, ECG2.",
    );
    await expect(score(segments, datasetOf("afdb", { leads, annotations: [rhythm] }))).rejects.toThrow(
      "expected recordings with lead MLII or II in dataset afdb, found ECG1, ECG2.",
    );
  });

  it("names the classes where leads and annotations are there", async () => {
    const paced: Annotation = { sample: 1800, symbol: "/" };
    await expect(score(beats, datasetOf("svdb", { leads: ["II"], annotations: [paced] }))).rejects.toThrow(
      "expected beats of N, S, V, F in dataset svdb, found none that it can read.",
    );
  });

  it("refuses the folds of another copy of the model's dataset", async () => {
    const dataset = datasetOf("cinc2017", { size: 40, leads: ["ECG"] });
    const classes = ["N", "A", "O", "~"];
    const of = new Map(dataset.recordNames.map((record, i) => [record, [classes[i % 4]!]]));
    const labels = async () => ({ task: "rhythm", classes, kind: "one" as const, of, notices: [] });
    await expect(score(await cardOf("rhythm"), { ...dataset, labels })).rejects.toThrow(
      /^Cannot find the test part: expected the 8528 recordings that the model's split was made of, found \d+ that are not the same .*; use --part all/,
    );
  });
});

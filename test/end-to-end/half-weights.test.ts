import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";

import { readCard } from "../../src/bundle/index.ts";
import { writeSyntheticDataset } from "../../src/datasets/index.ts";
import { openModelFile } from "../../src/runtime/index.node.ts";
import { compareModels } from "../../src/train/index.ts";
import { decodeOnnxModel } from "../../src/tensor/index.ts";
import { einthoven, recipeFolder } from "./small-recipe.ts";

let directory: string;
const model = (run: string) => readFile(join(directory, run, "model.onnx"));

beforeAll(async () => {
  directory = await recipeFolder();
  const changes = ["--set", "training.epochs=2"];
  expect(await einthoven(["run", "small.json", "--out", "whole", ...changes], directory)).toMatchObject({ code: 0 });
  const half = ["--set", "export.weights=float16"];
  expect(await einthoven(["run", "small.json", "--out", "half", ...changes, ...half], directory)).toMatchObject({
    code: 0,
  });
});

describe("a run that exports float16 weights", () => {
  it("writes a smaller model whose card states the difference on the validation rows", async () => {
    const [half, whole] = [await model("half"), await model("whole")];
    expect((await stat(join(directory, "half", "model.onnx"))).size).toBeLessThan(0.75 * whole.length);
    expect(decodeOnnxModel(half).graph.initializers.filter(({ dataType }) => dataType === 10)).toHaveLength(8);
    const { precision, training } = readCard(half, { file: "half" });
    expect(precision).toMatchObject({ weights: "float16", comparedOn: "validation", rows: training.rows.validation });
    expect(precision!.largestDifference).toBeGreaterThan(0);
    expect(precision!.largestDifference).toBeLessThan(0.01);
    expect(readCard(whole, { file: "whole" }).precision).toBeUndefined();
  });

  it("is the float32 model but for that", async () => {
    const [half, whole] = [await model("half"), await model("whole")];
    const inputs = Float32Array.from({ length: 125 * 10 }, (_, i) => Math.sin(i / 7) + Math.cos(i));
    const sizes = { channels: 1, samples: 125, classCount: 3, extras: [] };
    const given = { data: { inputs, size: 10 }, rows: [0, 3, 9], sizes };
    const difference = await compareModels(ort, { models: [half, whole], ...given });
    expect(difference.rows).toBe(3);
    expect(difference.largestDifference).toBeLessThan(0.01);
    expect(await compareModels(ort, { models: [half, half], ...given })).toEqual({
      rows: 3,
      largestDifference: 0,
      changedDecisions: 0,
    });
  });

  it("is opened by the runtime and measured by evaluate", async () => {
    const predictor = await openModelFile(join(directory, "half", "model.onnx"));
    expect(await predictor.predictRows(new Float32Array(250))).toHaveLength(6);
    await predictor.close();
    await writeSyntheticDataset(join(directory, "data", "synthetic"), { patients: 6, seconds: 60, seed: 3 });
    const where = ["--dataset", "synthetic", "--data", "data", "--json"];
    const measured = await einthoven(["evaluate", "half/model.onnx", ...where], directory);
    expect(measured).toMatchObject({ code: 0 });
    expect(JSON.parse(measured.stdout)).toHaveProperty("mean");
  });
});

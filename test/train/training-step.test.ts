import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { createRandom } from "../../src/core/random.ts";
import type { Architecture } from "../../src/models/index.ts";
import { globalAveragePool, mul, parameter } from "../../src/tensor/index.ts";
import {
  type BuiltProgram,
  buildTrainingProgram,
  createLocalReplicas,
  initialiseParameters,
  trainingSchema,
  weightsOf,
} from "../../src/train/index.ts";
import { createThreadReplicas } from "../../src/train/replicas/thread-replicas.node.ts";

/** One channel normalised with the last batch's statistics alone, then averaged: everything that a batch leaves behind. */
const normed: Architecture = {
  name: "normed",
  source: "this test",
  settings: z.unknown(),
  build: (x, { layers, classCount }) => {
    const y = layers.conv1d(x, { name: "conv", filters: 1, kernel: 3, bias: false });
    const normal = layers.batchNorm(y, { name: "norm", momentum: 1 });
    const fixed = parameter("fixed", [1], { initialise: { kind: "constant", value: 2 }, trainable: false });
    return layers.dense(mul(globalAveragePool(normal), fixed), { name: "output", units: classCount });
  },
};

const samples = 10;
const training = trainingSchema.parse({ epochs: 1, batch: 12, optimizer: { name: "adamw" }, learningRate: 1e-6 });

function program(shards: number): BuiltProgram {
  return buildTrainingProgram({
    architecture: normed,
    settings: {},
    optimizer: training.optimizer,
    shardSize: training.batch / shards,
    shards,
    evaluationBatch: 4,
    channels: 1,
    samples,
    classCount: 2,
  });
}

/** 13 rows, each constant but for a little noise: a second step of one row. */
const random = createRandom("rows");
const data = {
  inputs: Float32Array.from({ length: 13 * samples }, (_, i) => Math.floor(i / samples) - 6 + 0.01 * random.normal()),
  labels: Uint8Array.from({ length: 13 }, (_, row) => row % 2),
  size: 13,
};

async function trained(shards: number, where: "local" | "threads"): Promise<Map<string, Float32Array>> {
  const built = program(shards);
  const replicas =
    where === "local"
      ? await createLocalReplicas(ort, { program: built.program, data })
      : await createThreadReplicas({ program: built.program, data });
  const { slots } = await replicas.read();
  const parameters = initialiseParameters(built.parameters, built.program.layout, createRandom("start"));
  await replicas.write({ parameters, slots });
  const { losses } = await replicas.trainEpoch({
    order: Int32Array.from({ length: 13 }, (_, row) => row),
    learningRates: new Float32Array(2).fill(training.learningRate),
    stepsBefore: 0,
    seed: "s",
    classWeights: new Float32Array(2).fill(1),
    augmentation: training.augmentation,
  });
  expect(losses).toHaveLength(2);
  const { parameters: after } = await replicas.read();
  await replicas.close();
  return weightsOf(after, built.program.layout);
}

describe("a short last batch", () => {
  it.each([1, 2, 3, 4])("gives batch norm statistics of different rows, over %i replicas", async (shards) => {
    const weights = await trained(shards, "local");
    const kernel = weights.get("conv.weight")!.reduce((sum, value) => sum + value, 0);
    // The shards hold 12 / shards neighbouring rows: their levels are 1 apart, so their variance is at least about 1.
    expect(weights.get("norm.runningVariance")![0]! / kernel ** 2).toBeGreaterThan(0.9);
    expect(await trained(shards, "threads")).toEqual(weights);
  });
});

describe("a parameter that is not trainable", () => {
  it("stays what it is", async () => {
    expect((await trained(2, "local")).get("fixed")).toEqual(Float32Array.of(2));
  });
});

describe("weight decay", () => {
  it("applies to kernels, also of one filter or unit, and to nothing else", () => {
    const { places } = program(1).program.layout;
    const decayed = places.filter((place) => place.decay).map((place) => place.name);
    expect(decayed).toEqual(["conv.weight", "output.weight"]);
  });
});

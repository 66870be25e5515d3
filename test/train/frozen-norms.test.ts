import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { type Architecture, traceModel } from "../../src/models/index.ts";
import { encodeOnnx } from "../../src/tensor/index.ts";
import { type TrainerState, createLocalReplicas, judge } from "../../src/train/index.ts";
import { classes, fitAll, settings, smallData, smallProgram, start } from "./small-training.ts";
import { keptWeights, recordsOf } from "./train-small.ts";

const normed: Architecture = {
  name: "normed",
  source: "this test",
  build: (x, { layers, ops, classCount }) => {
    let y = x;
    for (const name of ["first", "second"]) {
      y = layers.conv1d(y, { name: `${name}.conv`, filters: 6, kernel: 5, padding: "same", bias: false });
      y = ops.relu(layers.batchNorm(y, { name: `${name}.norm` }));
    }
    return layers.dense(ops.globalAveragePool(y), { name: "class", units: classCount });
  },
};

const data = smallData(64);
const rows = Int32Array.from({ length: data.size }, (_, row) => row);

/** A state whose running statistics are those of no batch. */
function movedStatistics(
  { parameters, slots }: TrainerState,
  places: readonly { name: string; start: number; length: number }[],
) {
  const moved = parameters.slice();
  const random = createRandom("statistics");
  for (const { name, start: first, length } of places) {
    if (name.includes("running")) for (let i = 0; i < length; i++) moved[first + i] = 0.3 + random.uniform();
  }
  return { parameters: moved, slots };
}

/** The loss of one whole batch in training, the loss of the same rows when they are scored, and the parameters around the step. */
async function oneStep(frozen: readonly string[], architecture: Architecture = normed, gpu = false) {
  const training = settings({ frozen, batch: 64, epochs: 1, learningRate: 0.01, optimizer: { name: "sgd" } });
  const built = smallProgram(training, {}, { architecture, settings: {}, gpu });
  const { layout } = built.program;
  const replicas = await createLocalReplicas(ort, { program: built.program, data });
  try {
    await start(replicas, built);
    await replicas.write(movedStatistics(await replicas.read(), layout.places));
    const before = await replicas.read();
    const { loss } = judge(await replicas.score(rows), rows, {
      data,
      classes,
      loss: built.program.loss,
      monitor: "loss",
    });
    const events = await fitAll(replicas, { data, training, train: rows, validation: rows });
    const after = keptWeights(events);
    const changed = layout.places.flatMap(({ name, start: first, length }) => {
      const values = after.get(name)!;
      return before.parameters.slice(first, first + length).some((value, i) => value !== values[i]) ? [name] : [];
    });
    return { scored: loss, trained: recordsOf(events)[0]!.trainLoss, changed: changed.toSorted() };
  } finally {
    await replicas.close();
  }
}

const all = [
  "first.conv.weight",
  "first.norm.bias",
  "first.norm.runningMean",
  "first.norm.runningVariance",
  "first.norm.scale",
];
const second = all.map((name) => name.replace("first", "second"));
const last = ["class.bias", "class.weight"];

describe("batch norm in training", () => {
  it("goes by its running statistics and keeps them where all of it is frozen", async () => {
    const { scored, trained, changed } = await oneStep(["first.*", "second.norm.*"]);
    expect(trained).toBeCloseTo(scored, 5);
    expect(changed).toEqual([...last, "second.conv.weight"].toSorted());
    const forGpu = await oneStep(["first.*", "second.norm.*"], normed, true);
    expect(forGpu.trained).toBeCloseTo(trained, 5);
    expect(forGpu.changed).toEqual(changed);
  });

  it("goes by the batch's where it is trained, whether others are frozen or not", async () => {
    const plain = await oneStep([]);
    expect(Math.abs(plain.trained - plain.scored)).toBeGreaterThan(0.01);
    expect(plain.changed).toEqual([...last, ...all, ...second].toSorted());
    const { scored, trained, changed } = await oneStep(["first.*"]);
    expect(Math.abs(trained - scored)).toBeGreaterThan(0.01);
    expect(trained).not.toBe(plain.trained);
    expect(changed).toEqual([...last, ...second].toSorted());
  });

  it("goes by the batch's where only its statistics are frozen", async () => {
    const plain = await oneStep([]);
    const { trained, changed } = await oneStep(["*.runningMean", "*.runningVariance"]);
    expect(trained).toBe(plain.trained);
    expect(changed.filter((name) => name.includes("running"))).toEqual([]);
    expect(changed).toContain("first.norm.scale");
  });

  it("does so in a net that is read from a file, too", async () => {
    const net = traceModel(normed, {
      mode: "inference",
      settings: {},
      batch: 1,
      channels: 1,
      samples: 48,
      classCount: 3,
    });
    const built = smallProgram(settings(), {}, { architecture: normed, settings: {} });
    const random = createRandom("file");
    const weights = new Map(
      built.program.layout.places.map(({ name, length }) => [
        name,
        Float32Array.from({ length }, () => (name.includes("running") ? 0.5 + random.uniform() : random.normal() / 3)),
      ]),
    );
    const bytes = encodeOnnx({ outputs: { probabilities: net.logits }, weights, dynamicBatch: true });
    const fromFile: Architecture = {
      name: "file",
      source: "this test",
      build: (x, { layers }) => layers.onnx(x, { bytes }),
    };
    const frozen = await oneStep(["first.*", "second.norm.*"], fromFile);
    expect(frozen.trained).toBeCloseTo(frozen.scored, 5);
    expect(frozen.changed).toEqual([...last, "second.conv.weight"].toSorted());
    const plain = await oneStep([], fromFile);
    expect(Math.abs(plain.trained - plain.scored)).toBeGreaterThan(0.01);
  });
});

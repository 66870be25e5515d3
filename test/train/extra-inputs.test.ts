import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import type { Architecture } from "../../src/models/index.ts";
import { traceModel } from "../../src/models/index.ts";
import { createExecutor, encodeOnnx } from "../../src/tensor/index.ts";
import { createBatchFiller } from "../../src/train/batches/batch-filler.ts";
import { halveWeights } from "../../src/train/runs/half-weights.node.ts";
import {
  type BuiltProgram,
  type ReplicaGroup,
  type TrainingData,
  compareModels,
  createLocalReplicas,
  findRate,
} from "../../src/train/index.ts";
import { createThreadReplicas } from "../../src/train/replicas/thread-replicas.node.ts";
import { fitAll, settings, smallProgram, start } from "./small-training.ts";
import { checkpointsOf, keptWeights, recordsOf } from "./train-small.ts";

const samples = 16;
const classes = ["no", "yes"];

/** A signal and two intervals before the last layer. */
const withIntervals: Architecture = {
  name: "with-intervals",
  source: "this test",
  inputs: () => ({ intervals: { shape: [2] } }),
  build: (x, { layers, ops, inputs, classCount }) => {
    const beat = ops.globalAveragePool(ops.relu(layers.conv1d(x, { name: "conv", filters: 4, kernel: 5 })));
    const joined = layers.concat([layers.dropout(beat, { rate: 0.2 }), inputs["intervals"]!]);
    const code = ops.relu(layers.dense(joined, { name: "code", units: 8 }));
    return layers.dense(code, { name: "class", units: classCount });
  },
};

/** Noise, and intervals of which the longer one is the class. */
function intervalData(size = 300): TrainingData & { readonly extras: { readonly intervals: Float32Array } } {
  const random = createRandom("intervals");
  const normal = (length: number) => Float32Array.from({ length }, () => random.normal());
  const intervals = normal(size * 2);
  const labels = Uint8Array.from({ length: size }, (_, row) => (intervals[row * 2]! > intervals[row * 2 + 1]! ? 1 : 0));
  return { inputs: normal(size * samples), labels, size, extras: { intervals } };
}

const training = settings({ epochs: 15, optimizer: { name: "adam" }, learningRate: 0.01 });
const build = (changes: Partial<Parameters<typeof smallProgram>[2]> = {}, given = training): BuiltProgram =>
  smallProgram(given, {}, { architecture: withIntervals, settings: {}, samples, classCount: 2, ...changes });

async function train(
  built: BuiltProgram,
  open: (data: TrainingData) => Promise<ReplicaGroup>,
  options: Partial<Parameters<typeof fitAll>[1]> = {},
) {
  const data = options.data ?? intervalData();
  const replicas = await open(data);
  try {
    await start(replicas, built);
    return await fitAll(replicas, { classes, training, diagnosis: built.diagnosis, ...options, data });
  } finally {
    await replicas.close();
  }
}

describe("a net that reads more than the signal", () => {
  it("learns what only its other input says, on threads as in turns, and from a checkpoint on", async () => {
    const built = build();
    const { program } = built;
    const local = await train(built, (data) => createLocalReplicas(ort, { program, data }));
    expect(recordsOf(local).at(-1)!.validation.accuracy).toBeGreaterThan(0.9);
    const resumeFrom = checkpointsOf(local)[12]!;
    const threads = await train(built, (data) => createThreadReplicas({ program, data }), { resumeFrom });
    expect(keptWeights(threads)).toEqual(keptWeights(local));
    expect(recordsOf(threads)).toEqual(recordsOf(local).slice(13));
  });

  it("is mixed in both inputs, and only the signal is augmented", () => {
    const { program } = build({ shardSize: 4, shards: 1 });
    const size = 4;
    const inputs = Float32Array.from({ length: size * samples }, (_, i) => 1 + Math.floor(i / samples));
    const intervals = Float32Array.from({ length: size * 2 }, (_, i) => 1 + Math.floor(i / 2));
    const data = { inputs, labels: Uint8Array.of(0, 1, 0, 1), size, extras: { intervals } };
    const { feeds, fill: fillBatch } = createBatchFiller({ program, data });
    const fill = (changes: object) => {
      const order = Int32Array.of(2, 0, 3, 1);
      const request = { order, seed: "mix", classWeights: Float32Array.of(1, 1), augmentation: { shift: 0, scale: 0 } };
      fillBatch({ ...request, ...changes }, { step: 0, part: 0 });
      return { x: feeds["x"]!, intervals: feeds["intervals"]! };
    };
    expect([...fill({}).intervals]).toEqual([3, 3, 1, 1, 4, 4, 2, 2]);
    const scaled = fill({ augmentation: { shift: 0, scale: 0.5 } });
    expect([...scaled.intervals]).toEqual([3, 3, 1, 1, 4, 4, 2, 2]);
    expect(scaled.x[0]).not.toBe(3);
    const mixed = fill({ mixup: { alpha: 1 } });
    for (let row = 0; row < size; row++) expect(mixed.intervals[row * 2]).toBe(mixed.x[row * samples]);
    expect(mixed.intervals.every(Number.isInteger)).toBe(false);
  });

  it("trains by what is written for a GPU, and looks for a rate", async () => {
    const built = build({ gpu: true });
    const data = intervalData(80);
    const replicas = await createLocalReplicas(ort, { program: built.program, data });
    await start(replicas, built);
    const rows = Int32Array.from({ length: data.size }, (_, row) => row);
    const search = await findRate({ replicas, data, classes, train: rows, training, seed: 1, steps: 4 });
    expect(search.losses.every(Number.isFinite)).toBe(true);
    await replicas.close();
  });

  it("says where a value that is not finite comes in", async () => {
    const built = build();
    const data = intervalData(64);
    data.extras.intervals[20] = Infinity;
    const { program } = built;
    await expect(
      train(built, () => createLocalReplicas(ort, { program, data }), { data, training: { ...training, epochs: 1 } }),
    ).rejects.toThrow(
      /The first value that is not finite is at step \d: Infinity in 1 of 16 values of input "intervals"/,
    );
  });

  it("is exported with all its inputs, in float16 too", async () => {
    const built = build();
    const data = intervalData(40);
    const { program } = built;
    const replicas = await createLocalReplicas(ort, { program, data });
    await start(replicas, built);
    const rows = Int32Array.from({ length: data.size }, (_, row) => row);
    const scores = await replicas.score(rows);
    const weights = keptWeights(await fitAll(replicas, { classes, data, training: { ...training, epochs: 1 } }));
    const trained = await replicas.score(rows);
    await replicas.close();
    expect(trained).not.toEqual(scores);

    const net = traceModel(withIntervals, {
      mode: "inference",
      settings: {},
      batch: 1,
      channels: 1,
      samples,
      classCount: 2,
    });
    const logits = encodeOnnx({ outputs: { probabilities: net.logits }, weights, dynamicBatch: true });
    const executor = await createExecutor(ort, logits);
    const found = new Float32Array(data.size * 2);
    await executor.run({ x: data.inputs, intervals: data.extras.intervals }, { probabilities: found });
    await executor.close();
    for (let row = 0; row < data.size; row++) {
      const odds = Math.exp(found[row * 2 + 1]! - found[row * 2]!);
      expect(trained[row * 2 + 1]).toBeCloseTo(odds / (1 + odds), 5);
    }
    const models = [logits, halveWeights(logits)] as const;
    const difference = await compareModels(ort, { models, data, rows, sizes: program });
    expect(difference.rows).toBe(40);
    expect(difference.largestDifference).toBeGreaterThan(0);
    expect(difference.largestDifference).toBeLessThan(0.02);
  });

  it("is refused without them, with other sizes, and with names or types that training can't have", async () => {
    const { program } = build();
    const { extras, ...alone } = intervalData(30);
    const open = (data: TrainingData) => createLocalReplicas(ort, { program, data });
    const threads = (data: TrainingData) => createThreadReplicas({ program, data });
    const wanted = `Cannot use the training data: expected the net's input "intervals", [30, 2], found`;
    await expect(open(alone)).rejects.toThrow(`${wanted} none beside the signal.`);
    await expect(threads({ ...alone, extras: { age: new Float32Array(30) } })).rejects.toThrow(`${wanted} age.`);
    await expect(open({ ...alone, extras: { intervals: extras.intervals.subarray(1) } })).rejects.toThrow(
      `${wanted} 59 values.`,
    );
    const declaring = (inputs: ReturnType<NonNullable<Architecture["inputs"]>>) => () =>
      build({ architecture: { ...withIntervals, inputs: () => ({ intervals: { shape: [2] }, ...inputs }) } });
    expect(declaring({ ids: { shape: [1], dtype: "int64" } })).toThrow(
      "expected inputs of float32, found ids of int64",
    );
    expect(declaring({ x: { shape: [1] } })).toThrow("expected inputs beside the signal x, found one called x");
    expect(declaring({ y: { shape: [1] } })).toThrow("found y");
    // Declared, but not read: nothing has to be fed.
    expect(declaring({ unread: { shape: [1] } })().program.extras.map(({ name }) => name)).toEqual([
      "intervals",
      "unread",
    ]);
  });
});

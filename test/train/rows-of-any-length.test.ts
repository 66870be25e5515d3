import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { checkTrainingInputs, openDataRows, resolveWindows, windowStarts } from "../../src/signal/index.ts";
import { createBatchFiller } from "../../src/train/batches/batch-filler.ts";
import { drawCrop } from "../../src/train/batches/crop.ts";
import {
  type TrainingData,
  createLocalReplicas,
  findRate,
  shareTrainingData,
  trainingSchema,
} from "../../src/train/index.ts";
import { fitAll, settings, smallData, smallProgram, start } from "./small-training.ts";
import { checkpointsOf, keptWeights, recordsOf, trainSmall } from "./train-small.ts";

const samples = 48;

/** The small data within rows of 30 to 150 samples, with noise around, or cut. */
function rowsOfAnyLength(size = 200): TrainingData & { readonly lengths: Int32Array } {
  const random = createRandom("lengths");
  const whole = smallData(size);
  const lengths = Int32Array.from({ length: size }, () => 30 + random.integer(121));
  const inputs = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  let start = 0;
  lengths.forEach((length, row) => {
    for (let i = 0; i < length; i++) inputs[start + i] = whole.inputs[row * samples + (i % samples)]!;
    start += length;
  });
  return { inputs, lengths, labels: whole.labels!, size };
}

const sizes = { channels: 2, samples: 4, extras: [] };
/** Two channels; rows of 6, 2 and 4 samples. */
const three = {
  inputs: Float32Array.from(
    [
      [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16],
      [21, 22, 31, 32],
      [41, 42, 43, 44, 51, 52, 53, 54],
    ].flat(),
  ),
  lengths: Int32Array.of(6, 2, 4),
  size: 3,
};

function windowOf(data: Parameters<typeof openDataRows>[0], place: { row: number; from: number }): number[] {
  const target = new Float32Array(8).fill(NaN);
  openDataRows(data, sizes).copyWindow(target, place);
  return [...target];
}

describe("the windows of a row", () => {
  it("begin every stride, and the last ends with the row", () => {
    expect(windowStarts(1000, { samples: 250, stride: 125 })).toEqual([0, 125, 250, 375, 500, 625, 750]);
    expect(windowStarts(1001, { samples: 250, stride: 125 })).toEqual([0, 125, 250, 375, 500, 625, 750, 751]);
    expect(windowStarts(250, { samples: 250, stride: 125 })).toEqual([0]);
    expect(windowStarts(100, { samples: 250, stride: 125 })).toEqual([-75]);
    expect(windowStarts(700, { samples: 250, stride: 400 })).toEqual([0, 400, 450]);
    expect(() => resolveWindows({ stride: 251, aggregation: "mean" }, 250)).toThrow(
      "Cannot score in windows: expected a stride of at most a window's 250 samples, found 251.",
    );
  });

  it("lie in the row and leave nothing out up to a stride of a window", () => {
    const random = createRandom("windows");
    for (let i = 0; i < 300; i++) {
      const length = 20 + random.integer(200);
      const stride = 1 + random.integer(20);
      const starts = windowStarts(length, { samples: 20, stride });
      expect(starts[0]).toBe(0);
      expect(starts.at(-1)).toBe(length - 20);
      starts.slice(1).forEach((from, at) => {
        expect(from - starts[at]!).toBeGreaterThan(0);
        expect(from - starts[at]!).toBeLessThanOrEqual(stride);
      });
    }
  });

  it("are copied by channel, with zeros where the row has no samples", () => {
    expect(windowOf(three, { row: 0, from: 1 })).toEqual([2, 3, 4, 5, 12, 13, 14, 15]);
    expect(windowOf(three, { row: 1, from: -1 })).toEqual([0, 21, 22, 0, 0, 31, 32, 0]);
    expect(windowOf(three, { row: 2, from: 0 })).toEqual([41, 42, 43, 44, 51, 52, 53, 54]);
    expect(windowOf(three, { row: 2, from: 3 })).toEqual([44, 0, 0, 0, 54, 0, 0, 0]);
  });

  it("are scaled by one pair or by channel, and filled up with zeros after that", () => {
    const one = { ...three, scaling: { mean: [20], deviation: [2] } };
    expect(windowOf(one, { row: 1, from: 0 })).toEqual([0.5, 1, 0, 0, 5.5, 6, 0, 0]);
    const each = { ...three, scaling: { mean: [20, 30], deviation: [2, 4] } };
    expect(windowOf(each, { row: 1, from: -2 })).toEqual([0, 0, 0.5, 1, 0, 0, 0.25, 0.5]);
  });

  it("are drawn from everywhere in a longer row, and around all of a shorter one", () => {
    const random = createRandom("crops");
    const drawn = (length: number) =>
      new Set(Array.from({ length: 400 }, () => drawCrop(random, { length, samples: 10 })));
    expect([...drawn(13)].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    expect([...drawn(8)].toSorted((a, b) => a - b)).toEqual([-2, -1, 0]);
  });
});

describe("training on rows of any length", () => {
  const training = settings({ epochs: 2, windows: { stride: 20 } });

  it("is the same on threads, and when it goes on from a checkpoint", async () => {
    const data = rowsOfAnyLength();
    const longer = { ...training, epochs: 3, augmentation: { shift: 2, scale: 0.1 }, mixup: { alpha: 0.3 } };
    const whole = await trainSmall(longer, { data });
    const resumed = await trainSmall(longer, { data, where: "threads", resumeFrom: checkpointsOf(whole)[0]! });
    expect(keptWeights(resumed)).toEqual(keptWeights(whole));
    expect(recordsOf(resumed).at(-1)).toEqual(recordsOf(whole).at(-1));
  });

  it("learns what is somewhere in them", async () => {
    const records = recordsOf(
      await trainSmall(settings({ epochs: 8, learningRate: 0.004 }), { data: rowsOfAnyLength(400) }),
    );
    expect(records.at(-1)!.validation.accuracy).toBeGreaterThan(0.8);
  });

  it("of the window's length is what it is without lengths, bit for bit", async () => {
    const data = smallData(120);
    const lengths = new Int32Array(data.size).fill(samples);
    const changes = { augmentation: { shift: 2, scale: 0.1 }, mixup: { alpha: 0.3 } };
    const plain = await trainSmall(settings({ ...changes, epochs: 2 }), { data });
    const told = await trainSmall(settings({ ...changes, epochs: 2 }), { data: { ...data, lengths } });
    expect(keptWeights(told)).toEqual(keptWeights(plain));
    expect(recordsOf(told)).toEqual(recordsOf(plain));
  });

  it("scales as if the rows had been scaled before", async () => {
    const data = smallData(120);
    const before = { ...data, inputs: data.inputs.map((value) => (value - 0.25) / 0.7) };
    const once = { ...data, scaling: { mean: [0.25], deviation: [0.7] } };
    const results = [await trainSmall(training, { data: before }), await trainSmall(training, { data: once })];
    expect(keptWeights(results[1]!)).toEqual(keptWeights(results[0]!));
    expect(recordsOf(results[1]!)).toEqual(recordsOf(results[0]!));
  });

  it("draws other parts of a row in another epoch, and the same in the same", () => {
    const data = rowsOfAnyLength(20);
    const { program } = smallProgram(training);
    const { feeds, fill } = createBatchFiller({ program, data });
    const rows = Int32Array.from({ length: 16 }, (_, row) => row);
    const drawn = (seed: string) => {
      const augmentation = { shift: 0, scale: 0 };
      const place = { step: 0, part: 0 };
      fill({ order: rows, seed, classWeights: new Float32Array(3).fill(1), augmentation }, place);
      return feeds["x"]!.slice();
    };
    expect(drawn("epoch 1")).toEqual(drawn("epoch 1"));
    expect(drawn("epoch 1")).not.toEqual(drawn("epoch 2"));
  });
});

describe("scores of rows of any length", () => {
  const everyRow = (size: number) => Int32Array.from({ length: size }, (_, row) => row);

  it.each([
    ["mean", { name: "cross-entropy" }],
    ["max", { name: "cross-entropy" }],
    ["mean", { name: "binary-cross-entropy" }],
    ["max", { name: "binary-cross-entropy" }],
  ] as const)("are the %s of those of their windows: %o", async (aggregation, loss) => {
    const data = rowsOfAnyLength(40);
    const training = settings({ windows: { stride: 17, aggregation }, loss, replicas: 2 });
    const built = smallProgram(training);
    const replicas = await createLocalReplicas(ort, { program: built.program, data });
    await start(replicas, built);
    const scores = await replicas.score(everyRow(data.size));
    const state = await replicas.read();
    await replicas.close();

    // The same windows as rows of their own.
    const windows: Float32Array[] = [];
    const owners: number[] = [];
    const open = openDataRows(data, built.program);
    for (let row = 0; row < data.size; row++) {
      for (const from of windowStarts(data.lengths[row]!, { samples, stride: 17 })) {
        const window = new Float32Array(samples);
        open.copyWindow(window, { row, from });
        windows.push(window);
        owners.push(row);
      }
    }
    const inputs = Float32Array.from(windows.flatMap((window) => [...window]));
    const cut = { inputs, labels: new Uint8Array(owners.length), size: owners.length };
    const others = await createLocalReplicas(ort, { program: built.program, data: cut });
    await others.write(state);
    const each = await others.score(everyRow(cut.size));
    await others.close();
    for (let row = 0; row < data.size; row++) {
      for (let label = 0; label < 3; label++) {
        const own = owners.flatMap((owner, at) => (owner === row ? [each[at * 3 + label]!] : []));
        const wanted =
          aggregation === "max" ? Math.max(...own) : own.reduce((sum, value) => sum + value, 0) / own.length;
        expect(scores[row * 3 + label]).toBeCloseTo(wanted, 6);
      }
    }
  });

  it("have a stride of half a window and are averaged where nothing is said", () => {
    expect(smallProgram(settings()).program.windows).toEqual({ stride: 24, aggregation: "mean" });
    expect(smallProgram(settings({ windows: {} })).program.windows).toEqual({ stride: 24, aggregation: "mean" });
    const parse = (windows: unknown) => trainingSchema.safeParse({ ...settings(), windows }).success;
    expect([parse({ stride: 125, aggregation: "max" }), parse({ stride: 0 }), parse({ aggregation: "sum" })]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("judge an epoch, and a rate is found for them", async () => {
    const data = rowsOfAnyLength(60);
    const training = settings({ epochs: 1 });
    const built = smallProgram(training);
    const replicas = await createLocalReplicas(ort, { program: built.program, data });
    await start(replicas, built);
    const search = await findRate({
      replicas,
      data,
      classes: ["N", "S", "V"],
      train: everyRow(60),
      training,
      seed: 1,
      steps: 5,
    });
    expect(search.losses).toHaveLength(5);
    const [record] = recordsOf(await fitAll(replicas, { data, training }));
    expect(record!.validation.loss).toBeGreaterThan(0);
    await replicas.close();
  });
});

describe("training data", () => {
  it("that do not fit are refused in a sentence", () => {
    const check = (changes: object) => () => checkTrainingInputs({ ...three, ...changes }, sizes);
    expect(check({})).not.toThrow();
    expect(check({ lengths: Int32Array.of(6, 2) })).toThrow(
      "Cannot use the training data: expected 3 lengths, one per row, found 2.",
    );
    expect(check({ lengths: Int32Array.of(6, 6, 0) })).toThrow(
      "expected rows of at least one sample, found 0 in row 2",
    );
    expect(check({ lengths: Int32Array.of(6, 2, 5) })).toThrow("expected 2 × 13 values in 3 rows, found 24 values");
    expect(check({ lengths: undefined, size: 4 })).toThrow("expected 4 rows of 2 × 4 values, found 24 values");
    const scaling = (mean: number[], deviation: number[]) => check({ scaling: { mean, deviation } });
    expect(scaling([0], [1, 2])).not.toThrow();
    expect(scaling([0, 0, 0], [1])).toThrow("expected one mean to scale by, or one for each of 2 channels, found 3");
    expect(scaling([NaN], [1])).toThrow("expected a finite mean to scale by, found NaN");
    expect(scaling([0], [0])).toThrow("expected a positive deviation to scale by, found 0");
  });

  it("are refused before anything is trained", async () => {
    const { program } = smallProgram(settings());
    const data = { ...smallData(20), size: 21 };
    await expect(createLocalReplicas(ort, { program, data })).rejects.toThrow("expected 21 rows of 1 × 48 values");
  });

  it("are shared once", () => {
    const data = {
      ...rowsOfAnyLength(5),
      extras: { age: new Float32Array(5) },
      scaling: { mean: [1], deviation: [2] },
    };
    const shared = shareTrainingData(data);
    expect(shared).toEqual(data);
    for (const values of [shared.inputs, shared.labels!, shared.lengths!, shared.extras!["age"]!]) {
      expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
    const again = shareTrainingData({ ...shared, scaling: { mean: [2], deviation: [3] } });
    expect(again.inputs).toBe(shared.inputs);
    expect(again.extras!["age"]).toBe(shared.extras!["age"]);
    const { labels: _, ...rest } = data;
    expect(shareTrainingData({ ...rest, targets: Float32Array.of(1, 2) }).targets).toEqual(Float32Array.of(1, 2));
  });
});

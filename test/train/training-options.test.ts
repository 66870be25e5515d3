import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { type TrainingData, type TrainingSettings, type TrainEvent, trainingSchema } from "../../src/train/index.ts";
import { drawMixture } from "../../src/train/batches/mixup.ts";
import { classes, settings, smallData, smallProgram } from "./small-training.ts";
import { type SmallTraining, checkpointsOf, keptWeights, recordsOf, trainSmall } from "./train-small.ts";

const data = smallData();
const train = (training: TrainingSettings, options: SmallTraining = {}) => trainSmall(training, { data, ...options });

/** The same rows with up to two classes each: a row, and half of the time another laid over it. */
function severalClasses(): TrainingData {
  const random = createRandom("several");
  const targets = new Float32Array(data.size * classes.length);
  const inputs = data.inputs.slice();
  const length = inputs.length / data.size;
  for (let row = 0; row < data.size; row++) {
    const members = random.uniform() < 0.5 ? [row] : [row, random.integer(data.size)];
    for (const member of members) targets[row * classes.length + data.labels![member]!] = 1;
    if (members.length === 1) continue;
    for (let i = 0; i < length; i++) inputs[row * length + i]! += data.inputs[members[1]! * length + i]!;
  }
  return { inputs, targets, size: data.size };
}

const state = (events: readonly TrainEvent[], epoch = 1) => checkpointsOf(events)[epoch - 1]!.state;
const difference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe("losses in a training", () => {
  it.each([
    { name: "cross-entropy", labelSmoothing: 0.1 },
    { name: "focal" },
    { name: "batch-weighted" },
    { name: "squared-error" },
    { name: "binary-cross-entropy", positiveWeights: "balanced" },
  ])("%o learns", async (loss) => {
    const records = recordsOf(
      await train(settings({ loss, optimizer: { name: "adam" }, epochs: 8, learningRate: 0.003 })),
    );
    expect(records.at(-1)!.validation.accuracy).toBeGreaterThan(0.8);
  });

  it("learns rows of several classes and keeps the epoch of the best macro AUC", async () => {
    const training = settings({
      loss: { name: "binary-cross-entropy" },
      optimizer: { name: "adam" },
      learningRate: 0.003,
      epochs: 10,
      monitor: "macroAuc",
      sampling: "balanced",
      classWeights: "root-balanced",
    });
    const events = await train(training, { data: severalClasses(), where: "threads" });
    const areas = recordsOf(events).map(({ validation }) => validation.macroAuc!);
    expect(Math.max(...areas)).toBeGreaterThan(0.85);
    expect(events.at(-1)).toMatchObject({ bestEpoch: areas.indexOf(Math.max(...areas)) + 1 });
    const local = await train(training, { data: severalClasses() });
    expect(recordsOf(local)).toEqual(recordsOf(events));
    expect(keptWeights(local)).toEqual(keptWeights(events));
  });

  it("says before it begins which classes a macro AUC can't be measured for", async () => {
    const targets = severalClasses().targets!.map((share, i) => (i % 3 === 1 ? 0 : share));
    await expect(
      train(settings({ loss: { name: "binary-cross-entropy" }, monitor: "macroAuc" }), {
        data: { inputs: data.inputs, size: data.size, targets },
      }),
    ).rejects.toThrow(/Cannot measure the macro AUC.* of S$/);
  });

  it("refuses targets of another number of classes", async () => {
    const targets = new Float32Array(data.size * 2);
    await expect(train(settings(), { data: { inputs: data.inputs, size: data.size, targets } })).rejects.toThrow(
      "Cannot train: expected 400 × 3 targets, found 800 values.",
    );
  });
});

describe("mixup", () => {
  it("is drawn from a Beta distribution, every row with a partner", () => {
    const shares = Array.from({ length: 4000 }, (_, i) => drawMixture({ alpha: 0.4 }, { rows: 5, seed: `${i}` }).share);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(variance).toBeCloseTo(1 / (4 * (2 * 0.4 + 1)), 2);
    const { partners } = drawMixture({ alpha: 2 }, { rows: 9, seed: "s" });
    expect([...partners].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each(["cross-entropy", "batch-weighted", "binary-cross-entropy"])(
    "gives the same weights in threads as in one thread, with %s",
    async (name) => {
      const training = settings({
        loss: { name },
        mixup: { alpha: 0.4 },
        epochs: 1,
        augmentation: { shift: 1, scale: 0.1 },
      });
      const [local, threads] = [await train(training), await train(training, { where: "threads" })];
      expect(keptWeights(threads)).toEqual(keptWeights(local));
      expect(keptWeights(local)).not.toEqual(keptWeights(await train(settings({ ...training, mixup: undefined }))));
    },
  );

  it("mixes the same rows whatever the number of replicas", async () => {
    const losses = [];
    for (const replicas of [1, 4]) {
      losses.push(recordsOf(await train(settings({ mixup: { alpha: 0.4 }, epochs: 1, replicas })))[0]!.trainLoss);
    }
    expect(Math.abs(losses[0]! / losses[1]! - 1)).toBeLessThan(1e-4);
  });
});

describe("limits of the gradient", () => {
  /** One step of plain descent at rate 1, so that the weights change by the gradient. */
  const once = { batch: 300, epochs: 1, optimizer: { name: "sgd" }, learningRate: 1 };
  const start = async () => state(await train(settings({ ...once, learningRate: 1e-30 }))).parameters;
  const steps = async (changes: Record<string, unknown>, options: SmallTraining = {}) => {
    const before = await start();
    const after = state(await train(settings({ ...once, ...changes }), options)).parameters;
    return after.map((value, i) => value - before[i]!);
  };

  it.each([1, 2, 4])("scale the whole gradient to a norm, over %i replicas", async (replicas) => {
    const gradient = await steps({ replicas });
    const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
    const clipped = await steps({ replicas, clipping: { by: "norm", limit: norm / 5 } });
    expect(
      difference(
        clipped,
        gradient.map((value) => value / 5),
      ),
    ).toBeLessThan(1e-6);
    const under = await steps({ replicas, clipping: { by: "norm", limit: norm * 2 } });
    expect(difference(under, gradient)).toBeLessThan(1e-6);
  });

  it("limit each value", async () => {
    const gradient = await steps({});
    const limit = 0.01;
    expect(gradient.some((value) => Math.abs(value) > limit)).toBe(true);
    const wanted = gradient.map((value) => Math.min(limit, Math.max(-limit, value)));
    expect(difference(await steps({ clipping: { by: "value", limit } }), wanted)).toBeLessThan(1e-6);
  });
});

describe("parameters", () => {
  const one = { epochs: 1, batch: 300, optimizer: { name: "sgd" }, learningRate: 0.1 };
  const changes = async (options: Record<string, unknown>) => {
    const training = settings({ ...one, ...options });
    const { layout } = smallProgram(training).program;
    const before = state(await train(settings({ ...one, ...options, learningRate: 1e-30 }))).parameters;
    const after = state(await train(training)).parameters;
    return new Map(
      layout.places.map(({ name, start, length }) => [
        name,
        after.slice(start, start + length).map((value, i) => value - before[start + i]!),
      ]),
    );
  };

  it("in groups have learning rates of their own", async () => {
    const plain = await changes({});
    const groups = [
      { parameters: ["branch1.*"], rate: 0.5 },
      { parameters: ["branch*.conv1.weight", "*.bias"], rate: 3 },
    ];
    for (const [name, change] of await changes({ groups })) {
      const factor = name.startsWith("branch1") ? 0.5 : /conv1|bias/.test(name) ? 3 : 1;
      expect(
        difference(
          change,
          plain.get(name)!.map((value) => value * factor),
        ),
        name,
      ).toBeLessThan(1e-6);
    }
  });

  it("that are frozen stay, and no gradient is computed for them", async () => {
    const frozen = ["branch*"];
    const plain = await changes({});
    for (const [name, change] of await changes({ frozen })) {
      if (name.startsWith("branch")) expect(Math.max(...change.map(Math.abs)), name).toBe(0);
      else expect(difference(change, plain.get(name)!), name).toBeLessThan(1e-6);
    }
    const all = smallProgram(settings()).program.gradient.length;
    expect(smallProgram(settings({ frozen })).program.gradient.length).toBeLessThan(0.8 * all);
  });

  it("have to be there, and some have to be trained", () => {
    expect(() => smallProgram(settings({ frozen: ["head.*"] }))).toThrow(
      /expected a parameter whose name fits "head\.\*", found none; the net has branch1\.conv1\.weight/,
    );
    expect(() => smallProgram(settings({ frozen: ["*"] }))).toThrow("found all frozen");
  });
});

describe("accumulation", () => {
  it("gives what as many replicas give, bit for bit", async () => {
    const model = { dropout: 0.3 };
    const common = { batch: 16, epochs: 2, mixup: { alpha: 0.3 }, augmentation: { shift: 2, scale: 0.1 } };
    const parts = await train(settings({ ...common, replicas: 1, accumulation: 2 }), { model });
    const replicas = await train(settings({ ...common, replicas: 2 }), { model });
    expect(keptWeights(parts)).toEqual(keptWeights(replicas));
    const both = await train(settings({ ...common, replicas: 2, accumulation: 4 }), { model, where: "threads" });
    expect(recordsOf(both)[0]!.trainLoss / recordsOf(parts)[0]!.trainLoss).toBeCloseTo(1, 1);
  });
});

describe("a training that goes on from a checkpoint", () => {
  const model = { dropout: 0.2 };
  it.each([
    {
      schedule: { name: "one-cycle" },
      optimizer: { name: "adamw", beta2: 0.99 },
      clipping: { by: "norm", limit: 0.25 },
    },
    { schedule: { name: "plateau", patience: 0, threshold: 0.5 }, optimizer: { name: "adam", amsgrad: true } },
    {
      schedule: { name: "warm-restarts", epochs: 1, factor: 2 },
      optimizer: { name: "sgd", momentum: 0.9, nesterov: true },
    },
    { optimizer: { name: "rmsprop", momentum: 0.5, centered: true }, mixup: { alpha: 0.2 }, averaging: {} },
    {
      optimizer: { name: "adamax" },
      accumulation: 2,
      groups: [{ parameters: ["branch*"], rate: 0.1 }],
      frozen: ["dense1.*"],
    },
    { optimizer: { name: "adam" }, loss: { name: "batch-weighted" }, clipping: { by: "value", limit: 0.01 } },
  ])("ends with the same weights: %o", async (changes) => {
    const training = settings({ ...changes, epochs: 3 });
    const whole = await train(training, { model });
    const rest = await train(training, { model, resumeFrom: checkpointsOf(whole)[1]!, where: "threads" });
    expect(keptWeights(rest)).toEqual(keptWeights(whole));
    expect(state(rest)).toEqual(state(whole, 3));
  });

  it("lowers its rate where the score stays", async () => {
    const schedule = { name: "plateau", patience: 0, threshold: 0.5, factor: 0.5 };
    const rates = recordsOf(await train(settings({ schedule, epochs: 4 }))).map((record) => record.learningRate);
    expect(rates.at(-1)).toBeLessThan(rates[0]!);
  });
});

describe("settings", () => {
  it("refuse a schedule that moves the momentum of an optimizer without", () => {
    const parse = (optimizer: unknown, momentum?: false) =>
      trainingSchema.safeParse({
        epochs: 1,
        batch: 2,
        learningRate: 1,
        optimizer,
        schedule: { name: "one-cycle", ...(momentum === false ? { momentum } : {}) },
      });
    expect(parse({ name: "rmsprop" }).error?.issues[0]).toMatchObject({ path: ["schedule", "momentum"] });
    expect(parse({ name: "rmsprop" }, false).success).toBe(true);
    expect(parse({ name: "adamw" }).success).toBe(true);
  });
});

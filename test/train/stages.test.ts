import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { findArchitecture, traceModel } from "../../src/models/index.ts";
import { leafName, leavesOf } from "../../src/tensor/index.ts";
import {
  type Checkpoint,
  type FitStagesOptions,
  type ReplicaGroup,
  type TrainEvent,
  type TrainingSettings,
  createLocalReplicas,
  decodeCheckpoint,
  encodeCheckpoint,
  fitStages,
  initialiseParameters,
  layerDepths,
  stagesOf,
  trainingSchema,
  weightsOf,
} from "../../src/train/index.ts";
import { classes, settings, smallData, smallProgram, start } from "./small-training.ts";
import { checkpointsOf, keptWeights, recordsOf, trainSmall } from "./train-small.ts";

const data = smallData(120);
const rows = Int32Array.from({ length: data.size }, (_, row) => row);

async function train(training: TrainingSettings, options: Partial<FitStagesOptions> = {}) {
  const open: ReplicaGroup[] = [];
  const opened: TrainingSettings[] = [];
  const events: TrainEvent[] = [];
  for await (const event of fitStages({
    open: async (stage) => {
      opened.push(stage);
      const built = smallProgram(stage);
      const replicas = await createLocalReplicas(ort, { program: built.program, data });
      open.push(replicas);
      await start(replicas, built);
      return { replicas, diagnosis: built.diagnosis };
    },
    data,
    classes,
    train: rows.slice(0, 90),
    validation: rows.slice(90),
    training,
    seed: 1,
    fingerprint: "small",
    now: () => 0,
    ...options,
  })) {
    events.push(event);
  }
  for (const replicas of open) await replicas.close();
  return { events, opened };
}

const head = { epochs: 2, trained: ["output.*"], learningRate: 0.01, schedule: { name: "one-cycle" } };
const all = { epochs: 3, rates: { from: 0.001, to: 0.1 } };
const tuning = settings({
  epochs: undefined,
  optimizer: { name: "adam" },
  stages: [head, all],
  averaging: { decays: [0.5] },
});

const built = smallProgram(settings());
const seeded = weightsOf(
  initialiseParameters(built.parameters, built.program.layout, createRandom("start")),
  built.program.layout,
);

describe("a training in stages", () => {
  it("trains the new head alone, then every layer", async () => {
    const { events, opened } = await train(tuning);
    expect(recordsOf(events).map(({ epoch, stage }) => [epoch, stage])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
      [5, 2],
    ]);
    expect(events.flatMap((event) => (event.kind === "start" ? [[event.stage, event.epochsDone]] : []))).toEqual([
      [1, 0],
      [2, 2],
    ]);
    expect(events.filter(({ kind }) => kind === "end")).toHaveLength(1);
    const changedAfter = (checkpoint: Checkpoint) => {
      const { layout } = smallProgram(opened[checkpoint.epochs.at(-1)!.stage! - 1]!).program;
      const weights = weightsOf(checkpoint.state.parameters, layout);
      return [...weights].flatMap(([name, values]) =>
        values.some((value, i) => value !== seeded.get(name)![i]) ? [name] : [],
      );
    };
    const [first, , third] = checkpointsOf(events);
    expect(changedAfter(first!).toSorted()).toEqual(["output.bias", "output.weight"]);
    expect(changedAfter(third!)).toHaveLength(seeded.size);
    // The schedule is each stage's own: the first ends low, the second has the whole training's constant rate.
    const rates = recordsOf(events).map(({ learningRate }) => learningRate);
    expect(rates[1]).toBeLessThan(1e-6);
    expect(rates.slice(2)).toEqual([0.002, 0.002, 0.002].map(Math.fround));
  });

  it("continues from any epoch to the same weights, bit for bit", async () => {
    const { events } = await train(tuning);
    for (const checkpoint of checkpointsOf(events)) {
      const file = await encodeCheckpoint(checkpoint);
      const again = await train(tuning, { resumeFrom: await decodeCheckpoint(file, { file: "checkpoint" }) });
      expect(keptWeights(again.events)).toEqual(keptWeights(events));
      const [last, before] = [checkpointsOf(again.events).at(-1), checkpointsOf(events).at(-1)!];
      if (last !== undefined) expect(last).toEqual(before);
    }
  });

  it("pauses and goes on to the same weights", async () => {
    const { events } = await train(tuning);
    for (const pauseAfter of [1, 2, 4]) {
      const paused = await train(tuning, { pauseAfter });
      expect(paused.events.at(-1)).toMatchObject({ kind: "end", reason: "paused" });
      expect(recordsOf(paused.events)).toHaveLength(pauseAfter);
      const again = await train(tuning, { resumeFrom: checkpointsOf(paused.events).at(-1)! });
      expect(keptWeights(again.events)).toEqual(keptWeights(events));
    }
  });

  it("of one stage is the plain training", async () => {
    const plain = await trainSmall(settings({ epochs: 2 }), { data });
    const { events } = await train(settings({ epochs: 2, stages: [{ epochs: 2 }] }), {
      train: rows.slice(0, Math.floor(data.size * 0.75)),
    });
    expect(keptWeights(events)).toEqual(keptWeights(plain));
  });

  it("keeps the best epoch of all stages, and goes on where one's patience is spent", async () => {
    // The second stage's rate spoils what the first has learnt.
    const spoilt = settings({
      epochs: undefined,
      stages: [{ epochs: 3 }, { epochs: 9, patience: 2, learningRate: 30, optimizer: { name: "sgd" } }, { epochs: 1 }],
      clipping: { by: "norm", limit: 1 },
    });
    const { events } = await train(spoilt);
    expect(recordsOf(events).map(({ stage }) => stage)).toEqual([1, 1, 1, 2, 2, 3]);
    const end = events.at(-1)!;
    expect(end).toMatchObject({ kind: "end", bestEpoch: 3, reason: "all epochs done" });
    const kept = checkpointsOf(events)[2]!;
    expect(keptWeights(events)).toEqual(weightsOf(kept.state.parameters, smallProgram(settings()).program.layout));
  });
});

describe("rates by depth", () => {
  const rateOf = (changes: Record<string, unknown>) =>
    new Map(smallProgram(settings(changes)).program.layout.places.map(({ name, rate }) => [name, rate]));

  it("rise from the input to the head, the same for layers side by side", () => {
    const rates = rateOf({ rates: { from: 0.001, to: 0.1 } });
    // Two convolutions in each of three branches, a dense layer and the output: four depths.
    const wanted = { conv1: 1e-3, conv2: 1e-3 * 100 ** (1 / 3), dense: 1e-3 * 100 ** (2 / 3), output: 0.1 };
    for (const [name, rate] of rates) {
      const [, value] = Object.entries(wanted).find(([part]) => name.includes(part))!;
      expect(rate, name).toBeCloseTo(value, 12);
    }
    expect([...rates.keys()].filter((name) => name.includes("conv1"))).toHaveLength(3);
  });

  it.each(["xresnet1d101", "inception1d", "resnet1d_wang", "lstm_bidir", "ha_resnet"])(
    "reach every layer of %s, the output last",
    (name) => {
      const images = name === "ha_resnet";
      const traced = traceModel(findArchitecture(name), {
        mode: "training",
        settings: images ? { rows: 32 } : {},
        batch: 2,
        channels: images ? 1 : 12,
        samples: images ? 1024 : 250,
        classCount: 5,
      });
      const outputs = [traced.logits, ...traced.updates.map(({ value }) => value)];
      const depths = layerDepths(outputs);
      expect([...depths.keys()].toSorted()).toEqual(leavesOf(outputs).parameters.map(leafName).toSorted());
      const deepest = Math.max(...depths.values());
      expect(Math.min(...depths.values())).toBe(1);
      expect(
        [...depths]
          .filter(([, depth]) => depth === deepest)
          .map(([each]) => each)
          .toSorted(),
      ).toEqual([...depths.keys()].filter((each) => each.startsWith("output")).toSorted());
    },
  );

  it("are multiplied by a group's", () => {
    const rates = rateOf({ rates: { from: 0.01, to: 1 }, groups: [{ parameters: ["output.*"], rate: 0.5 }] });
    expect(rates.get("output.bias")).toBe(0.5);
  });
});

describe("settings of stages", () => {
  const wrong = (changes: object) =>
    trainingSchema
      .safeParse({ batch: 16, optimizer: { name: "rmsprop" }, learningRate: 0.1, ...changes })
      .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

  it("are the training's where a stage says nothing else", () => {
    const [first, second] = stagesOf(tuning);
    expect(first).toMatchObject({ epochs: 2, learningRate: 0.01, batch: 16, trained: ["output.*"] });
    expect(second).toMatchObject({ epochs: 3, learningRate: 0.002, schedule: { name: "constant" } });
    expect(second).not.toHaveProperty("stages");
    expect(tuning.epochs).toBe(5);
    expect(trainingSchema.parse(tuning)).toEqual(tuning);
  });

  it("say what does not fit", () => {
    expect(wrong({})).toEqual(["epochs: expected a number of epochs, or stages; found neither"]);
    expect(wrong({ epochs: 4, stages: [{ epochs: 3 }] })).toEqual([
      "epochs: expected the sum of the stages' epochs, 3, or none, found 4",
    ]);
    expect(wrong({ stages: [{ epochs: 1 }, { epochs: 1, schedule: { name: "one-cycle" } }] })![0]).toMatch(
      /^stages.1.schedule.momentum: expected false, or an optimizer with momentum/,
    );
    expect(wrong({ stages: [{ epochs: 1, batch: 3 }] })![0]).toContain("stages.0");
    expect(() => smallProgram(settings({ trained: ["head.*"] }))).toThrow(
      'Cannot train: expected a parameter whose name fits "head.*", found none',
    );
  });
});

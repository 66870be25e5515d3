import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import {
  createLocalReplicas,
  fit,
  type TrainEvent,
  type TrainingSettings,
  trainingSchema,
} from "../../src/train/index.ts";
import { createThreadReplicas } from "../../src/train/replicas/thread-replicas.node.ts";
import { classes, settings, smallData, smallProgram, start } from "./small-training.ts";
import { type SmallTraining, checkpointsOf, keptWeights, recordsOf, trainSmall } from "./train-small.ts";

const data = smallData();

const train = (training: TrainingSettings, options: SmallTraining = {}) => trainSmall(training, { data, ...options });
const weightsOf = keptWeights;

describe("fit", () => {
  it.each([
    { name: "rmsprop" },
    { name: "adam" },
    { name: "adamw" },
    { name: "sgd", momentum: 0.9 },
    { name: "sgd", momentum: 0 },
  ])("learns with %o", async (optimizer) => {
    const learningRate = optimizer.name === "sgd" ? 0.05 : 0.003;
    const records = recordsOf(await train(settings({ optimizer, learningRate, epochs: 12 })));
    expect(records).toHaveLength(12);
    expect(records.at(-1)!.validation.accuracy).toBeGreaterThan(0.85);
    expect(records.at(-1)!.trainLoss).toBeLessThan(0.6 * records[0]!.trainLoss);
  });

  it("gives the same losses and weights again, bit for bit", async () => {
    const first = await train(settings());
    const second = await train(settings());
    expect(recordsOf(second)).toEqual(recordsOf(first));
    expect(weightsOf(second)).toEqual(weightsOf(first));
  });

  it("gives the same weights in threads as in one thread", async () => {
    for (const replicas of [1, 2, 4]) {
      const model = { dropout: 0.3 };
      const training = settings({ replicas, epochs: 2, augmentation: { shift: 2, scale: 0.1 } });
      const local = await train(training, { model });
      const threads = await train(training, { model, where: "threads" });
      expect(weightsOf(threads)).toEqual(weightsOf(local));
      expect(recordsOf(threads)).toEqual(recordsOf(local));
    }
  });

  it("computes nearly the same whatever the number of replicas", async () => {
    const one = recordsOf(await train(settings({ replicas: 1, epochs: 1 })))[0]!;
    const four = recordsOf(await train(settings({ replicas: 4, epochs: 1 })))[0]!;
    expect(Math.abs(four.trainLoss / one.trainLoss - 1)).toBeLessThan(1e-4);
  });

  it("continues from a checkpoint to the same weights", async () => {
    const training = settings({ optimizer: { name: "adam" }, schedule: { name: "cosine" } });
    const model = { dropout: 0.2 };
    const whole = await train(training, { model });
    for (const resumeFrom of checkpointsOf(whole)) {
      const rest = await train(training, { model, resumeFrom, where: "threads" });
      expect(weightsOf(rest)).toEqual(weightsOf(whole));
    }
  });

  it("keeps the moving average of the weights, and does not change the steps by it", async () => {
    const one = { epochs: 5, batch: 300 };
    const plain = checkpointsOf(await train(settings(one)));
    const averaged = await train(settings({ ...one, averaging: { decays: [0.3] } }), { where: "threads" });
    const sum = new Float64Array(plain[0]!.state.slots[0]!.length);
    let total = 0;
    checkpointsOf(averaged).forEach(({ state, best, epochs }, index) => {
      expect(state.parameters).toEqual(plain[index]!.state.parameters);
      // Σ 0.3^k · weights k steps ago, over Σ 0.3^k.
      sum.forEach((value, i) => (sum[i] = 0.3 * value + state.parameters[i]!));
      total = 0.3 * total + 1;
      if (best.epoch !== epochs.length) return;
      const worst = sum.reduce((most, value, i) => Math.max(most, Math.abs(value / total - best.parameters[i]!)), 0);
      expect(worst).toBeLessThan(1e-6);
    });
    expect(recordsOf(averaged)[4]!.validation.loss).not.toBe(plain[4]!.epochs[4]!.validation.loss);
  });

  it("continues an average from a checkpoint", async () => {
    const training = settings({ averaging: { decays: [0.5, 0.9, 0.99] } });
    const whole = await train(training);
    for (const resumeFrom of checkpointsOf(whole)) {
      expect(weightsOf(await train(training, { resumeFrom }))).toEqual(weightsOf(whole));
    }
  });

  it("keeps the average that is best on the validation rows", async () => {
    const decays = [0.2, 0.9, 0.999];
    const recordsWith = async (chosen: readonly number[]) =>
      recordsOf(await train(settings({ epochs: 2, averaging: { decays: chosen } })));
    const all = await recordsWith(decays);
    const each = await Promise.all(decays.map((decay) => recordsWith([decay])));
    all.forEach(({ validation, decay }, epoch) => {
      const losses = each.map((records) => records[epoch]!.validation.loss);
      expect(validation.loss).toBe(Math.min(...losses));
      expect(decay).toBe(decays[losses.indexOf(validation.loss)]);
    });
  });

  it("refuses another training's checkpoint", async () => {
    const [checkpoint] = checkpointsOf(await train(settings({ epochs: 1 })));
    await expect(train(settings(), { resumeFrom: { ...checkpoint!, fingerprint: "other" } })).rejects.toThrow(
      "expected the checkpoint of this recipe and fold, found one of another training",
    );
  });

  it("keeps the best epoch and stops when patience is spent", async () => {
    const events = await train(settings({ epochs: 40, patience: 2, learningRate: 0.02, monitor: "macroF1" }));
    const records = recordsOf(events);
    const end = events.at(-1)!;
    if (end.kind !== "end") throw new Error("no end");
    const scores = records.map((record) => record.validation.macroF1 ?? -Infinity);
    expect(end.reason).toBe("no better epoch");
    expect(records).toHaveLength(end.bestEpoch + 2);
    expect(scores[end.bestEpoch - 1]).toBe(Math.max(...scores));
    const kept = checkpointsOf(events)[end.bestEpoch - 1]!;
    const first = [...end.weights.values()][0]!;
    expect(kept.state.parameters.slice(0, first.length)).toEqual(first);
  });

  it("keeps the last epoch where that is asked for, as good as it may be", async () => {
    const last = await train(settings({ epochs: 12, learningRate: 0.02, monitor: "last" }));
    const best = await train(settings({ epochs: 12, learningRate: 0.02, monitor: "loss" }));
    const end = last.at(-1)!;
    if (end.kind !== "end") throw new Error("no end");
    expect(end.bestEpoch).toBe(12);
    const first = [...end.weights.values()][0]!;
    expect(checkpointsOf(best).at(-1)!.state.parameters.slice(0, first.length)).toEqual(first);
    expect(trainingSchema.safeParse({ ...settings({ monitor: "last" }), patience: 3 }).error?.issues[0]?.message).toBe(
      "expected none where the last epoch is kept, found 3",
    );
  });

  it("stops at a loss that is not finite, and says where", async () => {
    await expect(train(settings({ optimizer: { name: "sgd" }, learningRate: 1e20 }))).rejects.toThrow(
      /expected a finite loss, found (NaN|Infinity) at step \d+ of epoch 1 \(update \d+\)/,
    );
  });

  it("does not keep weights that the last update made useless", async () => {
    const training = settings({ epochs: 1, batch: 300, optimizer: { name: "sgd" }, learningRate: 1e38 });
    await expect(train(training)).rejects.toThrow(
      /expected a finite loss on the validation rows, found NaN after epoch 1 \(update 1\)/,
    );
  });

  it("takes batches of rows that weigh nothing", async () => {
    const training = settings({ epochs: 2, batch: 2, classWeights: { N: 0, S: 0 } });
    for (const record of recordsOf(await train(training))) expect(record.trainLoss).toBeGreaterThan(0);
  });

  it("ends when it is told to, also where an epoch is one step", async () => {
    const controller = new AbortController();
    const built = smallProgram(settings({ batch: 300 }));
    const replicas = await createLocalReplicas(ort, { program: built.program, data });
    await start(replicas, built);
    const rows = Int32Array.from({ length: 300 }, (_, row) => row);
    const events: TrainEvent[] = [];
    for await (const event of fit({
      replicas,
      data,
      classes,
      train: rows,
      validation: rows,
      training: settings({ batch: 300, epochs: 5 }),
      seed: 1,
      fingerprint: "",
      now: () => 0,
      signal: controller.signal,
    })) {
      events.push(event);
      if (event.kind === "checkpoint") controller.abort();
    }
    await replicas.close();
    expect(events.at(-1)).toMatchObject({ kind: "end", reason: "stopped", bestEpoch: 1 });
  });

  it("ends when it is told to", async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(train(settings(), { signal: controller.signal })).rejects.toThrow("stopped before its first epoch");
  });
});

describe("thread replicas", () => {
  it("close after a thread has failed", async () => {
    const { program } = smallProgram(settings());
    const replicas = await createThreadReplicas({ program, data });
    const request = { learningRates: new Float32Array(1), stepsBefore: 0, seed: "s" };
    await expect(replicas.trainEpoch(request as never)).rejects.toThrow(/undefined/);
    await expect(replicas.score(new Int32Array(1))).rejects.toThrow(/A training thread ended early/);
    await replicas.close();
  });
});

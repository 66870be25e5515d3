import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import type { BatchFiller, BatchRequest } from "../../src/train/batches/batch-filler.ts";
import { allocateHandover, layDownParts, takeParts } from "../../src/train/replicas/batch-handover.ts";
import type { StartPreparer } from "../../src/train/replicas/batch-preparers.ts";
import { type ReplicaGroup, type TrainingSettings, createLocalReplicas } from "../../src/train/index.ts";
import { type ThreadStart, serveThread } from "../../src/train/replicas/serve-thread.ts";
import { createThreadReplicas, startPreparerThread } from "../../src/train/replicas/thread-replicas.node.ts";
import { fitAll, settings, smallData, smallProgram, start } from "./small-training.ts";

/** A preparer that says it has failed. */
const broken: StartPreparer = () => {
  let answer: (message: string) => void = () => {};
  return {
    send: () => setTimeout(() => answer("The preparer broke."), 20),
    listen: (reply) => {
      answer = (message) => reply({ kind: "failed", message });
    },
    terminate: async () => {},
  };
};

async function weightsAfter(
  training: TrainingSettings,
  open: (built: ReturnType<typeof smallProgram>) => Promise<ReplicaGroup>,
): Promise<Float32Array> {
  const built = smallProgram(training, { dropout: 0.2 });
  const replicas = await open(built);
  try {
    await start(replicas, built);
    await fitAll(replicas, { data: smallData(), training });
    return (await replicas.read()).parameters;
  } finally {
    await replicas.close();
  }
}

describe("batches prepared by threads of their own", () => {
  const data = smallData();

  it("are those that are made in place, bit for bit, also in several parts, mixed and augmented", async () => {
    const training = settings({
      epochs: 2,
      accumulation: 2,
      mixup: { alpha: 0.2 },
      augmentation: [{ name: "gaussian-noise", decibels: [10, 20] }],
    });
    const inPlace = await weightsAfter(training, ({ program }) => createLocalReplicas(ort, { program, data }));
    const beside = await weightsAfter(training, ({ program }) =>
      createLocalReplicas(ort, { program, data, startPreparer: startPreparerThread }),
    );
    const inThreads = await weightsAfter(training, ({ program }) => createThreadReplicas({ program, data }));
    expect(beside).toEqual(inPlace);
    expect(inThreads).toEqual(inPlace);
  });

  it("that fail end the training with the reason", async () => {
    const open = ({ program }: ReturnType<typeof smallProgram>) =>
      createLocalReplicas(ort, { program, data, startPreparer: broken });
    await expect(weightsAfter(settings(), open)).rejects.toThrow("The preparer broke.");
  });
});

it("preparing threads are ended where the nets can't be opened", async () => {
  const { program } = smallProgram(settings());
  const ended: string[] = [];
  const startPreparer: StartPreparer = (start) => ({
    ...broken(start),
    terminate: async () => void ended.push(start.role),
  });
  const unreadable = { ...program, gradient: new Uint8Array(3) };
  await expect(createLocalReplicas(ort, { program: unreadable, data: smallData(), startPreparer })).rejects.toThrow();
  expect(ended).toEqual(["preparer", "preparer"]);
});

it("a thread that can't begin says so in its answer", async () => {
  const start = { role: "replica" } as ThreadStart;
  const serve = serveThread(start, async () => {
    throw new Error("no such library");
  });
  expect(await serve({ kind: "load" })).toEqual({ kind: "failed", message: "no such library" });
});

describe("the handover of parts", () => {
  const feeds = { x: new Float32Array(2) };
  const filler: BatchFiller = { feeds, fill: (_, { step, part }) => feeds.x.set([step, part]) };
  const request = {} as BatchRequest;

  it("gives each part once, as a copy that the next one does not touch", () => {
    const handover = allocateHandover(feeds);
    const source = takeParts(handover, { block: true });
    layDownParts(handover, { filler, request, places: [{ step: 3, part: 1 }] });
    feeds.x.fill(-1);
    source.take(request, { step: 3, part: 1 });
    expect([...source.feeds["x"]!]).toEqual([3, 1]);
    expect([...handover.control]).toEqual([1, 1]);
  });

  it("lays down nothing more once the replica has ended", () => {
    const handover = allocateHandover(feeds);
    const filled: number[] = [];
    takeParts(handover, { block: true }).end();
    const counting = { ...filler, fill: (_: BatchRequest, { step }: { step: number }) => void filled.push(step) };
    layDownParts(handover, { filler: counting, request, places: [0, 1, 2].map((step) => ({ step, part: 0 })) });
    expect(filled).toEqual([0]);
    expect(handover.control[0]).toBe(0);
  });
});

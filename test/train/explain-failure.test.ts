import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { createRandom } from "../../src/core/random.ts";
import type { Architecture } from "../../src/models/index.ts";
import { type Tensor, exp, relu, reshape, scale, sqrt, sub, scalar } from "../../src/tensor/index.ts";
import { buildTrainingProgram, createLocalReplicas } from "../../src/train/index.ts";
import { createThreadReplicas } from "../../src/train/replicas/thread-replicas.node.ts";
import { fitAll, settings, smallData, start } from "./small-training.ts";
import type { SmallTraining } from "./train-small.ts";

const data = smallData();

/** Two layers with something between them that goes wrong. */
const broken = (between: (x: Tensor) => Tensor): Architecture => ({
  name: "broken",
  source: "this test",
  settings: z.unknown(),
  build: (x, { layers, classCount }) => {
    const y = relu(layers.conv1d(x, { name: "first", filters: 3, kernel: 5 }));
    const flat = reshape(y, [y.shape[0]!, y.shape[1]! * y.shape[2]!]);
    const z = between(layers.dense(flat, { name: "second", units: 4 }));
    return layers.dense(z, { name: "third", units: classCount });
  },
});

async function train(
  architecture: Architecture,
  { where = "local", ...changes }: Record<string, unknown> & Pick<SmallTraining, "where"> = {},
) {
  const training = settings({ optimizer: { name: "sgd" }, ...changes });
  const built = buildTrainingProgram({
    architecture,
    settings: {},
    channels: 1,
    samples: 48,
    classCount: 3,
    optimizer: training.optimizer,
    groups: training.groups,
    shardSize: training.batch / training.replicas,
    shards: training.replicas,
    evaluationBatch: 32,
  });
  const replicas =
    where === "local"
      ? await createLocalReplicas(ort, { program: built.program, data })
      : await createThreadReplicas({ program: built.program, data });
  try {
    await start(replicas, built);
    await fitAll(replicas, { data, training, diagnosis: built.diagnosis });
  } finally {
    await replicas.close();
  }
}

describe("a loss that is not finite", () => {
  it.each(["local", "threads"] as const)("is traced to the layer that overflowed, %s", async (where) => {
    await expect(
      train(
        broken((x) => exp(scale(x, 1e4))),
        { where },
      ),
    ).rejects.toThrow(
      /expected a finite loss, found (NaN|Infinity) at step 1 of epoch 1 \(update 1\)\. The first value that is not finite is at step 1: Infinity in \d+ of 32 values of the output of exp after layer "second", \[8, 4\]\. A lower learning rate may help\./,
    );
  });

  it("is traced to the gradient that spoilt the weights a step before", async () => {
    // Below 1e6 the root is of 0: its slope is infinite, and times 0 it is NaN.
    const root = broken((x) => sqrt(relu(sub(x, scalar(1e6)))));
    await expect(train(root)).rejects.toThrow(
      /found NaN at step 2 of epoch 1 \(update 2\)\. The first value that is not finite is at step 1: (NaN|Infinity) in \d+ of 32 values of the gradient of the output of relu after layer "second"/,
    );
  });

  it("is traced to the update that overflowed", async () => {
    await expect(
      train(
        broken((x) => x),
        { learningRate: 3e38, batch: 300, groups: [{ parameters: ["*"], rate: 10 }] },
      ),
    ).rejects.toThrow(
      /after epoch 1 \(update 1\)\. The first value that is not finite is at step 1, in what the update made of parameter "\w+\.weight"\./,
    );
  });

  it("is traced to rows that are not finite themselves", async () => {
    const inputs = data.inputs.slice();
    inputs[48 * createRandom("row").integer(300)] = NaN;
    const training = settings({ optimizer: { name: "adam" } });
    const built = buildTrainingProgram({
      architecture: broken((x) => x),
      settings: {},
      channels: 1,
      samples: 48,
      classCount: 3,
      optimizer: training.optimizer,
      shardSize: 8,
      shards: 2,
      evaluationBatch: 32,
    });
    const replicas = await createLocalReplicas(ort, { program: built.program, data: { ...data, inputs } });
    await start(replicas, built);
    const running = fitAll(replicas, { data: { ...data, inputs }, training, diagnosis: built.diagnosis });
    await expect(running).rejects.toThrow(/: NaN in 1 of 384 values of input "x", \[8, 1, 48\]/);
    await replicas.close();
  });

  it("is told of without a layer where nothing can be built", async () => {
    const architecture = broken((x) => exp(scale(x, 1e4)));
    const training = settings({});
    const built = buildTrainingProgram({
      architecture,
      settings: {},
      channels: 1,
      samples: 48,
      classCount: 3,
      optimizer: training.optimizer,
      shardSize: 8,
      shards: 2,
      evaluationBatch: 32,
    });
    const replicas = await createLocalReplicas(ort, { program: built.program, data });
    await start(replicas, built);
    await expect(fitAll(replicas, { data, training })).rejects.toThrow(/is at step 1, in the loss\./);
    await replicas.close();
  });
});

// Our side of the engine's bench: a training with one replica per thread, as `einthoven run` has it (batches gathered,
// gradients exchanged, AdamW, everything counted), and inference.
import * as ort from "onnxruntime-node";

import { createRandom } from "../dist/core/index.js";
import { findArchitecture, traceModel } from "../dist/models/index.js";
import { createExecutor, encodeOnnx, softmax } from "../dist/tensor/index.js";
import {
  buildTrainingProgram,
  createThreadReplicas,
  initialiseParameters,
  trainingSchema,
  weightsOf,
} from "../dist/train/index.node.js";

/** A net of the bench that is ready to train and to score; both give samples per second over about `seconds`. */
export async function openNet({ name, architecture: known = name, channels, samples, classCount }, { batch, threads }) {
  const architecture = findArchitecture(known);
  const training = trainingSchema.parse({
    epochs: 1,
    batch,
    replicas: threads,
    optimizer: { name: "adamw" },
    learningRate: 1e-4,
  });
  const { program, parameters } = buildTrainingProgram({
    architecture,
    settings: {},
    channels,
    samples,
    classCount,
    optimizer: training.optimizer,
    shards: threads,
    shardSize: batch / threads,
    evaluationBatch: batch,
  });
  const size = 1024;
  const random = createRandom("bench");
  const inputs = new Float32Array(new SharedArrayBuffer(size * channels * samples * 4)).map(() => random.normal());
  const labels = new Uint8Array(new SharedArrayBuffer(size)).map(() => random.integer(classCount));
  const group = await createThreadReplicas({ program, data: { inputs, labels, size } });
  const { slots } = await group.read();
  const start = initialiseParameters(parameters, program.layout, random);
  await group.write({ parameters: start, slots });
  const train = async (steps) => {
    const request = {
      order: Int32Array.from({ length: steps * batch }, () => random.integer(size)),
      learningRates: new Float32Array(steps).fill(1e-4),
      stepsBefore: 0,
      seed: "bench",
      classWeights: new Float32Array(classCount).fill(1),
      augmentation: { shift: 0, scale: 0 },
    };
    await group.trainEpoch(request);
  };
  const score = (steps) =>
    group.score(Int32Array.from({ length: steps * threads * batch }, () => random.integer(size)));

  const traced = traceModel(architecture, { settings: {}, mode: "inference", batch, channels, samples, classCount });
  const model = encodeOnnx({
    outputs: { probabilities: softmax(traced.logits, 1) },
    weights: weightsOf(start, program.layout),
    dynamicBatch: true,
  });
  // Opened for each measurement: the threads of an idle session disturb the others.
  const exported = async (seconds) => {
    const session = await createExecutor(ort, model, { threads });
    const x = inputs.slice(0, batch * channels * samples);
    const probabilities = new Float32Array(batch * classCount);
    const rate = await repeated(async (steps) => {
      for (let i = 0; i < steps; i++) await session.run({ x }, { probabilities });
    })(seconds);
    await session.close();
    return rate;
  };

  function repeated(work, batches = 1) {
    let stepsPerSecond;
    return async (seconds) => {
      if (stepsPerSecond === undefined) {
        await work(2);
        stepsPerSecond = await timed(work, 2);
      }
      stepsPerSecond = await timed(work, Math.max(2, Math.round(stepsPerSecond * seconds)));
      return stepsPerSecond * batches * batch;
    };
  }
  return {
    train: repeated(train),
    trainSteps: train,
    /** The replicas' sessions of one thread, each with whole batches in turn, and one session of the exported file. */
    infer: { streams: repeated(score, threads), exported },
    close: () => group.close(),
  };
}

async function timed(work, steps) {
  const start = performance.now();
  await work(steps);
  return (steps / (performance.now() - start)) * 1e3;
}

/** Opens a session with one 1024³ product; gives GFLOP/s over about `seconds`. */
export async function openProduct({ threads }) {
  const { input, matmul } = await import("../dist/tensor/index.js");
  const model = encodeOnnx({ outputs: { c: matmul(input("a", [1024, 1024]), input("b", [1024, 1024])) } });
  return async (seconds) => {
    const session = await createExecutor(ort, model, { threads });
    const random = createRandom("product");
    const [a, b] = [0, 1].map(() => Float32Array.from({ length: 1024 ** 2 }, () => random.normal()));
    const c = new Float32Array(1024 ** 2);
    const times = [];
    const end = performance.now() + seconds * 1e3;
    while (performance.now() < end || times.length < 3) {
      const start = performance.now();
      await session.run({ a, b }, { c });
      times.push(performance.now() - start);
    }
    await session.close();
    times.sort((left, right) => left - right);
    return (2 * 1024 ** 3) / times[times.length >> 1] / 1e6;
  };
}

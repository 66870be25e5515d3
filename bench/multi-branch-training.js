// A training of the multi-branch CNN (1×251) that is ready to go, in Node or in a page.
import { createRandom } from "../dist/core/random.js";
import { findArchitecture } from "../dist/models/index.js";
import { initialiseParameters } from "../dist/train/program/parameter-layout.js";
import { buildTrainingProgram } from "../dist/train/program/training-program.js";
import { trainingSchema } from "../dist/train/fit/training-settings.js";

const samples = 251;
const classCount = 4;

/**
 * `open({ program, data })` starts the replicas. `throughput(seconds)` is samples per second over about that time, of
 * whole steps: batches gathered, gradients exchanged, AdamW.
 */
export async function openMultiBranchTraining({ batch, replicas, open, size = 8192 }) {
  const training = trainingSchema.parse({
    epochs: 1,
    batch,
    replicas,
    optimizer: { name: "adamw" },
    learningRate: 1e-3,
  });
  const { program, parameters } = buildTrainingProgram({
    architecture: findArchitecture("multi-branch-cnn"),
    settings: {},
    channels: 1,
    samples,
    classCount,
    optimizer: training.optimizer,
    shards: replicas,
    shardSize: batch / replicas,
    evaluationBatch: 256,
  });
  const random = createRandom("bench");
  const inputs = new Float32Array(new SharedArrayBuffer(size * samples * 4)).map(() => random.normal());
  const labels = new Uint8Array(new SharedArrayBuffer(size)).map(() => random.integer(classCount));
  const group = await open({ program, data: { inputs, labels, size } });
  const { slots } = await group.read();
  await group.write({ parameters: initialiseParameters(parameters, program.layout, random), slots });
  const train = async (steps) => {
    const request = {
      order: Int32Array.from({ length: steps * batch }, () => random.integer(size)),
      learningRates: new Float32Array(steps).fill(1e-4),
      stepsBefore: 0,
      seed: "bench",
      classWeights: new Float32Array(classCount).fill(1),
      augmentation: training.augmentation,
    };
    const start = performance.now();
    await group.trainEpoch(request);
    return (steps * batch) / ((performance.now() - start) / 1000);
  };
  let rate = await train(20);
  return {
    throughput: async (seconds) => (rate = await train(Math.max(20, Math.round((rate * seconds) / batch)))),
    close: () => group.close(),
  };
}

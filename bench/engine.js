// Training throughput of the multi-branch CNN, ours against PyTorch on the CPU, in turns. Ours is what `einthoven run` does: threads with
// one replica each, batches gathered, gradients exchanged, RMSprop, everything counted. PyTorch's best mode counts.
import { createRandom } from "../dist/core/index.js";
import { findArchitecture } from "../dist/models/index.js";
import {
  buildTrainingProgram,
  createThreadReplicas,
  initialiseParameters,
  trainingSchema,
} from "../dist/train/index.node.js";
import { median, openPeer } from "./peer.js";

const samples = 251;
const classCount = 4;

export async function benchEngine({ python, seconds = 2, rounds = 7, threads = 2, batches = [64, 128] }) {
  const peer = python === undefined ? undefined : openPeer("torch_multibranch.py", { python });
  const modes = [`eager ${threads}`, `compile ${threads}`, `replicas ${threads}`];
  const results = [];
  for (const batch of batches) {
    const ours = await openTraining({ batch, replicas: threads });
    const measured = { einthoven: [], ...Object.fromEntries(modes.map((mode) => [mode, []])) };
    for (let round = 0; round < rounds; round++) {
      measured.einthoven.push(await ours.throughput(seconds));
      for (const mode of peer === undefined ? [] : modes) {
        measured[mode].push((await peer.ask(`${mode} ${batch} ${seconds}`)).samplesPerSecond);
      }
    }
    await ours.close();
    const ratios = measured.einthoven.map(
      (own, round) => own / Math.max(...modes.map((mode) => measured[mode][round] ?? 0)),
    );
    results.push({
      net: "multi-branch CNN, 1×251",
      batch,
      threads,
      samplesPerSecond: Object.fromEntries(
        Object.entries(measured)
          .filter(([, values]) => values.length > 0)
          .map(([name, values]) => [name, Math.round(median(values))]),
      ),
      ...(peer === undefined ? {} : { ratio: median(ratios), ratios }),
    });
  }
  peer?.close();
  return results;
}

/** A training that is ready to go; `throughput` is samples per second over about `seconds`. */
async function openTraining({ batch, replicas }) {
  const training = trainingSchema.parse({
    epochs: 1,
    batch,
    replicas,
    optimizer: { name: "rmsprop" },
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
  const size = 8192;
  const random = createRandom("bench");
  const inputs = new Float32Array(new SharedArrayBuffer(size * samples * 4)).map(() => random.normal());
  const labels = new Uint8Array(new SharedArrayBuffer(size)).map(() => random.integer(classCount));
  const group = await createThreadReplicas({ program, data: { inputs, labels, size } });
  const { slots } = await group.read();
  await group.write({ parameters: initialiseParameters(parameters, program.layout, random), slots });
  const train = async (steps) => {
    const request = {
      order: Int32Array.from({ length: steps * batch }, () => random.integer(size)),
      learningRates: new Float32Array(steps).fill(1e-4),
      stepsBefore: 0,
      seed: "bench",
      classWeights: new Float32Array(classCount).fill(1),
      augmentation: { shift: 0, scale: 0 },
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

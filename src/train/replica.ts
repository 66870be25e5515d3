import { createRandom } from "../core/random.ts";
import type { OpenExecutor } from "./open-executor.ts";
import { type Augmentation, copyAugmented } from "./augmentation.ts";
import type { ExchangeMemory } from "./exchange-memory.ts";
import { viewOf } from "./parameter-layout.ts";
import { createRangeUpdate } from "./range-update.ts";
import type { TrainingData } from "./training-data.ts";
import type { TrainingProgram } from "./training-program.ts";

export interface EpochRequest {
  /** Rows in the order in which they are learnt; the last batch may be short. */
  readonly order: Int32Array;
  /** One per step. */
  readonly learningRates: Float32Array;
  /** Updates made before this epoch. */
  readonly stepsBefore: number;
  /** Names the random streams of this epoch. */
  readonly seed: string;
  /** [class] */
  readonly classWeights: Float32Array;
  readonly augmentation: Augmentation;
  /** [shard][step], filled with each shard's share of the loss. */
  readonly losses: readonly Float32Array[];
}

export interface ScoreRequest {
  readonly rows: Int32Array;
  /** [row, class], filled. */
  readonly probabilities: Float32Array;
}

/** One of the equal workers of a training: it holds a copy of the weights and computes its shard of each batch. */
export interface Replica {
  /** Takes the weights and moments that lie in the exchange memory. */
  load(): void;
  /** Puts its range of the moments into the exchange memory (the weights are there always). */
  store(): void;
  trainEpoch(request: EpochRequest): Promise<void>;
  /** Scores this replica's part of the rows. */
  score(request: ScoreRequest): Promise<void>;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  readonly program: TrainingProgram;
  readonly shard: number;
  readonly data: TrainingData;
  readonly exchange: ExchangeMemory;
  /** Returns when every replica has reached it. */
  readonly barrier: () => void | Promise<void>;
  readonly open: OpenExecutor;
}

export async function createReplica(options: ReplicaOptions): Promise<Replica> {
  const { program, shard, data, exchange, barrier, open } = options;
  const { layout, shardSize, classCount, evaluationBatch, channels, samples } = program;
  const shards = program.ranges.length;
  const rowLength = channels * samples;

  const gradient = await open(program.gradient);
  const forward = await open(program.forward);

  const parameters = new Float32Array(layout.size);
  const slopes = new Float32Array(layout.size);
  const x = new Float32Array(shardSize * rowLength);
  const y = new Float32Array(shardSize * classCount);
  const w = new Float32Array(shardSize);
  const loss = new Float32Array(1);
  const masks = program.masks.map((mask) => ({
    ...mask,
    values: new Float32Array(mask.shape.reduce((product, size) => product * size, 1)),
  }));

  const parameterFeeds: Record<string, Float32Array> = {};
  const gradientFetches: Record<string, Float32Array> = { loss };
  for (const place of layout.places) {
    parameterFeeds[place.name] = viewOf(parameters, place);
    const kind = place.start < layout.trainedSize ? "grad" : "next";
    gradientFetches[`${kind}/${place.name}`] = viewOf(slopes, place);
  }
  const gradientFeeds = {
    ...parameterFeeds,
    x,
    y,
    w,
    ...Object.fromEntries(masks.map((mask) => [mask.name, mask.values])),
  };
  const update = await createRangeUpdate({ program, shard, exchange, parameters, slopes, open });

  const fillBatch = (request: EpochRequest, step: number) => {
    const { order, classWeights, augmentation } = request;
    const batchStart = step * shardSize * shards;
    const batchEnd = Math.min(order.length, batchStart + shardSize * shards);
    let weightSum = 0;
    for (let i = batchStart; i < batchEnd; i++) weightSum += classWeights[data.labels[order[i]!]!]!;
    const random = createRandom(`${request.seed}/${step}/${shard}/augmentation`);
    y.fill(0);
    for (let i = 0; i < shardSize; i++) {
      const at = batchStart + shard * shardSize + i;
      // A short last batch is filled up with the epoch's first rows at weight 0: they teach nothing, and batch norm
      // takes its statistics from different rows and not from one repeated.
      const row = order[at % order.length]!;
      const label = data.labels[row]!;
      copyAugmented(
        data.inputs.subarray(row * rowLength, (row + 1) * rowLength),
        x.subarray(i * rowLength, (i + 1) * rowLength),
        { channels, samples, augmentation, random },
      );
      y[i * classCount + label] = 1;
      // A batch of rows that all weigh nothing teaches nothing.
      w[i] = at < batchEnd && weightSum > 0 ? classWeights[label]! / weightSum : 0;
    }
    for (const mask of masks) fillMask(mask.values, mask.rate, `${request.seed}/${step}/${shard}/${mask.name}`);
  };

  const trainStep = async (request: EpochRequest, step: number) => {
    fillBatch(request, step);
    await gradient.run(gradientFeeds, gradientFetches);
    request.losses[shard]![step] = loss[0]!;
    update.share();
    await barrier();
    await update.run({ learningRate: request.learningRates[step]!, step: request.stepsBefore + step + 1 });
    if (shard === 0) {
      averageRunning(exchange, layout.trainedSize);
      Atomics.store(exchange.control, 2, Atomics.load(exchange.control, 0));
    }
    await barrier();
    parameters.set(exchange.parameters);
  };

  return {
    load: () => {
      parameters.set(exchange.parameters);
      update.load();
    },
    store: () => update.store(),
    trainEpoch: async (request) => {
      const steps = request.learningRates.length;
      for (let step = 0; step < steps; step++) {
        await trainStep(request, step);
        if (shard === 0) Atomics.store(exchange.control, 1, step + 1);
        if (Atomics.load(exchange.control, 2) === 1) return;
      }
    },
    score: async ({ rows, probabilities }) => {
      const each = Math.ceil(rows.length / shards);
      const from = Math.min(rows.length, shard * each);
      const to = Math.min(rows.length, from + each);
      const batch = new Float32Array(evaluationBatch * rowLength);
      const scores = new Float32Array(evaluationBatch * classCount);
      const feeds = { ...parameterFeeds, x: batch };
      for (let start = from; start < to; start += evaluationBatch) {
        const count = Math.min(evaluationBatch, to - start);
        for (let i = 0; i < count; i++) {
          const row = rows[start + i]!;
          batch.set(data.inputs.subarray(row * rowLength, (row + 1) * rowLength), i * rowLength);
        }
        await forward.run(feeds, { probabilities: scores });
        probabilities.set(scores.subarray(0, count * classCount), start * classCount);
      }
    },
    close: async () => {
      for (const each of [gradient, forward, update]) await each.close();
    },
  };
}

/** Running statistics become the mean of what the shards found. */
function averageRunning({ gradients, parameters }: ExchangeMemory, from: number): void {
  for (let i = from; i < parameters.length; i++) {
    let sum = 0;
    for (const shard of gradients) sum += shard[i]!;
    parameters[i] = sum / gradients.length;
  }
}

/** Each draw of 32 bits decides two values, by 16 bits each. */
function fillMask(values: Float32Array, rate: number, seed: string): void {
  const random = createRandom(seed);
  const dropped = Math.round(rate * 65536);
  const kept = 65536 / (65536 - dropped);
  for (let i = 0; i < values.length; i += 2) {
    const bits = Math.floor(random.uniform() * 4294967296);
    values[i] = (bits & 0xffff) < dropped ? 0 : kept;
    if (i + 1 < values.length) values[i + 1] = bits >>> 16 < dropped ? 0 : kept;
  }
}

import { createRandom } from "../core/random.ts";
import { type Executor, type OrtLike, createExecutor } from "../tensor/index.ts";
import { slotCount } from "./optimizers.ts";
import { viewOf } from "./parameter-layout.ts";
import type { TrainingData } from "./training-data.ts";
import type { TrainingProgram } from "./training-program.ts";

/**
 * Memory that the replicas of one training exchange through: over `SharedArrayBuffer`s between threads, over plain
 * buffers within one.
 */
export interface ExchangeMemory {
  /** [shard][value]: the gradients of the trained parameters, then the new running statistics. */
  readonly gradients: readonly Float32Array[];
  /** [value] */
  readonly parameters: Float32Array;
  /** [slot][value], the moments of the trained parameters. */
  readonly slots: readonly Float32Array[];
  /**
   * [0]: 1 asks the replicas to stop; [1]: steps done in this epoch; [2]: replica 0's decision for this step, made
   * between the two barriers so that all replicas read the same.
   */
  readonly control: Int32Array;
}

export function allocateExchange(program: TrainingProgram, buffer: (bytes: number) => ArrayBufferLike): ExchangeMemory {
  const vector = (length: number) => new Float32Array(buffer(length * 4));
  const { layout } = program;
  return {
    gradients: program.updates.map(() => vector(layout.size)),
    parameters: vector(layout.size),
    slots: Array.from({ length: slotCount(program.optimizer) }, () => vector(layout.trainedSize)),
    control: new Int32Array(buffer(12)),
  };
}

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
  /** Threads inside operators. */
  readonly threads: number;
}

export async function createReplica(ort: OrtLike, options: ReplicaOptions): Promise<Replica> {
  const { program, shard, data, exchange, barrier, threads } = options;
  const { layout, shardSize, classCount, evaluationBatch, channels, samples } = program;
  const shards = program.updates.length;
  const update = program.updates[shard]!;
  const rowLength = channels * samples;

  const session = (onnx: Uint8Array) => createExecutor(ort, onnx, { threads });
  const gradient = await session(program.gradient);
  const forward = await session(program.forward);
  const updater = update.end > update.start ? await session(update.onnx) : undefined;

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
  const own = updater === undefined ? undefined : createRange(program, update);

  const fillBatch = (request: EpochRequest, step: number) => {
    const { order, classWeights } = request;
    const batchStart = step * shardSize * shards;
    const batchEnd = Math.min(order.length, batchStart + shardSize * shards);
    let weightSum = 0;
    for (let i = batchStart; i < batchEnd; i++) weightSum += classWeights[data.labels[order[i]!]!]!;
    y.fill(0);
    for (let i = 0; i < shardSize; i++) {
      const at = batchStart + shard * shardSize + i;
      // A short last batch repeats its first row with weight 0: it fills the shape and teaches nothing.
      const row = order[at < batchEnd ? at : batchStart]!;
      const label = data.labels[row]!;
      x.set(data.inputs.subarray(row * rowLength, (row + 1) * rowLength), i * rowLength);
      y[i * classCount + label] = 1;
      w[i] = at < batchEnd ? classWeights[label]! / weightSum : 0;
    }
    for (const mask of masks) fillMask(mask.values, mask.rate, `${request.seed}/${step}/${shard}/${mask.name}`);
  };

  const trainStep = async (request: EpochRequest, step: number) => {
    fillBatch(request, step);
    await gradient.run(gradientFeeds, gradientFetches);
    request.losses[shard]![step] = loss[0]!;
    exchange.gradients[shard]!.set(slopes);
    await barrier();
    if (own !== undefined) {
      sumInOrder(own.gradients, exchange.gradients, update.start);
      own.setStep(request.learningRates[step]!, request.stepsBefore + step + 1);
      own.parameters.set(exchange.parameters.subarray(update.start, update.end));
      await updater!.run(own.feeds(), own.fetches());
      exchange.parameters.set(own.parametersNext, update.start);
      own.swapSlots();
    }
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
      own?.loadSlots(exchange.slots);
    },
    store: () => own?.storeSlots(exchange.slots),
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
      const open: (Executor | undefined)[] = [gradient, forward, updater];
      for (const executor of open) await executor?.close();
    },
  };
}

/** The part of the flat vector that one replica updates, with its moments in two sets that take turns. */
function createRange(program: TrainingProgram, { start, end }: { start: number; end: number }) {
  const length = end - start;
  const vector = () => new Float32Array(length);
  const { optimizer, layout } = program;
  const decay = vector();
  for (const place of layout.places) {
    if (!place.decay) continue;
    const from = Math.max(start, place.start);
    const to = Math.min(end, place.start + place.length);
    if (to > from) decay.fill(1, from - start, to - start);
  }
  let current = Array.from({ length: slotCount(optimizer) }, vector);
  let following = current.map(vector);
  const parameters = vector();
  const gradients = vector();
  const parametersNext = vector();
  const rate = new Float32Array(1);
  const correction1 = new Float32Array(1);
  const correction2 = new Float32Array(1);
  const slotFeeds = (slots: Float32Array[], suffix: string) =>
    Object.fromEntries(slots.map((slot, index) => [`slot${index}${suffix}`, slot]));
  return {
    parameters,
    gradients,
    parametersNext,
    setStep: (learningRate: number, step: number) => {
      rate[0] = learningRate;
      if (optimizer.name === "adam" || optimizer.name === "adamw") {
        correction1[0] = 1 / (1 - optimizer.beta1 ** step);
        correction2[0] = 1 / (1 - optimizer.beta2 ** step);
      }
    },
    feeds: () => ({ p: parameters, g: gradients, rate, decay, correction1, correction2, ...slotFeeds(current, "") }),
    fetches: () => ({ p_next: parametersNext, ...slotFeeds(following, "_next") }),
    swapSlots: () => {
      [current, following] = [following, current];
    },
    loadSlots: (slots: readonly Float32Array[]) =>
      current.forEach((slot, index) => slot.set(slots[index]!.subarray(start, end))),
    storeSlots: (slots: readonly Float32Array[]) => current.forEach((slot, index) => slots[index]!.set(slot, start)),
  };
}

/** Adds the shards' gradients one after the other, so that the sum is the same whoever computes it. */
function sumInOrder(sum: Float32Array, shards: readonly Float32Array[], start: number): void {
  sum.set(shards[0]!.subarray(start, start + sum.length));
  for (let shard = 1; shard < shards.length; shard++) {
    const other = shards[shard]!.subarray(start, start + sum.length);
    for (let i = 0; i < sum.length; i++) sum[i]! += other[i]!;
  }
}

/** Running statistics become the mean of what the shards found. */
function averageRunning({ gradients, parameters }: ExchangeMemory, from: number): void {
  for (let i = from; i < parameters.length; i++) {
    let sum = 0;
    for (const shard of gradients) sum += shard[i]!;
    parameters[i] = sum / gradients.length;
  }
}

function fillMask(values: Float32Array, rate: number, seed: string): void {
  const random = createRandom(seed);
  const kept = 1 / (1 - rate);
  for (let i = 0; i < values.length; i++) values[i] = random.uniform() < rate ? 0 : kept;
}

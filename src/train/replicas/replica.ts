import { type BatchRequest, createBatchFiller } from "../batches/batch-filler.ts";
import type { BatchSource } from "./batch-handover.ts";
import { type Diagnosis, type Finding, findNotFinite } from "../program/diagnosis.ts";
import { type ExchangeMemory, failureKinds } from "./exchange-memory.ts";
import type { OpenExecutor } from "./open-executor.ts";
import { viewOf } from "../program/parameter-layout.ts";
import { createRangeUpdate } from "./range-update.ts";
import type { TrainingData } from "../batches/training-data.ts";
import type { TrainingProgram } from "../program/training-program.ts";
import { scoreRows } from "../../signal/index.ts";

export interface EpochRequest extends BatchRequest {
  /** One per step. */
  readonly learningRates: Float32Array;
  /** One per step, where the schedule moves the momentum. */
  readonly momenta?: Float32Array | undefined;
  /** Updates made before this epoch. */
  readonly stepsBefore: number;
  /** Also looks at every gradient and every weight: slower, and says earlier where something is not finite. */
  readonly watch?: boolean;
  /** [shard][step], filled with each shard's share of the loss. */
  readonly losses: readonly Float32Array[];
}

export interface ScoreRequest {
  readonly rows: Int32Array;
  /** [row, class], filled. */
  readonly probabilities: Float32Array;
}

export interface DiagnoseRequest {
  readonly batch: BatchRequest;
  /** Of the epoch, from 0. */
  readonly step: number;
  readonly diagnosis: Diagnosis;
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
  /** Computes its share of a batch with the present weights and says what is not finite first. */
  diagnose(request: DiagnoseRequest): Promise<Finding | undefined>;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  readonly program: TrainingProgram;
  readonly shard: number;
  readonly data: TrainingData;
  readonly exchange: ExchangeMemory;
  readonly batches: BatchSource;
  /** Returns when every replica has reached it. */
  readonly barrier: () => void | Promise<void>;
  readonly open: OpenExecutor;
}

export async function createReplica(options: ReplicaOptions): Promise<Replica> {
  const { program, shard, data, exchange, batches, barrier, open } = options;
  const { layout, classCount, accumulation } = program;
  const { trainedSize, movedSize } = layout;
  const shards = program.ranges.length;

  const gradient = await open(program.gradient);
  const forward = await open(program.forward);

  const parameters = new Float32Array(layout.size);
  const slopes = new Float32Array(movedSize);
  const loss = new Float32Array(1);
  const parameterFeeds = Object.fromEntries(layout.places.map((place) => [place.name, viewOf(parameters, place)]));
  const gradientFeeds = { ...parameterFeeds, ...batches.feeds };
  const fetches = fetchInto(program, { loss, slopes });
  const later = accumulation > 1 ? new Float32Array(movedSize) : undefined;
  const laterFetches = later && fetchInto(program, { loss, slopes: later });
  const update = await createRangeUpdate({ program, shard, exchange, parameters, slopes, open });

  /** This replica's gradients of a batch; its share of the loss. */
  const differentiate = async (request: EpochRequest, step: number): Promise<number> => {
    const first = shard * accumulation;
    await batches.take(request, { step, part: first });
    await gradient.run(gradientFeeds, fetches);
    let share = loss[0]!;
    for (let part = 1; part < accumulation; part++) {
      await batches.take(request, { step, part: first + part });
      await gradient.run(gradientFeeds, laterFetches!);
      share += loss[0]!;
      for (let i = 0; i < movedSize; i++) slopes[i]! += later![i]!;
    }
    // Running statistics are not added up but averaged.
    if (accumulation > 1) for (let i = trainedSize; i < movedSize; i++) slopes[i]! /= accumulation;
    return share;
  };

  /** What the other replicas updated, and the running statistics. */
  const takeUpdated = () => {
    const others = program.ranges.filter((_, other) => other !== shard);
    for (const { start, end } of [...others, { start: trainedSize, end: movedSize }]) {
      parameters.set(exchange.parameters.subarray(start, end), start);
    }
  };

  const fail = (kind: (typeof failureKinds)[number]) =>
    Atomics.store(exchange.control, 3 + failureKinds.indexOf(kind), 1);
  const hasFailed = (...kinds: readonly (typeof failureKinds)[number][]) =>
    kinds.some((kind) => Atomics.load(exchange.control, 3 + failureKinds.indexOf(kind)) === 1);

  /** Whether all went well; else the step was not made, or left weights that are not finite. */
  const trainStep = async (request: EpochRequest, step: number): Promise<boolean> => {
    const { watch = false } = request;
    const share = await differentiate(request, step);
    request.losses[shard]![step] = share;
    if (!Number.isFinite(share)) fail("loss");
    if (watch && !isFinite(slopes)) fail("gradient");
    update.share();
    await barrier();
    // Only what was said before this barrier: a faster replica may be further on.
    if (hasFailed("loss", "gradient")) return false;
    if (program.total !== undefined) {
      await update.total();
      await barrier();
    }
    await update.run({
      learningRate: request.learningRates[step]!,
      momentum: request.momenta?.[step],
      step: request.stepsBefore + step + 1,
    });
    if (watch && !isFinite(parameters)) fail("weights");
    if (shard === 0) {
      averageRunning(exchange, layout);
      Atomics.store(exchange.control, 2, Atomics.load(exchange.control, 0));
    }
    await barrier();
    takeUpdated();
    return !hasFailed("weights");
  };

  return {
    load: () => {
      parameters.set(exchange.parameters);
      update.load();
    },
    store: () => update.store(),
    trainEpoch: async (request) => {
      const steps = request.learningRates.length;
      try {
        for (let step = 0; step < steps; step++) {
          if (!(await trainStep(request, step))) return;
          if (shard === 0) Atomics.store(exchange.control, 1, step + 1);
          if (Atomics.load(exchange.control, 2) === 1) return;
        }
      } finally {
        batches.end();
      }
    },
    score: async ({ rows, probabilities }) => {
      const each = Math.ceil(rows.length / shards);
      const from = Math.min(rows.length, shard * each);
      const to = Math.min(rows.length, from + each);
      const scores = await scoreRows(rows.subarray(from, to), {
        data,
        sizes: program,
        windows: program.windows,
        batch: program.evaluationBatch,
        run: (feeds, found) => forward.run({ ...parameterFeeds, ...feeds }, { probabilities: found }),
      });
      probabilities.set(scores, from * classCount);
    },
    diagnose: async ({ batch, step, diagnosis: { model, tensors } }) => {
      const executor = await open(model);
      const filler = createBatchFiller({ program, data });
      const values = Object.fromEntries(
        tensors.map(({ output, shape }) => [output, new Float32Array(shape.reduce((size, each) => size * each, 1))]),
      );
      let first: Finding | undefined;
      for (let part = shard * accumulation; part < (shard + 1) * accumulation; part++) {
        filler.fill(batch, { step, part });
        await executor.run({ ...parameterFeeds, ...filler.feeds }, values);
        const found = findNotFinite(tensors, values);
        if (found !== undefined && (first === undefined || found.order < first.order)) first = { ...found, part };
      }
      await executor.close();
      return first;
    },
    close: async () => {
      for (const each of [gradient, forward, update]) await each.close();
    },
  };
}

/** Where the gradient model's outputs go. */
function fetchInto(
  { layout }: TrainingProgram,
  { loss, slopes }: { readonly loss: Float32Array; readonly slopes: Float32Array },
): Record<string, Float32Array> {
  const fetches: Record<string, Float32Array> = { loss };
  for (const place of layout.places) {
    if (place.start >= layout.movedSize) continue;
    fetches[`${place.start < layout.trainedSize ? "grad" : "next"}/${place.name}`] = viewOf(slopes, place);
  }
  return fetches;
}

/** Running statistics become the mean of what the shards found. */
function averageRunning(
  { gradients, parameters }: ExchangeMemory,
  { trainedSize, movedSize }: TrainingProgram["layout"],
): void {
  for (let i = trainedSize; i < movedSize; i++) {
    let sum = 0;
    for (const shard of gradients) sum += shard[i]!;
    parameters[i] = sum / gradients.length;
  }
}

function isFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false;
  return true;
}

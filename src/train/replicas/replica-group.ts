import { type ExecutorOptions, type OrtLike, createExecutor } from "../../tensor/index.ts";
import { createBatchFiller } from "../batches/batch-filler.ts";
import { fillParts, takeParts } from "./batch-handover.ts";
import { type StartPreparer, startPreparers } from "./batch-preparers.ts";
import { type TrainingData, shareTrainingData } from "../batches/training-data.ts";
import type { Finding } from "../program/diagnosis.ts";
import { checkTrainingInputs } from "../../signal/index.ts";
import { type ExchangeMemory, allocateExchange, failureKinds } from "./exchange-memory.ts";
import { shareExecutors } from "./open-executor.ts";
import { type DiagnoseRequest, type EpochRequest, createReplica } from "./replica.ts";
import type { TrainingProgram } from "../program/training-program.ts";

/** Everything that changes in training. */
export interface TrainerState {
  /** The flat vector, see `ParameterLayout`. */
  readonly parameters: Float32Array;
  /** The optimizer's moments. */
  readonly slots: readonly Float32Array[];
}

export type GroupEpoch = Omit<EpochRequest, "losses">;

export interface EpochResult {
  /** The loss of each step done, the shards' shares added. */
  readonly losses: Float32Array;
  /** Whether all steps were done, or a stop was asked for before. */
  readonly finished: boolean;
  /** Where something was not finite. The step was not made then, unless it is the weights that it gave. */
  readonly failure?: EpochFailure;
}

export interface EpochFailure {
  readonly kind: (typeof failureKinds)[number];
  /** Of the epoch, from 0. */
  readonly step: number;
  /** Of this step. */
  readonly loss: number;
}

/** The replicas of one training, wherever they run. */
export interface ReplicaGroup {
  readonly program: TrainingProgram;
  trainEpoch(request: GroupEpoch, options?: EpochOptions): Promise<EpochResult>;
  /** → [row, class] probabilities of the rows, by the present weights. */
  score(rows: Int32Array): Promise<Float32Array>;
  /** Computes a batch with the present weights and says what is not finite first. */
  diagnose(request: DiagnoseRequest): Promise<Finding | undefined>;
  read(): Promise<TrainerState>;
  write(state: TrainerState): Promise<void>;
  close(): Promise<void>;
}

export interface EpochOptions {
  readonly onStep?: (stepsDone: number) => void;
  readonly signal?: AbortSignal;
}

export interface ReplicaGroupOptions {
  readonly program: TrainingProgram;
  readonly data: TrainingData;
}

export interface LocalReplicasOptions extends ReplicaGroupOptions, ExecutorOptions {
  /** Starts threads that prepare the next parts of batches meanwhile; absent: each part is made when it is needed. */
  readonly startPreparer?: StartPreparer;
}

/**
 * All replicas in this thread, taking turns with one set of sessions: for a GPU, for the browser, and the measure that
 * the threads' result is held to, since the number of shards belongs to the recipe and not to the machine.
 */
export async function createLocalReplicas(
  ort: OrtLike,
  { program, startPreparer, ...options }: LocalReplicasOptions,
): Promise<ReplicaGroup> {
  const { data: given, ...executorOptions } = options;
  checkTrainingInputs(given, program);
  const data = startPreparer === undefined ? given : shareTrainingData(given);
  const preparers = startPreparer && startPreparers({ program, data, startPreparer });
  // Weights and gradients lie in this thread's memory, so a GPU would spend more on their copies than on the update.
  const { executionProviders: _, ...updateOptions } = executorOptions;
  const open = shareExecutors((onnx) =>
    createExecutor(ort, onnx, onnx === program.update || onnx === program.total ? updateOptions : executorOptions),
  );
  const exchange = allocateExchange(program, (bytes) => new ArrayBuffer(bytes));
  const barrier = createTurnBarrier(program.ranges.length);
  const batchesOf = (shard: number) =>
    preparers === undefined
      ? fillParts(createBatchFiller({ program, data }))
      : takeParts(preparers.handovers[shard]!, { block: false });
  const opening = Promise.all(
    program.ranges.map((_, shard) =>
      createReplica({ program, shard, data, exchange, batches: batchesOf(shard), barrier, open }),
    ),
  );
  // Threads that nobody will use would keep the process alive.
  const replicas = await opening.catch(async (error: unknown) => {
    await preparers?.terminate();
    throw error;
  });
  return {
    program,
    trainEpoch: async (request, { onStep, signal } = {}) => {
      const steps = request.learningRates.length;
      const losses = program.ranges.map(() => new Float32Array(steps));
      const stop = () => Atomics.store(exchange.control, 0, 1);
      exchange.control.fill(0);
      if (signal?.aborted === true) stop();
      signal?.addEventListener("abort", stop, { once: true });
      const report = onStep === undefined ? undefined : setInterval(() => onStep(exchange.control[1]!), 250);
      try {
        await Promise.all([
          preparers?.prepare({ batches: request, steps }),
          ...replicas.map((replica) => replica.trainEpoch({ ...request, losses })),
        ]);
      } finally {
        clearInterval(report);
        signal?.removeEventListener("abort", stop);
      }
      return epochResult(losses, exchange);
    },
    score: async (rows) => {
      const probabilities = new Float32Array(rows.length * program.classCount);
      for (const replica of replicas) await replica.score({ rows, probabilities });
      return probabilities;
    },
    diagnose: async (request) => {
      const findings: (Finding | undefined)[] = [];
      for (const replica of replicas) findings.push(await replica.diagnose(request));
      return firstFinding(findings);
    },
    read: async () => {
      for (const replica of replicas) replica.store();
      return { parameters: exchange.parameters.slice(), slots: exchange.slots.map((slot) => slot.slice()) };
    },
    write: async (state) => {
      exchange.parameters.set(state.parameters);
      exchange.slots.forEach((slot, index) => slot.set(state.slots[index]!));
      for (const replica of replicas) replica.load();
    },
    close: async () => {
      await preparers?.terminate();
      for (const replica of replicas) await replica.close();
    },
  };
}

/** What an epoch came to, from the shards' shares of each step's loss, which are added in order. */
export function epochResult(shares: readonly Float32Array[], { control }: ExchangeMemory): EpochResult {
  const steps = shares[0]!.length;
  const done = Atomics.load(control, 1);
  const lossAt = (step: number) => Math.fround(shares.reduce((sum, share) => sum + share[step]!, 0));
  const losses = Float32Array.from({ length: done }, (_, step) => lossAt(step));
  const kind = failureKinds.find((_, index) => Atomics.load(control, 3 + index) === 1);
  return {
    losses,
    finished: done === steps,
    ...(kind === undefined ? {} : { failure: { kind, step: done, loss: lossAt(done) } }),
  };
}

/** The first in the order of computing; of equals the first part's. */
export function firstFinding(findings: readonly (Finding | undefined)[]): Finding | undefined {
  return findings.reduce(
    (first, each) => (each !== undefined && (first === undefined || each.order < first.order) ? each : first),
    undefined,
  );
}

/** A barrier between asynchronous functions of one thread. */
function createTurnBarrier(parties: number): () => Promise<void> {
  let waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length < parties) return;
      const released = waiting;
      waiting = [];
      for (const release of released) release();
    });
}

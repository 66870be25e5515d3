import { type StartPreparer, startPreparers } from "./batch-preparers.ts";
import type { Handover } from "./batch-handover.ts";
import { checkTrainingInputs } from "../../signal/index.ts";
import type { Finding } from "../program/diagnosis.ts";
import { type ExchangeMemory, allocateExchange } from "./exchange-memory.ts";
import { type ReplicaGroup, type ReplicaGroupOptions, epochResult, firstFinding } from "./replica-group.ts";
import type { DiagnoseRequest, EpochRequest, ScoreRequest } from "./replica.ts";
import { type ThreadPort, attendThread } from "./thread-port.ts";
import { type TrainingData, shareTrainingData } from "../batches/training-data.ts";
import type { TrainingProgram } from "../program/training-program.ts";

/** What a replica's thread is started with. */
export interface ReplicaStart {
  readonly role: "replica";
  readonly program: TrainingProgram;
  readonly shard: number;
  readonly data: TrainingData;
  readonly exchange: ExchangeMemory;
  readonly handover: Handover;
  /** [0]: how many have arrived; [1]: the round. */
  readonly barrier: Int32Array;
}

export type ReplicaRequest =
  | { readonly kind: "trainEpoch"; readonly request: EpochRequest }
  | { readonly kind: "score"; readonly request: ScoreRequest }
  | { readonly kind: "diagnose"; readonly request: DiagnoseRequest }
  | { readonly kind: "load" | "store" | "close" };

export interface ParallelReplicasOptions extends ReplicaGroupOptions {
  readonly startReplica: (start: ReplicaStart) => ThreadPort<ReplicaRequest, Finding>;
  readonly startPreparer: StartPreparer;
}

/**
 * One thread per replica, each with its own single-threaded session of ONNX Runtime: no fork and join per node, each
 * core keeps its cache. They exchange through shared memory. Beside each, a thread prepares its next part of a batch.
 */
export async function createParallelReplicas(options: ParallelReplicasOptions): Promise<ReplicaGroup> {
  const { program, startReplica, startPreparer } = options;
  checkTrainingInputs(options.data, program);
  const shared = (bytes: number) => new SharedArrayBuffer(bytes);
  const exchange = allocateExchange(program, shared);
  const barrier = new Int32Array(shared(8));
  const data = shareTrainingData(options.data);
  const preparers = startPreparers({ program, data, startPreparer });
  const threads = preparers.handovers.map((handover, shard) =>
    attendThread(startReplica({ role: "replica", program, shard, data, exchange, handover, barrier })),
  );
  const closeAll = async () => {
    await Promise.all([preparers, ...threads].map((each) => each.terminate()));
  };
  /** If one thread fails the others may wait for it forever, so all are ended. */
  const orEndAll = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      await closeAll();
      throw error;
    }
  };
  const askAll = (request: ReplicaRequest) => orEndAll(Promise.all(threads.map((thread) => thread.ask(request))));
  await askAll({ kind: "load" });

  return {
    program,
    trainEpoch: async (request, { onStep, signal } = {}) => {
      const steps = request.learningRates.length;
      const losses = program.ranges.map(() => new Float32Array(shared(steps * 4)));
      const stop = () => Atomics.store(exchange.control, 0, 1);
      exchange.control.fill(0);
      if (signal?.aborted === true) stop();
      signal?.addEventListener("abort", stop, { once: true });
      const report =
        onStep === undefined ? undefined : setInterval(() => onStep(Atomics.load(exchange.control, 1)), 250);
      try {
        await orEndAll(
          Promise.all([
            preparers.prepare({ batches: request, steps }),
            askAll({ kind: "trainEpoch", request: { ...request, losses } }),
          ]),
        );
      } finally {
        clearInterval(report);
        signal?.removeEventListener("abort", stop);
      }
      return epochResult(losses, exchange);
    },
    score: async (rows) => {
      const probabilities = new Float32Array(shared(rows.length * program.classCount * 4));
      await askAll({ kind: "score", request: { rows, probabilities } });
      return probabilities.slice();
    },
    diagnose: async (request) => firstFinding(await askAll({ kind: "diagnose", request })),
    read: async () => {
      await askAll({ kind: "store" });
      return {
        parameters: Float32Array.from(exchange.parameters),
        slots: exchange.slots.map((s) => Float32Array.from(s)),
      };
    },
    write: async (state) => {
      exchange.parameters.set(state.parameters);
      exchange.slots.forEach((slot, index) => slot.set(state.slots[index]!));
      await askAll({ kind: "load" });
    },
    close: async () => {
      // Threads that have ended already have nothing left to close.
      await Promise.allSettled(threads.map((thread) => thread.ask({ kind: "close" })));
      await closeAll();
    },
  };
}

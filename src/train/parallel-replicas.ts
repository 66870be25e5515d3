import { UserError } from "../core/errors.ts";
import { checkTrainingInputs } from "../signal/index.ts";
import type { Finding } from "./diagnosis.ts";
import { type ExchangeMemory, allocateExchange } from "./exchange-memory.ts";
import { type ReplicaGroup, type ReplicaGroupOptions, epochResult, firstFinding } from "./replica-group.ts";
import type { DiagnoseRequest, EpochRequest, ScoreRequest } from "./replica.ts";
import { type TrainingData, shareTrainingData } from "./training-data.ts";
import type { TrainingProgram } from "./training-program.ts";

/** What a thread is started with. */
export interface ThreadStart {
  readonly program: TrainingProgram;
  readonly shard: number;
  readonly data: TrainingData;
  readonly exchange: ExchangeMemory;
  /** [0]: how many have arrived; [1]: the round. */
  readonly barrier: Int32Array;
}

export type ThreadRequest =
  | { readonly kind: "trainEpoch"; readonly request: EpochRequest }
  | { readonly kind: "score"; readonly request: ScoreRequest }
  | { readonly kind: "diagnose"; readonly request: DiagnoseRequest }
  | { readonly kind: "load" | "store" | "close" };

/** A thread's answer to each request, in order. */
export type ThreadReply =
  | { readonly kind: "done"; readonly finding?: Finding | undefined }
  | { readonly kind: "failed"; readonly message: string };

/** A running thread, whether Node's or a browser's worker. */
export interface ThreadPort {
  send(request: ThreadRequest): void;
  /** `answer` gets each reply; `end` is called when the thread is no more, with the reason. */
  listen(answer: (reply: ThreadReply) => void, end: (message: string) => void): void;
  terminate(): Promise<void>;
}

export interface ParallelReplicasOptions extends ReplicaGroupOptions {
  readonly startThread: (start: ThreadStart) => ThreadPort;
}

/**
 * One thread per replica, each with its own single-threaded session of ONNX Runtime: no fork and join per node, each
 * core keeps its cache. They exchange through shared memory.
 */
export async function createParallelReplicas(options: ParallelReplicasOptions): Promise<ReplicaGroup> {
  const { program, data, startThread } = options;
  checkTrainingInputs(data, program);
  const shared = (bytes: number) => new SharedArrayBuffer(bytes);
  const exchange = allocateExchange(program, shared);
  const barrier = new Int32Array(shared(8));
  const inShared = shareTrainingData(data);
  const threads = program.ranges.map((_, shard) =>
    attendThread(startThread({ program, shard, data: inShared, exchange, barrier })),
  );
  const closeAll = async () => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
  /** Asks every thread; if one fails the others may wait for it forever, so all are ended. */
  const askAll = async (request: ThreadRequest) => {
    try {
      return await Promise.all(threads.map((thread) => thread.ask(request)));
    } catch (error) {
      await closeAll();
      throw error;
    }
  };
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
        await askAll({ kind: "trainEpoch", request: { ...request, losses } });
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

/** Turns replies into promises; what is asked of a thread that has ended fails with the reason. */
function attendThread(port: ThreadPort) {
  let waiting: { resolve: (finding: Finding | undefined) => void; reject: (error: Error) => void } | undefined;
  /** Why the thread is no more. */
  let ended: string | undefined;
  const settle = (reply: ThreadReply) => {
    const asked = waiting;
    waiting = undefined;
    if (reply.kind === "done") asked?.resolve(reply.finding);
    else asked?.reject(new UserError(reply.message));
  };
  port.listen(settle, (message) => {
    ended ??= message;
    settle({ kind: "failed", message: ended });
  });
  return {
    terminate: () => port.terminate(),
    ask: (request: ThreadRequest) =>
      new Promise<Finding | undefined>((resolve, reject) => {
        if (ended !== undefined) return reject(new UserError(ended));
        waiting = { resolve, reject };
        port.send(request);
      }),
  };
}

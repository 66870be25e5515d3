import { Worker } from "node:worker_threads";

import type { PrepareRequest, PreparerStart, StartPreparer } from "./batch-preparers.ts";
import type { Finding } from "../program/diagnosis.ts";
import { type ReplicaRequest, type ReplicaStart, createParallelReplicas } from "./parallel-replicas.ts";
import type { ReplicaGroup, ReplicaGroupOptions } from "./replica-group.ts";
import type { ThreadPort } from "./thread-port.ts";

/** Replicas in threads of Node, one each, with `onnxruntime-node`. */
export function createThreadReplicas(options: ReplicaGroupOptions): Promise<ReplicaGroup> {
  return createParallelReplicas({
    ...options,
    startReplica: (start) => startThread<ReplicaRequest, Finding>(start),
    startPreparer: startPreparerThread,
  });
}

/** A thread of Node that prepares batches for a replica, wherever that computes. */
export const startPreparerThread: StartPreparer = (start) => startThread<PrepareRequest, never>(start);

function startThread<Request, Found>(start: ReplicaStart | PreparerStart): ThreadPort<Request, Found> {
  const worker = new Worker(workerFile(), { workerData: start });
  return {
    send: (request) => worker.postMessage(request),
    listen: (answer, end) => {
      worker.on("message", answer);
      worker.on("error", (error) => end(`A training thread failed: ${String(error)}`));
      worker.on("exit", (code) => end(`A training thread ended early with code ${code}.`));
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
}

/** The compiled worker; Node's threads can't load TypeScript, so from the sources (in tests) it is the one of `dist/`. */
function workerFile(): URL {
  const compiled = import.meta.url.endsWith(".js");
  return new URL(
    compiled ? "./replica-thread.node.js" : "../../../dist/train/replicas/replica-thread.node.js",
    import.meta.url,
  );
}

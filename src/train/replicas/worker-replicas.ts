import { UserError } from "../../core/errors.ts";
import { createParallelReplicas } from "./parallel-replicas.ts";
import type { ReplicaGroup, ReplicaGroupOptions } from "./replica-group.ts";
import type { ThreadStart } from "./serve-thread.ts";
import type { ThreadPort, ThreadReply } from "./thread-port.ts";

export interface WorkerReplicasOptions extends ReplicaGroupOptions {
  /** Starts `replica-worker.web.js`; given where a bundler has put it elsewhere. */
  readonly startWorker?: () => Worker;
  /** Where the workers find the `.wasm` files of onnxruntime-web: an address that ends in "/". */
  readonly wasmPaths?: string;
}

/** What the worker of a page gets first. */
export interface WorkerStart {
  readonly start: ThreadStart;
  readonly wasmPaths?: string | undefined;
}

/**
 * Replicas in the workers of a page, one each, with onnxruntime-web's WebAssembly; one more each prepares batches.
 * @throws UserError where the page has no shared memory, which takes cross-origin isolation.
 */
export async function createWorkerReplicas(options: WorkerReplicasOptions): Promise<ReplicaGroup> {
  const { startWorker = startOwnWorker, wasmPaths, ...rest } = options;
  if (globalThis.crossOriginIsolated !== true) {
    throw new UserError(
      "Cannot start training workers: expected a cross-origin isolated page (headers Cross-Origin-Opener-Policy: " +
        "same-origin and Cross-Origin-Embedder-Policy: require-corp), found one without; local replicas train there too.",
    );
  }
  const startThread = <Request, Found>(start: ThreadStart) =>
    openPort<Request, Found>(startWorker(), { start, wasmPaths });
  return createParallelReplicas({ ...rest, startReplica: startThread, startPreparer: startThread });
}

function startOwnWorker(): Worker {
  return new Worker(new URL("./replica-worker.web.js", import.meta.url), { type: "module" });
}

function openPort<Request, Found>(worker: Worker, start: WorkerStart): ThreadPort<Request, Found> {
  worker.postMessage(start);
  return {
    send: (request) => worker.postMessage(request),
    listen: (answer, end) => {
      worker.addEventListener("message", ({ data }: MessageEvent<ThreadReply<Found>>) => answer(data));
      worker.addEventListener("messageerror", () => end("A training worker failed: its answer could not be read."));
      worker.addEventListener("error", ({ message }) => end(`A training worker failed: ${message}`));
    },
    terminate: async () => worker.terminate(),
  };
}

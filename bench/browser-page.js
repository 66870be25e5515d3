// The page of `npm run bench -- browser`: trains the multi-branch CNN with onnxruntime-web.
import * as ort from "onnxruntime-web/wasm";

import { createLocalReplicas } from "../dist/train/replicas/replica-group.js";
import { createWorkerReplicas } from "../dist/train/replicas/worker-replicas.js";
import { answerRequests } from "../tools/browser/answer-requests.js";
import { openMultiBranchTraining } from "./multi-branch-training.js";

let training;

await answerRequests({
  /** `mode`: "workers" (one replica each) or "threads" (one session with threads). */
  open: async ({ batch, mode, threads, ortAddress }) => {
    await training?.close();
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.wasmPaths = ortAddress;
    training = await openMultiBranchTraining({
      batch,
      replicas: mode === "workers" ? threads : 1,
      open: (options) =>
        mode === "workers"
          ? createWorkerReplicas({
              ...options,
              wasmPaths: ortAddress,
              startWorker: () => new Worker("/worker.js", { type: "module" }),
            })
          : createLocalReplicas(ort, { ...options, threads }),
    });
    return crossOriginIsolated;
  },
  throughput: ({ seconds }) => training.throughput(seconds),
});

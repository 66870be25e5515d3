// The page of browser-training.test.ts: the training of first-losses.ts by onnxruntime-web.
import * as wasm from "onnxruntime-web/wasm";
import * as webgpu from "onnxruntime-web/webgpu";

// @ts-expect-error: a plain script without types
import { answerRequests } from "../../tools/browser/answer-requests.js";
import { type ReplicaGroupOptions, createLocalReplicas, createWorkerReplicas } from "../../src/train/index.ts";
import { firstLosses } from "./first-losses.ts";

const ortAddress = "/ort/";
wasm.env.wasm.wasmPaths = ortAddress;
webgpu.env.wasm.wasmPaths = ortAddress;

await answerRequests({
  workers: () =>
    firstLosses((options) =>
      createWorkerReplicas({
        ...options,
        wasmPaths: ortAddress,
        startWorker: () => new Worker("/worker.js", { type: "module" }),
      }),
    ),
  webgpu: () => {
    webgpu.env.wasm.numThreads = 1;
    const open = (options: ReplicaGroupOptions) =>
      createLocalReplicas(webgpu, { ...options, executionProviders: ["webgpu"] });
    return firstLosses(open, { gpu: true });
  },
});

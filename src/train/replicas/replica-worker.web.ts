// A worker of a training in a page: its first message is what it starts with, the others are requests.
import * as ort from "onnxruntime-web/wasm";

import { type ThreadRequest, serveThread } from "./serve-thread.ts";
import type { WorkerStart } from "./worker-replicas.ts";

let serve: ReturnType<typeof serveThread> | undefined;

addEventListener("message", async ({ data }: MessageEvent<WorkerStart | ThreadRequest>) => {
  if (!("start" in data)) return postMessage(await serve!(data));
  // Each worker is one thread; more would have to be workers of the worker.
  ort.env.wasm.numThreads = 1;
  if (data.wasmPaths !== undefined) ort.env.wasm.wasmPaths = data.wasmPaths;
  serve = serveThread(data.start, async () => ort);
});

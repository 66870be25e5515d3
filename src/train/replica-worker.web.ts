// A training worker of a page: its first message is what it starts with, the others are requests.
import * as ort from "onnxruntime-web/wasm";

import type { ThreadReply, ThreadRequest } from "./parallel-replicas.ts";
import { serveReplica } from "./serve-replica.ts";
import type { WorkerStart } from "./worker-replicas.ts";

let serve: ((request: ThreadRequest) => Promise<ThreadReply>) | undefined;

addEventListener("message", async ({ data }: MessageEvent<WorkerStart | ThreadRequest>) => {
  if ("kind" in data) return postMessage(await serve!(data));
  // Each worker is one thread; more would have to be workers of the worker.
  ort.env.wasm.numThreads = 1;
  if (data.wasmPaths !== undefined) ort.env.wasm.wasmPaths = data.wasmPaths;
  serve = serveReplica(ort, data);
});

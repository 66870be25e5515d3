// A training thread of Node.
import { parentPort, workerData } from "node:worker_threads";

import * as ort from "onnxruntime-node";

import type { ThreadRequest, ThreadStart } from "./parallel-replicas.ts";
import { serveReplica } from "./serve-replica.ts";

const port = parentPort!;
const serve = serveReplica(ort, workerData as ThreadStart);
port.on("message", async (request: ThreadRequest) => port.postMessage(await serve(request)));

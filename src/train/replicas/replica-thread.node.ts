// A thread of a training in Node.
import { parentPort, workerData } from "node:worker_threads";

import { type ThreadRequest, type ThreadStart, serveThread } from "./serve-thread.ts";

const port = parentPort!;
const serve = serveThread(workerData as ThreadStart, () => import("onnxruntime-node"));
port.on("message", async (request: ThreadRequest) => port.postMessage(await serve(request)));

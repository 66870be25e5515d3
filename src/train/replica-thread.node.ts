// The code of a training thread: one replica that does what it is asked, one request at a time.
import { parentPort, workerData } from "node:worker_threads";

import * as ort from "onnxruntime-node";

import { createReplica } from "./replica.ts";
import type { ThreadReply, ThreadRequest, ThreadStart } from "./thread-replicas.node.ts";

const { barrier, ...start } = workerData as ThreadStart;
const port = parentPort!;
const parties = start.program.ranges.length;

const replica = createReplica(ort, { ...start, threads: 1, barrier: waitForAll });

port.on("message", (request: ThreadRequest) => {
  answer(request).then(
    () => port.postMessage({ kind: "done" } satisfies ThreadReply),
    (error: unknown) =>
      port.postMessage({
        kind: "failed",
        message: error instanceof Error ? error.message : String(error),
      } satisfies ThreadReply),
  );
});

async function answer(request: ThreadRequest): Promise<void> {
  const own = await replica;
  switch (request.kind) {
    case "trainEpoch":
      return own.trainEpoch(request.request);
    case "score":
      return own.score(request.request);
    case "load":
      return own.load();
    case "store":
      return own.store();
    case "close":
      return own.close();
  }
}

/** The last one to arrive starts the next round and wakes the others. */
function waitForAll(): void {
  const round = Atomics.load(barrier, 1);
  if (Atomics.add(barrier, 0, 1) + 1 === parties) {
    Atomics.store(barrier, 0, 0);
    Atomics.add(barrier, 1, 1);
    Atomics.notify(barrier, 1);
    return;
  }
  while (Atomics.load(barrier, 1) === round) Atomics.wait(barrier, 1, round);
}

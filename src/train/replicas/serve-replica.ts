import { type OrtLike, createExecutor } from "../../tensor/index.ts";
import { takeParts } from "./batch-handover.ts";
import type { Finding } from "../program/diagnosis.ts";
import type { ReplicaRequest, ReplicaStart } from "./parallel-replicas.ts";
import { createReplica } from "./replica.ts";

/** The code of a training thread: one replica that does what it is asked, one request at a time. */
export function serveReplica(ort: OrtLike, start: ReplicaStart): (request: ReplicaRequest) => Promise<Finding | void> {
  const { barrier, handover, ...rest } = start;
  const parties = start.program.ranges.length;

  /** The last one to arrive starts the next round and wakes the others. */
  const waitForAll = () => {
    const round = Atomics.load(barrier, 1);
    if (Atomics.add(barrier, 0, 1) + 1 === parties) {
      Atomics.store(barrier, 0, 0);
      Atomics.add(barrier, 1, 1);
      Atomics.notify(barrier, 1);
      return;
    }
    while (Atomics.load(barrier, 1) === round) Atomics.wait(barrier, 1, round);
  };
  const batches = takeParts(handover, { block: true });
  const replica = createReplica({
    ...rest,
    batches,
    barrier: waitForAll,
    open: (onnx) => createExecutor(ort, onnx),
  });
  // Its failure is the answer to the first request.
  replica.catch(() => {});

  return async (request) => {
    const own = await replica;
    switch (request.kind) {
      case "trainEpoch":
        return own.trainEpoch(request.request);
      case "score":
        return own.score(request.request);
      case "diagnose":
        return own.diagnose(request.request);
      case "load":
        return own.load();
      case "store":
        return own.store();
      case "close":
        return own.close();
    }
  };
}

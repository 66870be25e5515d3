import type { OrtLike } from "../../tensor/index.ts";
import { type PreparerStart, type PrepareRequest, servePreparer } from "./batch-preparers.ts";
import type { Finding } from "../program/diagnosis.ts";
import type { ReplicaRequest, ReplicaStart } from "./parallel-replicas.ts";
import { serveReplica } from "./serve-replica.ts";
import { type ThreadReply, replyTo } from "./thread-port.ts";

/** What a thread of a training is started with. */
export type ThreadStart = ReplicaStart | PreparerStart;
export type ThreadRequest = ReplicaRequest | PrepareRequest;

/**
 * The code of a training's threads.
 * @param loadOrt called only by those that compute
 */
export async function serveThread(
  start: ThreadStart,
  loadOrt: () => Promise<OrtLike>,
): Promise<(request: ThreadRequest) => Promise<ThreadReply<Finding>>> {
  const serve = start.role === "replica" ? serveReplica(await loadOrt(), start) : servePreparer(start);
  return (request) => replyTo<Finding>((serve as (request: ThreadRequest) => Promise<Finding | void>)(request));
}

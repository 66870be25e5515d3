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
 * The code of a training's threads. A thread that can't begin says why in its first answer.
 * @param loadOrt called only by those that compute
 */
export function serveThread(
  start: ThreadStart,
  loadOrt: () => Promise<OrtLike>,
): (request: ThreadRequest) => Promise<ThreadReply<Finding>> {
  const begin = async () => (start.role === "replica" ? serveReplica(await loadOrt(), start) : servePreparer(start));
  const begun = begin() as Promise<(request: ThreadRequest) => Promise<Finding | void>>;
  // Its failure is each request's.
  begun.catch(() => {});
  return (request) => replyTo<Finding>(begun.then((serve) => serve(request)));
}

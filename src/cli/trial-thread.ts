// A thread of a search.
import { parentPort, workerData } from "node:worker_threads";

import { describeError } from "./describe-error.ts";
import { type TrialPlace, createTrialRunner } from "./trial-runner.ts";
import type { TrialThreadReply, TrialThreadRequest } from "./trial-threads.ts";

const port = parentPort!;
const runner = createTrialRunner(workerData as TrialPlace);
const reply = (message: TrialThreadReply) => port.postMessage(message);
let stop = new AbortController();

port.on("message", async (message: TrialThreadRequest) => {
  if (message.kind === "stop") return stop.abort();
  stop = new AbortController();
  try {
    const onEpoch = (record: Extract<TrialThreadReply, { kind: "epoch" }>["record"]) =>
      reply({ kind: "epoch", record });
    reply({ kind: "done", result: await runner.run(message.request, { onEpoch, signal: stop.signal }) });
  } catch (error) {
    reply({ kind: "failed", message: describeError(error) });
  }
});

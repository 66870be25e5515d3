import { Worker } from "node:worker_threads";

import { UserError } from "../core/errors.ts";
import type { EpochRecord } from "../train/index.ts";
import type { TrialRequest, TrialResult, TrialRunner } from "../train/index.node.ts";
import type { TrialPlace } from "./trial-runner.ts";

export type TrialThreadRequest = { readonly kind: "run"; readonly request: TrialRequest } | { readonly kind: "stop" };

export type TrialThreadReply =
  | { readonly kind: "epoch"; readonly record: EpochRecord }
  | { readonly kind: "done"; readonly result: TrialResult }
  | { readonly kind: "failed"; readonly message: string };

/** A thread of Node that runs trials one after the other. One that has ended (out of memory, say) is started again for the next trial. */
export function createTrialThread(place: TrialPlace): TrialRunner & { close(): Promise<void> } {
  let worker: Worker | undefined;
  return {
    run: (request, { onEpoch, signal }) =>
      new Promise((resolve, reject) => {
        worker ??= new Worker(threadFile(), { workerData: place });
        const own = worker;
        const send = (message: TrialThreadRequest) => own.postMessage(message);
        const stop = () => send({ kind: "stop" });
        const settle = (finish: () => void) => {
          // Each by itself: a worker that loses all its listeners at once never tells of a message again.
          own.off("message", hear).off("error", fail).off("exit", leave);
          signal?.removeEventListener("abort", stop);
          finish();
        };
        const end = (message: string) => {
          worker = undefined;
          settle(() => reject(new UserError(message)));
        };
        const hear = (reply: TrialThreadReply) => {
          if (reply.kind === "epoch") return onEpoch(reply.record);
          settle(() => (reply.kind === "done" ? resolve(reply.result) : reject(new UserError(reply.message))));
        };
        const fail = (error: unknown) => end(`A thread of the search failed: ${String(error)}`);
        const leave = (code: number) => end(`A thread of the search ended early with code ${code}.`);
        own.on("message", hear).on("error", fail).on("exit", leave);
        signal?.addEventListener("abort", stop, { once: true });
        send({ kind: "run", request });
        if (signal?.aborted === true) stop();
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}

/** The compiled worker; Node's threads can't load TypeScript, so from the sources (in tests) it is the one of `dist/`. */
function threadFile(): URL {
  const compiled = import.meta.url.endsWith(".js");
  return new URL(compiled ? "./trial-thread.js" : "../../dist/cli/trial-thread.js", import.meta.url);
}

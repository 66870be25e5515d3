import { UserError } from "../../core/errors.ts";

/** A thread's answer to each request, in order. */
export type ThreadReply<Found> =
  | { readonly kind: "done"; readonly found?: Found | undefined }
  | { readonly kind: "failed"; readonly message: string };

/** A running thread, whether Node's or a browser's worker, that answers one request at a time. */
export interface ThreadPort<Request, Found> {
  send(request: Request): void;
  /** `answer` gets each reply; `end` is called when the thread is no more, with the reason. */
  listen(answer: (reply: ThreadReply<Found>) => void, end: (message: string) => void): void;
  terminate(): Promise<void>;
}

export interface AttendedThread<Request, Found> {
  /** What is asked of a thread that has ended fails with the reason. */
  ask(request: Request): Promise<Found | undefined>;
  terminate(): Promise<void>;
}

/** Turns replies into promises. */
export function attendThread<Request, Found>(port: ThreadPort<Request, Found>): AttendedThread<Request, Found> {
  let waiting: { resolve: (found: Found | undefined) => void; reject: (error: Error) => void } | undefined;
  /** Why the thread is no more. */
  let ended: string | undefined;
  const settle = (reply: ThreadReply<Found>) => {
    const asked = waiting;
    waiting = undefined;
    if (reply.kind === "done") asked?.resolve(reply.found);
    else asked?.reject(new UserError(reply.message));
  };
  port.listen(settle, (message) => {
    ended ??= message;
    settle({ kind: "failed", message: ended });
  });
  return {
    terminate: () => port.terminate(),
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(new UserError(ended));
        waiting = { resolve, reject };
        port.send(request);
      }),
  };
}

/** Answers a request in the thread itself; what goes wrong is the answer too. */
export function replyTo<Found>(answer: Promise<Found | undefined | void>): Promise<ThreadReply<Found>> {
  return answer.then(
    (found) => ({ kind: "done", ...(found === undefined ? {} : { found }) }),
    (error: unknown) => ({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
}

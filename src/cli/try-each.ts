import type { CliContext } from "./context.ts";
import { describeError } from "./describe-error.ts";

export interface Tried<Result> {
  readonly done: readonly Result[];
  /** What could not be done, and why. */
  readonly errors: readonly { readonly recording: string; readonly message: string }[];
}

/**
 * Does something with each recording, one after the other. One with which it can't be done does not stop the others: it is
 * named on stderr and in the result. A lone one's error is thrown as it is.
 * @param specs recordings as the command line names them.
 */
export async function tryEach<Result>(
  specs: readonly string[],
  work: (spec: string) => Promise<Result>,
  context: Pick<CliContext, "signal" | "note">,
): Promise<Tried<Result>> {
  const done: Result[] = [];
  const errors: { readonly recording: string; readonly message: string }[] = [];
  for (const spec of specs) {
    context.signal.throwIfAborted();
    try {
      done.push(await work(spec));
    } catch (error) {
      if (specs.length === 1 || context.signal.aborted) throw error;
      const message = describeError(error);
      errors.push({ recording: spec, message });
      context.note(`${spec}: ${message}`);
    }
  }
  return { done, errors };
}

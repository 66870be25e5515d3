import type { Executor } from "../../tensor/index.ts";

/** Makes a model of a training program ready to run. */
export type OpenExecutor = (onnx: Uint8Array) => Promise<Executor>;

/**
 * The same session for everyone who opens the same model. Runs of all of them take turns, since onnxruntime-web runs
 * one at a time where a GPU computes; a session is freed when the last of its users has closed it.
 */
export function shareExecutors(open: OpenExecutor): OpenExecutor {
  const shared = new Map<Uint8Array, { readonly executor: Promise<Executor>; users: number }>();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = turn.then(work);
    // Whoever comes next waits for the end, not for success.
    turn = mine.catch(() => {});
    return mine;
  };
  return async (onnx) => {
    const entry = shared.get(onnx) ?? { executor: inTurn(() => open(onnx)), users: 0 };
    shared.set(onnx, entry);
    entry.users++;
    const executor = await entry.executor;
    return {
      inputs: executor.inputs,
      outputs: executor.outputs,
      run: (feeds, outputs) => inTurn(() => executor.run(feeds, outputs)),
      close: async () => {
        entry.users--;
        if (entry.users > 0) return;
        shared.delete(onnx);
        await executor.close();
      },
    };
  };
}

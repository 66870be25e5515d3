/** Signals of any length put one after the other into shared memory as they come, so that no second copy of a dataset is needed. */
export interface SignalStore {
  /** @param channels [channel][sample], all of one length. */
  add(channels: readonly Float32Array[]): void;
  /** Rows one after the other, each [channel, sample], and the samples per channel of each. */
  finish(): { readonly inputs: Float32Array; readonly lengths: Int32Array };
}

/** @param expected Signals to come. */
export function createSignalStore(expected: number): SignalStore {
  let values = new Float32Array(new SharedArrayBuffer(0));
  let used = 0;
  const lengths: number[] = [];
  return {
    add: (channels) => {
      const length = channels[0]?.length ?? 0;
      const size = channels.length * length;
      if (used + size > values.length) {
        // Untouched pages cost nothing, so twice what signals like the first would need is reserved; few datasets need a second step.
        const left = Math.max(1, expected - lengths.length);
        const grown = new Float32Array(new SharedArrayBuffer(4 * (used + 2 * size * left)));
        grown.set(values.subarray(0, used));
        values = grown;
      }
      for (const channel of channels) {
        values.set(channel, used);
        used += length;
      }
      lengths.push(length);
    },
    finish: () => {
      const shared = new Int32Array(new SharedArrayBuffer(4 * lengths.length));
      shared.set(lengths);
      return { inputs: values.subarray(0, used), lengths: shared };
    },
  };
}

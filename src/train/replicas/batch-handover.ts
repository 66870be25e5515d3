import type { BatchFiller, BatchRequest } from "../batches/batch-filler.ts";

/** Which part of which batch. */
export interface BatchPlace {
  /** Of the epoch, from 0. */
  readonly step: number;
  /** Counted over all replicas. */
  readonly part: number;
}

/** Where a replica has the parts of its batches from. */
export interface BatchSource {
  /** The data inputs of the gradient model, and its masks; `take` fills them. */
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** Parts are taken in order: a replica's parts of a step, then those of the next step. */
  take(request: BatchRequest, place: BatchPlace): void | Promise<void>;
  /** No more will be taken in this epoch. */
  end(): void;
}

/** Room in shared memory for one part, which a preparing thread fills while its replica computes on the part before. */
export interface Handover {
  /** [0]: parts laid down in this epoch; [1]: parts taken; `over` where there will be no more. */
  readonly control: Int32Array;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

/** In the place of a count: nothing more comes, or is taken. */
const over = -1;

export function allocateHandover(feeds: BatchFiller["feeds"]): Handover {
  const shared = (values: Float32Array) => new Float32Array(new SharedArrayBuffer(values.byteLength));
  return {
    control: new Int32Array(new SharedArrayBuffer(8)),
    feeds: Object.fromEntries(Object.entries(feeds).map(([name, values]) => [name, shared(values)])),
  };
}

/** Before an epoch, when neither side is at work. */
export function clearHandover({ control }: Handover): void {
  control.fill(0);
}

/** Wakes a replica that waits for a part that will not come. */
export function abandonHandover({ control }: Handover): void {
  set(control, 0, over);
}

/**
 * Lays down the parts of an epoch, one at a time.
 * @param places in the order in which they are taken
 */
export function layDownParts(
  { control, feeds }: Handover,
  { filler, request, places }: { filler: BatchFiller; request: BatchRequest; places: Iterable<BatchPlace> },
): void {
  let count = 0;
  for (const place of places) {
    filler.fill(request, place);
    for (;;) {
      const taken = Atomics.load(control, 1);
      if (taken === over) return;
      if (taken === count) break;
      Atomics.wait(control, 1, taken);
    }
    copyAll(filler.feeds, feeds);
    set(control, 0, ++count);
  }
}

/** Takes what a preparing thread lays down. Waiting blocks this thread, or lets it do other things where it has to. */
export function takeParts(handover: Handover, { block }: { readonly block: boolean }): BatchSource {
  const { control } = handover;
  const feeds = Object.fromEntries(
    Object.entries(handover.feeds).map(([name, values]) => [name, new Float32Array(values.length)]),
  );
  const takeNext = (count: number) => {
    if (Atomics.load(control, 0) === over) throw new Error("The thread that prepares batches has ended.");
    copyAll(handover.feeds, feeds);
    set(control, 1, count + 1);
  };
  const waitForNext = async (count: number) => {
    while (Atomics.load(control, 0) === count) await Atomics.waitAsync(control, 0, count).value;
    takeNext(count);
  };
  return {
    feeds,
    take: () => {
      const count = Atomics.load(control, 1);
      if (!block) return waitForNext(count);
      while (Atomics.load(control, 0) === count) Atomics.wait(control, 0, count);
      return takeNext(count);
    },
    end: () => set(control, 1, over),
  };
}

/** Fills each part when it is asked for, in the replica's own thread. */
export function fillParts(filler: BatchFiller): BatchSource {
  return { feeds: filler.feeds, take: (request, place) => filler.fill(request, place), end: () => {} };
}

function copyAll(from: Handover["feeds"], to: Handover["feeds"]): void {
  for (const [name, values] of Object.entries(from)) to[name]!.set(values);
}

function set(control: Int32Array, index: number, value: number): void {
  Atomics.store(control, index, value);
  Atomics.notify(control, index);
}

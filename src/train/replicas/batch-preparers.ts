import { type BatchProgram, type BatchRequest, createBatchFiller } from "../batches/batch-filler.ts";
import { type Handover, abandonHandover, allocateHandover, clearHandover, layDownParts } from "./batch-handover.ts";
import { type ThreadPort, attendThread } from "./thread-port.ts";
import type { TrainingData } from "../batches/training-data.ts";
import type { TrainingProgram } from "../program/training-program.ts";

/** What a preparing thread is started with. */
export interface PreparerStart {
  readonly role: "preparer";
  readonly program: BatchProgram;
  readonly shard: number;
  readonly data: TrainingData;
  readonly handover: Handover;
}

/** Asks for the parts of one epoch. */
export interface PrepareRequest {
  readonly batches: BatchRequest;
  readonly steps: number;
}

export type StartPreparer = (start: PreparerStart) => ThreadPort<PrepareRequest, never>;

export interface BatchPreparers {
  /** One per replica. */
  readonly handovers: readonly Handover[];
  /** Returns when all parts of the epoch have been taken, or no more are. */
  prepare(request: PrepareRequest): Promise<void>;
  terminate(): Promise<void>;
}

/**
 * One thread per replica that puts together its next part of a batch while the replica computes.
 * @param options.data in shared memory
 */
export function startPreparers(options: {
  readonly program: TrainingProgram;
  readonly data: TrainingData;
  readonly startPreparer: StartPreparer;
}): BatchPreparers {
  const { data, startPreparer } = options;
  const program = batchProgramOf(options.program);
  const handovers = program.ranges.map(() => allocateHandover(createBatchFiller({ program, data }).feeds));
  const threads = handovers.map((handover, shard) =>
    attendThread(startPreparer({ role: "preparer", program, shard, data, handover })),
  );
  return {
    handovers,
    prepare: async (request) => {
      for (const handover of handovers) clearHandover(handover);
      try {
        await Promise.all(threads.map((thread) => thread.ask(request)));
      } catch (error) {
        for (const handover of handovers) abandonHandover(handover);
        throw error;
      }
    },
    terminate: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

/** The code of a preparing thread. */
export function servePreparer({ program, shard, data, handover }: PreparerStart) {
  const filler = createBatchFiller({ program, data });
  return async ({ batches, steps }: PrepareRequest): Promise<void> =>
    layDownParts(handover, { filler, request: batches, places: placesOf(shard, { program, steps }) });
}

/** A replica's parts of an epoch, in the order in which it takes them. */
function* placesOf(shard: number, { program, steps }: { readonly program: BatchProgram; readonly steps: number }) {
  for (let step = 0; step < steps; step++) {
    for (let part = 0; part < program.accumulation; part++) {
      yield { step, part: shard * program.accumulation + part };
    }
  }
}

/** Without the nets, which no batch needs. */
function batchProgramOf(program: TrainingProgram): BatchProgram {
  const { shardSize, classCount, channels, samples, loss, extras, ranges, accumulation, masks } = program;
  return { shardSize, classCount, channels, samples, loss, extras, ranges, accumulation, masks };
}

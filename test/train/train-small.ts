import * as ort from "onnxruntime-node";

import {
  type Checkpoint,
  type TrainEvent,
  type TrainingData,
  type TrainingSettings,
  createLocalReplicas,
} from "../../src/train/index.ts";
import { createThreadReplicas } from "../../src/train/replicas/thread-replicas.node.ts";
import { fitAll, smallData, smallProgram, start } from "./small-training.ts";

export interface SmallTraining {
  readonly where?: "local" | "threads";
  readonly data?: TrainingData;
  readonly resumeFrom?: Checkpoint;
  readonly model?: Record<string, unknown>;
  readonly signal?: AbortSignal;
}

/** A whole training from seeded weights. */
export async function trainSmall(training: TrainingSettings, options: SmallTraining = {}): Promise<TrainEvent[]> {
  const { where = "local", data = smallData(), model, ...rest } = options;
  const built = smallProgram(training, model);
  const replicas =
    where === "local"
      ? await createLocalReplicas(ort, { program: built.program, data })
      : await createThreadReplicas({ program: built.program, data });
  try {
    await start(replicas, built);
    return await fitAll(replicas, { data, training, diagnosis: built.diagnosis, ...rest });
  } finally {
    await replicas.close();
  }
}

export const recordsOf = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.kind === "epoch" ? [event.record] : []));
export const checkpointsOf = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.kind === "checkpoint" ? [event.checkpoint] : []));
export function keptWeights(events: readonly TrainEvent[]): ReadonlyMap<string, Float32Array> {
  const end = events.at(-1)!;
  if (end.kind !== "end") throw new Error(`expected an end, found ${end.kind}`);
  return end.weights;
}

import { createRandom } from "../../src/core/random.ts";
import { findArchitecture } from "../../src/models/index.ts";
import {
  type BuiltProgram,
  type FitOptions,
  type ReplicaGroup,
  type TrainEvent,
  type TrainingData,
  type TrainingProgramOptions,
  type TrainingSettings,
  buildTrainingProgram,
  fit,
  initialiseParameters,
  trainingSchema,
} from "../../src/train/index.ts";

export const classes = ["N", "S", "V"];
const samples = 48;

/** Three kinds of bumps in noise: easy to tell apart, but not for a start. */
export function smallData(size = 400): TrainingData {
  const random = createRandom("small data");
  const inputs = new Float32Array(size * samples);
  const labels = new Uint8Array(size);
  for (let row = 0; row < size; row++) {
    const label = random.integer(3);
    labels[row] = label;
    const centre = 16 + random.integer(16);
    for (let i = 0; i < samples; i++) {
      const width = 1.5 + label * 2;
      inputs[row * samples + i] = Math.exp(-(((i - centre) / width) ** 2)) + 0.15 * random.normal();
    }
  }
  return { inputs, labels, size };
}

export const settings = (changes: Record<string, unknown> = {}): TrainingSettings =>
  trainingSchema.parse({
    epochs: 4,
    batch: 16,
    replicas: 2,
    optimizer: { name: "rmsprop" },
    learningRate: 0.002,
    monitor: "loss",
    ...changes,
  });

export function smallProgram(
  training: TrainingSettings,
  model: Record<string, unknown> = {},
  changes: Partial<TrainingProgramOptions> = {},
): BuiltProgram {
  const { batch, replicas, accumulation, ...rest } = training;
  return buildTrainingProgram({
    ...rest,
    architecture: findArchitecture("multi-branch-cnn"),
    settings: { filters: [4, 6], dense: [16], ...model },
    channels: 1,
    samples,
    classCount: classes.length,
    shardSize: batch / replicas / accumulation,
    shards: replicas,
    accumulation,
    evaluationBatch: 32,
    ...changes,
  });
}

/** Puts seeded starting weights into the replicas. */
export async function start(replicas: ReplicaGroup, { parameters, program }: BuiltProgram): Promise<void> {
  const { slots } = await replicas.read();
  await replicas.write({
    parameters: initialiseParameters(parameters, program.layout, createRandom("start")),
    slots: slots.map((slot) => new Float32Array(slot.length)),
  });
}

export async function fitAll(
  replicas: ReplicaGroup,
  { data, training, ...rest }: { data: TrainingData; training: TrainingSettings } & Partial<FitOptions>,
): Promise<TrainEvent[]> {
  const rows = Int32Array.from({ length: data.size }, (_, row) => row);
  const cut = Math.floor(data.size * 0.75);
  const events: TrainEvent[] = [];
  for await (const event of fit({
    replicas,
    data,
    classes,
    train: rows.slice(0, cut),
    validation: rows.slice(cut),
    training,
    seed: 1,
    fingerprint: "small",
    now: () => 0,
    ...rest,
  })) {
    events.push(event);
  }
  return events;
}

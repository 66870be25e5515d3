import { type SequencePreprocessing, chunkStarts, poolOutputs } from "../../beats/index.ts";
import { createRandom } from "../../core/random.ts";
import { beatSequence } from "../../models/beat-sequence.ts";
import type { Checkpoint } from "../fit/checkpoint.ts";
import { type TrainEvent, fit } from "../fit/fit.ts";
import { initialiseParameters, weightsOf } from "../program/parameter-layout.ts";
import type { ReplicaGroup, ReplicaGroupOptions } from "../replicas/replica-group.ts";
import { type TrainingData, shareTrainingData } from "../batches/training-data.ts";
import { buildTrainingProgram } from "../program/training-program.ts";
import type { SequenceRecording } from "./sequence-recording.ts";
import { outputNames, sequenceRows } from "./sequence-rows.ts";
import type { SequenceTraining } from "./sequence-settings.ts";

export interface SequenceNetOptions {
  readonly train: readonly SequenceRecording[];
  /** Scored by the trained net. */
  readonly test: readonly SequenceRecording[];
  readonly classes: readonly string[];
  readonly chunk: SequencePreprocessing["chunk"];
  /** Of the architecture `beat-sequence`; one member. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sequence: SequenceTraining;
  readonly seed: number;
  /** Weights to start from; drawn where absent. */
  readonly start?: ReadonlyMap<string, Float32Array>;
  readonly createReplicas: (options: ReplicaGroupOptions) => Promise<ReplicaGroup>;
  /** Milliseconds. */
  readonly now: () => number;
  readonly onEvent?: (event: TrainEvent) => void;
}

export interface SequenceNet {
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** For each test recording [beat, class]. */
  readonly probabilities: readonly Float32Array[];
  readonly seconds: number;
}

/** Trains one net for all its epochs on the training recordings, and scores the test recordings with its last weights. */
export async function trainSequenceNet(options: SequenceNetOptions): Promise<SequenceNet> {
  const { train, test, classes, chunk, settings, sequence, seed, createReplicas, now } = options;
  const { batch, replicas: shards, accumulation, ...rest } = sequence.training;
  const started = now();
  const common = { classCount: classes.length, patientPower: sequence.patientPower };
  const classWeights = classes.map((name) => sequence.classWeights[name] ?? 1);
  const learnt = sequenceRows(train, { ...common, classWeights, chunk: { ...chunk, stride: sequence.stride } });
  const scored = sequenceRows(test, { ...common, classWeights, chunk });
  const features = (train[0] ?? test[0])!.featureNames.length;
  const built = buildTrainingProgram({
    ...rest,
    channels: features,
    samples: chunk.length,
    classCount: chunk.length * classes.length,
    architecture: beatSequence,
    settings: { ...settings, members: 1, classifies: "every" },
    shards,
    shardSize: batch / shards / accumulation,
    accumulation,
    evaluationBatch: 64,
  });
  const { program } = built;
  const data = shareTrainingData(joined(learnt, scored));
  const replicas = await createReplicas({ program, data });
  try {
    const parameters = initialiseParameters(built.parameters, program.layout, createRandom(`weights/${seed}`));
    const first = options.start ?? featureStatistics(train);
    for (const { name, start, length } of program.layout.places) {
      const own = first.get(name);
      if (own !== undefined) parameters.set(own.subarray(0, length), start);
    }
    const slots = Array.from({ length: program.slotCount }, () => new Float32Array(program.layout.trainedSize));
    await replicas.write({ parameters, slots });
    let last: Checkpoint | undefined;
    for await (const event of fit({
      replicas,
      data,
      classes: outputNames(chunk.length, classes),
      train: Int32Array.from({ length: learnt.size }, (_, row) => row),
      // Asked for by `fit`; decides nothing, as the last epoch is kept.
      validation: Int32Array.of(0),
      training: sequence.training,
      seed,
      fingerprint: "beat-sequence",
      diagnosis: built.diagnosis,
      now,
    })) {
      if (event.kind === "checkpoint") last = event.checkpoint;
      options.onEvent?.(event);
    }
    const { state } = last!;
    await replicas.write(state);
    const outputs = await replicas.score(Int32Array.from({ length: scored.size }, (_, row) => learnt.size + row));
    return {
      weights: weightsOf(state.parameters, program.layout),
      probabilities: poolRecordings(outputs, { test, classes, chunk }),
      seconds: (now() - started) / 1000,
    };
  } finally {
    await replicas.close();
  }
}

/** What the net standardises its features by: mean and 1 / deviation of each over all beats. */
function featureStatistics(recordings: readonly SequenceRecording[]): Map<string, Float32Array> {
  const width = recordings[0]!.featureNames.length;
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  let beats = 0;
  for (const { matrix } of recordings) {
    beats += matrix.length / width;
    for (let i = 0; i < matrix.length; i++) {
      sums[i % width]! += matrix[i]!;
      squares[i % width]! += matrix[i]! ** 2;
    }
  }
  const mean = Float32Array.from(sums, (sum) => sum / beats);
  const factor = Float32Array.from(squares, (square, f) => {
    const deviation = Math.sqrt(Math.max(0, square / beats - (sums[f]! / beats) ** 2));
    return deviation > 1e-6 ? 1 / deviation : 0;
  });
  return new Map([
    ["member1.features.mean", mean],
    ["member1.features.factor", factor],
  ]);
}

function joined(a: TrainingData, b: TrainingData): TrainingData {
  const both = (first: Float32Array, second: Float32Array) => {
    const all = new Float32Array(first.length + second.length);
    all.set(first);
    all.set(second, first.length);
    return all;
  };
  return { inputs: both(a.inputs, b.inputs), targets: both(a.targets!, b.targets!), size: a.size + b.size };
}

/** A net's outputs for all rows of all recordings → for each recording [beat, class]. */
function poolRecordings(
  outputs: Float32Array,
  { test, classes, chunk }: Pick<SequenceNetOptions, "test" | "classes" | "chunk">,
): Float32Array[] {
  const rowSize = chunk.length * classes.length;
  let row = 0;
  return test.map(({ labels }) => {
    const starts = chunkStarts(labels.length, chunk);
    const own = outputs.subarray(row * rowSize, (row + starts.length) * rowSize);
    row += starts.length;
    return poolOutputs(own, { starts, beats: labels.length, length: chunk.length, classes: classes.length });
  });
}

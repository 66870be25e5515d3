import { createHash } from "node:crypto";

import type { Device } from "../core/device.ts";
import { UserError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import type { Fold } from "../datasets/index.ts";
import type { Architecture } from "../models/index.ts";
import { createDeviceReplicas } from "./device-replicas.node.ts";
import { type Placement, findPlacements } from "./find-placements.node.ts";
import { type TrainEvent, fit } from "./fit.ts";
import { initialiseParameters } from "./parameter-layout.ts";
import { type BeatPredictionTable, predictionsFromCsv, predictionsToCsv } from "./predictions.ts";
import type { BeatIndex, ScoredFold } from "./make-report.node.ts";
import type { Recipe } from "./recipe.ts";
import type { RunFolder } from "./run-folder.node.ts";
import type { ReplicaGroup } from "./replica-group.ts";
import type { TrainingData } from "./training-data.ts";
import type { ModelShape } from "./training-graph.ts";
import { type BuiltProgram, buildTrainingProgram } from "./training-program.ts";
import { mostLikely } from "./validation.ts";

/** What a finished fold leaves. */
export interface FoldOutcome extends ScoredFold {
  readonly bestEpoch: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

export type FoldEvent =
  /** Where the nodes are computed; told where it was asked for. */
  | { readonly kind: "placement"; readonly placements: readonly Placement[] }
  | { readonly kind: "train"; readonly fold: string; readonly event: TrainEvent }
  | { readonly kind: "fold"; readonly fold: string; readonly outcome: FoldOutcome };

export interface RunFoldOptions {
  readonly recipe: Recipe;
  readonly architecture: Architecture;
  readonly fold: Fold;
  /** From 1. */
  readonly number: number;
  readonly beats: BeatIndex;
  readonly data: TrainingData;
  readonly folder: RunFolder;
  /** Where it is trained. */
  readonly device: Device;
  /** Whether to tell where each node is computed. */
  readonly tellPlacement?: boolean;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/** Trains on one fold and scores its test part once; what it leaves in the run's folder lets a killed run go on. */
export async function* runFold(options: RunFoldOptions): AsyncGenerator<FoldEvent, void> {
  const { recipe, fold, beats, data, folder, number, device, tellPlacement = false, now, signal } = options;
  const file = (name: string) => `fold-${number}/${name}`;
  const finished = await readOutcome(folder, file);
  if (finished !== undefined) {
    yield { kind: "fold", fold: fold.name, outcome: finished };
    return;
  }

  const { training } = recipe;
  const built = buildFold(options);
  if (tellPlacement) yield { kind: "placement", placements: await findPlacements(built.program, device) };
  const replicas = await openFold(built, options);
  try {
    const resumeFrom = await folder.readCheckpoint(file("checkpoint"));
    const started = now();
    let end: Extract<TrainEvent, { kind: "end" }> | undefined;
    for await (const event of fit({
      replicas,
      data,
      classes: beats.classes,
      train: fold.train,
      validation: fold.validation,
      training,
      seed: recipe.seed * 1000 + number,
      fingerprint: fingerprint(recipe, { fold: fold.name, size: beats.size }),
      diagnosis: built.diagnosis,
      ...(resumeFrom === undefined ? {} : { resumeFrom }),
      now,
      ...(signal === undefined ? {} : { signal }),
    })) {
      if (event.kind === "checkpoint") await folder.writeCheckpoint(file("checkpoint"), event.checkpoint);
      if (event.kind === "end") end = event;
      yield { kind: "train", fold: fold.name, event };
    }
    if (end === undefined || end.reason === "stopped") {
      throw new UserError(`Stopped before the end. The run in ${folder.directory} continues with --resume.`);
    }
    const earlier = resumeFrom?.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) ?? 0;
    const outcome: FoldOutcome = {
      name: fold.name,
      bestEpoch: end.bestEpoch,
      learning: end.epochs,
      seconds: earlier + (now() - started) / 1000,
      peakMemoryMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
      predictions: predictionTable(fold.test, await replicas.score(fold.test), beats),
      weights: end.weights,
    };
    await writeOutcome(folder, file, outcome);
    yield { kind: "fold", fold: fold.name, outcome };
  } finally {
    await replicas.close();
  }
}

/** A recipe's net and training, built for its beats. */
export function buildFold({
  recipe: { model, training },
  architecture,
  beats,
  device,
}: Pick<RunFoldOptions, "recipe" | "architecture" | "beats" | "device">): BuiltProgram {
  const { batch, replicas: shards, accumulation, ...rest } = training;
  return buildTrainingProgram({
    ...modelShape(beats),
    ...rest,
    architecture,
    settings: model.settings,
    shards,
    shardSize: batch / shards / accumulation,
    accumulation,
    evaluationBatch: 256,
    gpu: device !== "cpu",
  });
}

/** A fold's replicas, with its starting weights. */
export async function openFold(
  { program, parameters }: BuiltProgram,
  { recipe, number, data, device }: Pick<RunFoldOptions, "recipe" | "number" | "data" | "device">,
): Promise<ReplicaGroup> {
  const replicas = await createDeviceReplicas(device, { program, data });
  await replicas.write({
    parameters: initialiseParameters(parameters, program.layout, createRandom(`weights/${recipe.seed}/${number}`)),
    slots: Array.from({ length: program.slotCount }, () => new Float32Array(program.layout.trainedSize)),
  });
  return replicas;
}

export function modelShape(beats: Pick<BeatIndex, "windowLength" | "classes">): ModelShape {
  return { channels: 1, samples: beats.windowLength, classCount: beats.classes.length };
}

/** The same for the same training: recipe without its words, fold, data. */
function fingerprint(
  { seed, beats, split, model, training, dataset }: Recipe,
  data: { fold: string; size: number },
): string {
  return createHash("sha256")
    .update(JSON.stringify({ seed, beats, split, model, training, dataset, data }))
    .digest("hex");
}

function predictionTable(test: Int32Array, probabilities: Float32Array, beats: BeatIndex): BeatPredictionTable {
  return {
    classes: beats.classes,
    records: Array.from(test, (beat) => beats.records[beats.recordOf[beat]!]!.id),
    samples: test.map((beat) => beats.positions[beat]!),
    truth: test.map((beat) => beats.labels[beat]!),
    predicted: mostLikely(probabilities, beats.classes.length),
    probabilities,
  };
}

/** `fold.json` comes last: where it is there, the fold is done. */
async function writeOutcome(folder: RunFolder, file: (name: string) => string, outcome: FoldOutcome): Promise<void> {
  const { predictions, weights, ...rest } = outcome;
  await folder.write(file("predictions.csv"), predictionsToCsv(predictions));
  const names = [...weights.keys()];
  const flat = new Float32Array(names.reduce((sum, name) => sum + weights.get(name)!.length, 0));
  let start = 0;
  for (const values of weights.values()) {
    flat.set(values, start);
    start += values.length;
  }
  await folder.write(file("weights.f32"), new Uint8Array(flat.buffer));
  const lengths = names.map((name) => [name, weights.get(name)!.length]);
  await folder.write(file("fold.json"), `${JSON.stringify({ ...rest, weights: lengths }, undefined, 1)}\n`);
  await folder.remove(file("checkpoint"));
}

async function readOutcome(folder: RunFolder, file: (name: string) => string): Promise<FoldOutcome | undefined> {
  const text = await folder.readText(file("fold.json"));
  if (text === undefined) return undefined;
  const csv = await folder.readText(file("predictions.csv"));
  const bytes = await folder.readBytes(file("weights.f32"));
  if (csv === undefined || bytes === undefined) return undefined;
  const { weights: lengths, ...rest } = JSON.parse(text) as Omit<FoldOutcome, "predictions" | "weights"> & {
    readonly weights: readonly (readonly [string, number])[];
  };
  const flat = new Float32Array(bytes.slice().buffer);
  let start = 0;
  const weights = new Map(lengths.map(([name, length]) => [name, flat.slice(start, (start += length))]));
  return { ...rest, predictions: predictionsFromCsv(csv), weights };
}

import { createHash } from "node:crypto";

import type { Device } from "../../core/device.ts";
import { UserError } from "../../core/errors.ts";
import { createRandom } from "../../core/random.ts";
import type { Fold } from "../../datasets/index.ts";
import type { Architecture } from "../../models/index.ts";
import type { Augmentation } from "../batches/augmentation.ts";
import { createDeviceReplicas } from "../replicas/device-replicas.node.ts";
import { evaluationBatchFor } from "../program/evaluation-batch.ts";
import { type ExampleSet, exampleDigest } from "../examples/index.node.ts";
import { type Placement, findPlacements } from "../replicas/find-placements.node.ts";
import type { TrainEvent } from "../fit/fit.ts";
import { fitStages } from "../fit/fit-stages.ts";
import { scaleForFold } from "./fold-scaling.node.ts";
import { initialiseParameters } from "../program/parameter-layout.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { ReplicaGroup } from "../replicas/replica-group.ts";
import type { RunFolder } from "./run-folder.node.ts";
import { type StartingOptions, startingParameters } from "../fit/starting-parameters.ts";
import type { TrainingData } from "../batches/training-data.ts";
import type { ModelShape } from "../program/training-graph.ts";
import { type BuiltProgram, buildTrainingProgram } from "../program/training-program.ts";
import { stagesOf } from "../fit/training-settings.ts";

export type TrainFoldEvent =
  /** Where the nodes are computed; told where it was asked for. */
  | { readonly kind: "placement"; readonly placements: readonly Placement[] }
  | { readonly kind: "train"; readonly fold: string; readonly event: TrainEvent };

export interface TrainFoldOptions {
  readonly recipe: Recipe;
  readonly architecture: Architecture;
  readonly fold: Fold;
  /** From 1. */
  readonly number: number;
  readonly examples: ExampleSet;
  readonly data: TrainingData;
  readonly folder: RunFolder;
  /** Weights to start from; seeded ones where absent. */
  readonly start?: FoldStart | undefined;
  /** Where it is trained. */
  readonly device: Device;
  /** The recipe's, with what it needs from other recordings. */
  readonly augmentation: Augmentation;
  /** Whether to tell where each node is computed. */
  readonly tellPlacement?: boolean;
  /** Pauses once this many epochs are done. */
  readonly pauseAfter?: number | undefined;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/** A fold whose training has ended or is paused. */
export interface TrainedFold {
  readonly end: Extract<TrainEvent, { kind: "end" }>;
  /** Scaled by the fold's training part. */
  readonly data: TrainingData;
  /** Of the training, those before it was continued included. */
  readonly seconds: number;
  /** → [row, class] probabilities by the kept weights. */
  score(rows: Int32Array): Promise<Float32Array>;
}

/** The name of a fold's file in the run's folder. */
export function foldFile(number: number): (name: string) => string {
  return (name) => `fold-${number}/${name}`;
}

/**
 * Trains on one fold, from its checkpoint where the run's folder holds one, and hands the result to `finish`.
 * @throws UserError where it is stopped before the end.
 */
export async function* trainFold<Result>(
  options: TrainFoldOptions,
  finish: (trained: TrainedFold) => Promise<Result>,
): AsyncGenerator<TrainFoldEvent, Result> {
  const { recipe, fold, examples, folder, number, device, tellPlacement = false, now, signal } = options;
  const checkpointFile = foldFile(number)("checkpoint");
  const data = scaleForFold(options.data, { examples, train: fold.train });
  if (tellPlacement) {
    const { program } = buildFold(options);
    yield { kind: "placement", placements: await findPlacements(program, device) };
  }
  let replicas: ReplicaGroup | undefined;
  try {
    const resumeFrom = await folder.readCheckpoint(checkpointFile);
    const started = now();
    let end: TrainedFold["end"] | undefined;
    for await (const event of fitStages({
      open: async (training) => {
        await replicas?.close();
        replicas = undefined;
        const built = buildFold({ ...options, recipe: { ...recipe, training } });
        replicas = await openFold(built, { ...options, data });
        return { replicas, diagnosis: built.diagnosis };
      },
      data,
      classes: examples.classes,
      train: fold.train,
      validation: fold.validation,
      training: { ...recipe.training, augmentation: options.augmentation },
      seed: recipe.seed * 1000 + number,
      fingerprint: fingerprint(recipe, { fold: fold.name, examples: exampleDigest(examples) }),
      pauseAfter: options.pauseAfter,
      ...(resumeFrom === undefined ? {} : { resumeFrom }),
      now,
      ...(signal === undefined ? {} : { signal }),
    })) {
      if (event.kind === "checkpoint") await folder.writeCheckpoint(checkpointFile, event.checkpoint);
      if (event.kind === "end") end = event;
      yield { kind: "train", fold: fold.name, event };
    }
    if (end === undefined || end.reason === "stopped") {
      throw new UserError(`Stopped before the end. The run in ${folder.directory} continues with --resume.`);
    }
    const earlier = resumeFrom?.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) ?? 0;
    return await finish({
      end,
      data,
      seconds: earlier + (now() - started) / 1000,
      score: (rows) => replicas!.score(rows),
    });
  } finally {
    await replicas?.close();
  }
}

/** A recipe's net and training, built for its examples; of the first stage where there are several. */
export function buildFold({
  recipe: { model, training },
  architecture,
  examples,
  device,
}: Pick<TrainFoldOptions, "recipe" | "architecture" | "examples" | "device">): BuiltProgram {
  const { batch, replicas: shards, accumulation, ...rest } = stagesOf(training)[0]!;
  const { settings } = model;
  const gpu = device !== "cpu";
  return buildTrainingProgram({
    ...modelShape(examples),
    ...rest,
    architecture,
    settings,
    shards,
    shardSize: batch / shards / accumulation,
    accumulation,
    // A GPU has no such cache, and wants much at once.
    evaluationBatch: gpu ? 256 : evaluationBatchFor(architecture, { ...modelShape(examples), settings }),
    gpu,
  });
}

/** Weights of another training, and which of them not to take. */
export type FoldStart = Omit<StartingOptions, "seeded">;

/** A fold's replicas, with its starting weights. */
export async function openFold(
  { program, parameters }: BuiltProgram,
  { recipe, number, data, device, start }: Pick<TrainFoldOptions, "recipe" | "number" | "data" | "device" | "start">,
): Promise<ReplicaGroup> {
  const seeded = initialiseParameters(parameters, program.layout, createRandom(`weights/${recipe.seed}/${number}`));
  const values = start === undefined ? seeded : startingParameters(program.layout.places, { ...start, seeded });
  const replicas = await createDeviceReplicas(device, { program, data });
  await replicas.write({
    parameters: values,
    slots: Array.from({ length: program.slotCount }, () => new Float32Array(program.layout.trainedSize)),
  });
  return replicas;
}

export function modelShape({ input, classes }: Pick<ExampleSet, "input" | "classes">): ModelShape {
  return { ...input, classCount: classes.length };
}

/** The same for the same training: recipe without its words, fold, data. */
function fingerprint(recipe: Recipe, data: { fold: string; examples: string }): string {
  const { seed, beats, recordings, segments, split, model, start, training, dataset } = recipe;
  return createHash("sha256")
    .update(JSON.stringify({ seed, beats, recordings, segments, split, model, start, training, dataset, data }))
    .digest("hex");
}

import { createHash } from "node:crypto";

import type { Device } from "../core/device.ts";
import { UserError } from "../core/errors.ts";
import { peakMemoryMegabytes } from "../core/peak-memory.node.ts";
import { createRandom } from "../core/random.ts";
import type { Fold } from "../datasets/index.ts";
import type { Architecture } from "../models/index.ts";
import type { Augmentation } from "./augmentation.ts";
import { createDeviceReplicas } from "./device-replicas.node.ts";
import { type Placement, findPlacements } from "./find-placements.node.ts";
import { type TrainEvent, fit } from "./fit.ts";
import { initialiseParameters } from "./parameter-layout.ts";
import { chooseDecision } from "./choose-decision.node.ts";
import type { ExampleSet } from "./examples/index.node.ts";
import { evaluationBatchFor } from "./evaluation-batch.ts";
import { scaleForFold } from "./fold-scaling.node.ts";
import { type FoldOutcome, readFoldOutcome, writeFoldOutcome } from "./fold-outcome.node.ts";
import { tabulatePredictions } from "./predictions.node.ts";
import type { Recipe } from "./recipe.ts";
import type { RunFolder } from "./run-folder.node.ts";
import type { ReplicaGroup } from "./replica-group.ts";
import { type StartingOptions, startingParameters } from "./starting-parameters.ts";
import type { TrainingData } from "./training-data.ts";
import type { ModelShape } from "./training-graph.ts";
import { type BuiltProgram, buildTrainingProgram } from "./training-program.ts";

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
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/** Trains on one fold and scores its test part once; what it leaves in the run's folder lets a killed run go on. */
export async function* runFold(options: RunFoldOptions): AsyncGenerator<FoldEvent, void> {
  const { recipe, fold, examples, folder, number, device, tellPlacement = false, now, signal } = options;
  const file = (name: string) => `fold-${number}/${name}`;
  const finished = await readFoldOutcome(folder, file);
  if (finished !== undefined) {
    yield { kind: "fold", fold: fold.name, outcome: finished };
    return;
  }

  const { training } = recipe;
  const built = buildFold(options);
  if (tellPlacement) yield { kind: "placement", placements: await findPlacements(built.program, device) };
  const data = scaleForFold(options.data, { examples, train: fold.train });
  const replicas = await openFold(built, { ...options, data });
  try {
    const resumeFrom = await folder.readCheckpoint(file("checkpoint"));
    const started = now();
    let end: Extract<TrainEvent, { kind: "end" }> | undefined;
    for await (const event of fit({
      replicas,
      data,
      classes: examples.classes,
      train: fold.train,
      validation: fold.validation,
      training: { ...training, augmentation: options.augmentation },
      seed: recipe.seed * 1000 + number,
      fingerprint: fingerprint(recipe, { fold: fold.name, size: examples.size }),
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
    const scored = async (rows: Int32Array) => ({ rows, probabilities: await replicas.score(rows) });
    const validation = await scored(fold.validation);
    const decision = chooseDecision(examples, validation);
    const earlier = resumeFrom?.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) ?? 0;
    const outcome: FoldOutcome = {
      name: fold.name,
      bestEpoch: end.bestEpoch,
      learning: end.epochs,
      seconds: earlier + (now() - started) / 1000,
      peakMemoryMegabytes: peakMemoryMegabytes(),
      predictions: tabulatePredictions(examples, { ...(await scored(fold.test)), decision }),
      validation: tabulatePredictions(examples, { ...validation, decision }),
      decision,
      ...(data.scaling === undefined ? {} : { scaling: data.scaling }),
      weights: end.weights,
    };
    await writeFoldOutcome(outcome, { folder, file });
    yield { kind: "fold", fold: fold.name, outcome };
  } finally {
    await replicas.close();
  }
}

/** A recipe's net and training, built for its examples. */
export function buildFold({
  recipe: { model, training },
  architecture,
  examples,
  device,
}: Pick<RunFoldOptions, "recipe" | "architecture" | "examples" | "device">): BuiltProgram {
  const { batch, replicas: shards, accumulation, ...rest } = training;
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
  { recipe, number, data, device, start }: Pick<RunFoldOptions, "recipe" | "number" | "data" | "device" | "start">,
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
function fingerprint(recipe: Recipe, data: { fold: string; size: number }): string {
  const { seed, beats, recordings, segments, split, model, start, training, dataset } = recipe;
  return createHash("sha256")
    .update(JSON.stringify({ seed, beats, recordings, segments, split, model, start, training, dataset, data }))
    .digest("hex");
}

import type { Device } from "../../core/device.ts";
import { UserError } from "../../core/errors.ts";
import type { Recording } from "../../core/recording.ts";
import type { LocatedDataset } from "../../datasets/index.ts";
import type { Architecture } from "../../models/index.ts";
import type { EpochRecord } from "../fit/checkpoint.ts";
import { type RecipeExamples, exampleDigest, openRecipe, readRecipeExamples } from "../examples/index.node.ts";
import { provideNoise } from "../batches/provide-noise.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { openRunFolder } from "../runs/run-folder.node.ts";
import { modelWeights } from "../fit/starting-parameters.ts";
import { trainFold } from "../runs/train-fold.node.ts";
import { monitored } from "../fit/validation.ts";
import type { TrialResult } from "./trial-result.ts";

export interface TrialOptions {
  readonly dataset: LocatedDataset;
  readonly architecture: Architecture;
  /** The model file that the recipe's `start` names. */
  readonly start?: Uint8Array | undefined;
  /** The trial's folder; where it holds a checkpoint, this is continued. */
  readonly directory: string;
  /** From 1. */
  readonly fold: number;
  /** Epochs, at most; all where absent. */
  readonly pauseAfter?: number | undefined;
  /** Keeps examples between trials that read the same ones. */
  readonly cache?: ExampleCache | undefined;
  readonly openNoise: (record: string) => Promise<Recording>;
  readonly device?: Device | undefined;
  readonly now: () => number;
  readonly onEpoch?: ((record: EpochRecord) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The examples last read. */
export interface ExampleCache {
  key?: string;
  examples?: RecipeExamples;
}

/**
 * Trains a recipe on one fold's training part and judges it by its validation part. The fold's test part does not come in here at all: the
 * training is handed a fold without one.
 */
export async function runTrial(recipe: Recipe, options: TrialOptions): Promise<TrialResult> {
  const { directory, fold: number, device = "cpu", pauseAfter, now, onEpoch, signal } = options;
  const { examples, data, split } = await examplesOf(recipe, options);
  const whole = split.folds[number - 1];
  if (whole === undefined) {
    throw new UserError(`Cannot search on fold ${number}: expected one of 1 to ${split.folds.length}.`);
  }
  const fold = { ...whole, test: new Int32Array(0) };
  const folder = await openRunFolder(directory, { recipe, resume: true });
  const training = trainFold(
    {
      recipe,
      architecture: options.architecture,
      fold,
      number,
      examples,
      data,
      folder,
      start: recipe.start && options.start && { ...modelWeights(options.start), except: recipe.start.except },
      device,
      augmentation: await provideNoise(recipe.training.augmentation, { open: options.openNoise }),
      pauseAfter,
      now,
      ...(signal === undefined ? {} : { signal }),
    },
    async ({ end, seconds }): Promise<TrialResult> => {
      const { validation } = end.epochs[end.bestEpoch - 1]!;
      return {
        epochs: end.epochs.length,
        complete: end.reason !== "paused",
        bestEpoch: end.bestEpoch,
        score: monitored(validation, recipe.training.monitor),
        validation,
        seconds,
        examples: exampleDigest(examples),
        fold: fold.name,
        folds: split.folds.length,
      };
    },
  );
  for (;;) {
    const { done, value } = await training.next();
    if (done === true) return value;
    if (value.kind === "train" && value.event.kind === "epoch") onEpoch?.(value.event.record);
  }
}

async function examplesOf(
  recipe: Recipe,
  { dataset, architecture, cache = {} }: TrialOptions,
): Promise<RecipeExamples> {
  const source = await openRecipe(recipe, { dataset, architecture });
  const { beats, recordings, segments, split } = recipe;
  const key = JSON.stringify([recipe.dataset, beats, recordings, segments, split]);
  if (cache.key === key && cache.examples !== undefined) return cache.examples;
  // Not both in memory at once.
  delete cache.examples;
  const reading = readRecipeExamples(recipe, { dataset, source });
  for (;;) {
    const { done, value } = await reading.next();
    if (done !== true) continue;
    Object.assign(cache, { key, examples: value });
    return value;
  }
}

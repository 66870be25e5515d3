import { dirname } from "node:path";

import type { Device } from "../core/device.ts";
import { UserError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";
import { type LocatedDataset, locateDataset, syntheticDataset } from "../datasets/index.ts";
import type { Report } from "../evaluate/index.ts";
import type { LoadedArchitecture } from "../models/index.node.ts";
import {
  type AnyRecipe,
  type Recipe,
  type RunEvent,
  type ScoresEvent,
  isScoresRecipe,
  isSequenceRecipe,
  runRecipe,
  runScores,
  runSequenceRecipe,
} from "../train/index.node.ts";
import type { CliContext } from "./context.ts";
import { dataPlaces } from "./data-places.ts";
import { type LoadedRecipe, loadRecipeModel, loadRecipeStart } from "./load-recipe.ts";
import { createRunProgress } from "./run-progress.ts";
import { software } from "./software.ts";

export interface ExecuteRecipeOptions {
  /** The run's folder, absolute. */
  readonly directory: string;
  readonly resume: boolean;
  readonly dataset: LocatedDataset;
  /** Absent for one of the package's own. */
  readonly model?: LoadedArchitecture;
  /** The model file that the recipe starts from. */
  readonly start?: Uint8Array | undefined;
  readonly device?: Device | undefined;
  /** The folder of data that was asked for, for recorded noise. */
  readonly data?: string | undefined;
  /** Whether to say which nodes of the net the device leaves to the CPU. */
  readonly verbose?: boolean;
}

/** What of the world around the program says where data lie. */
export type DataWorld = Pick<CliContext, "cwd" | "env" | "home" | "platform">;

/** Runs a recipe of any kind, with all that it names, with progress on stderr. */
export async function executeLoaded(
  loaded: LoadedRecipe,
  options: Pick<ExecuteRecipeOptions, "directory" | "resume" | "device" | "data" | "verbose"> & {
    /** The folder of other recipes' runs; the one that holds this run's where absent. */
    readonly runs?: string;
  },
  context: CliContext,
): Promise<Report> {
  const { recipe, directory: base } = loaded;
  const dataset = () => openRecipeDataset(recipe, options.data, context);
  const { directory, resume } = options;
  if (isSequenceRecipe(recipe)) {
    if ((options.device ?? "cpu") !== "cpu") {
      throw new UserError(`Cannot train beat sequences on ${options.device}: expected cpu.`);
    }
    return runSequenceRecipe(recipe, {
      dataset: await dataset(),
      directory,
      resume,
      ...(await circumstances(context)),
      onNote: (message) => context.progress.note(message),
      signal: context.signal,
    });
  }
  if (!isScoresRecipe(recipe)) {
    const trained = { recipe, directory: base };
    const model = await loadRecipeModel(trained);
    const start = await loadRecipeStart(trained, options.runs ?? dirname(options.directory));
    return executeRecipe(recipe, { ...options, dataset: await dataset(), model, start }, context);
  }
  const run = runScores(recipe, { dataset: await dataset(), directory, resume, ...(await circumstances(context)) });
  return reportOf(run, createRunProgress(context.progress, 1));
}

/** What a report says of where and when it was made. */
async function circumstances({ now }: CliContext) {
  return { now, date: new Date().toISOString(), software: await software() };
}

async function reportOf(
  run: AsyncIterable<RunEvent | ScoresEvent>,
  show: (event: RunEvent | ScoresEvent) => void,
): Promise<Report> {
  for await (const event of run) {
    show(event);
    if (event.kind === "end") return event.report;
  }
  throw new Error("The run ended without a report.");
}

/** Runs a recipe with a training, with progress on stderr. */
export async function executeRecipe(
  recipe: Recipe,
  { directory, resume, dataset, model, start, device, data, verbose = false }: ExecuteRecipeOptions,
  context: CliContext,
): Promise<Report> {
  const options = {
    dataset,
    ...(model === undefined ? {} : { model }),
    ...(start === undefined ? {} : { start }),
    directory,
    resume,
    ...(device === undefined ? {} : { device }),
    openNoise: noiseOpener(data, context),
    tellPlacement: verbose,
    ...(await circumstances(context)),
    signal: context.signal,
  };
  return reportOf(runRecipe(recipe, options), createRunProgress(context.progress, recipe.training.batch));
}

/** The dataset that a recipe names. */
export async function openRecipeDataset(
  { dataset }: AnyRecipe,
  data: string | undefined,
  world: DataWorld,
): Promise<LocatedDataset> {
  if (dataset.name === "synthetic") return syntheticDataset(dataset.options);
  return locateDataset(dataset.name, { ...dataPlaces(data, world), options: dataset.options });
}

/** Opens the records of recorded noise. */
export function noiseOpener(data: string | undefined, world: DataWorld): (record: string) => Promise<Recording> {
  return async (record) => {
    // Only the noise itself is used, so the recordings that it was added to may be absent.
    const noise = await locateDataset("nstdb", { ...dataPlaces(data, world), incomplete: "accept" });
    return noise.open(record);
  };
}

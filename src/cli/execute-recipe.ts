import type { Device } from "../core/device.ts";
import { type LocatedDataset, locateDataset, syntheticDataset } from "../datasets/index.ts";
import type { Report } from "../evaluate/index.ts";
import type { LoadedArchitecture } from "../models/index.node.ts";
import { type Recipe, runRecipe } from "../train/index.node.ts";
import type { CliContext } from "./context.ts";
import { dataPlaces } from "./data-places.ts";
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

/** Runs a recipe with progress on stderr. */
export async function executeRecipe(
  recipe: Recipe,
  { directory, resume, dataset, model, start, device, data, verbose = false }: ExecuteRecipeOptions,
  context: CliContext,
): Promise<Report> {
  const show = createRunProgress(context.progress, recipe.training.batch);
  const options = {
    dataset,
    ...(model === undefined ? {} : { model }),
    ...(start === undefined ? {} : { start }),
    directory,
    resume,
    ...(device === undefined ? {} : { device }),
    openNoise: async (record: string) => {
      // Only the noise itself is used, so the recordings that it was added to may be absent.
      const noise = await locateDataset("nstdb", { ...dataPlaces(data, context), incomplete: "accept" });
      return noise.open(record);
    },
    tellPlacement: verbose,
    now: context.now,
    date: new Date().toISOString(),
    software: await software(),
    signal: context.signal,
  };
  for await (const event of runRecipe(recipe, options)) {
    show(event);
    if (event.kind === "end") return event.report;
  }
  throw new Error("The run ended without a report.");
}

/** The dataset that a recipe names. */
export async function openRecipeDataset(
  { dataset }: Recipe,
  data: string | undefined,
  context: CliContext,
): Promise<LocatedDataset> {
  if (dataset.name === "synthetic") return syntheticDataset(dataset.options);
  return locateDataset(dataset.name, { ...dataPlaces(data, context), options: dataset.options });
}

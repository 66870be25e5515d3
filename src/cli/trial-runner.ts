import type { Device } from "../core/device.ts";
import { type ExampleCache, type TrialRunner, runTrial } from "../train/index.node.ts";
import { type DataWorld, noiseOpener, openRecipeDataset } from "./execute-recipe.ts";
import { loadRecipeModel, loadRecipeStart } from "./load-recipe.ts";

/** Where a search's trials find what their recipe names; plain data, so that a thread can be sent it. */
export interface TrialPlace {
  /** The recipe's folder, which paths in it are relative to. */
  readonly directory: string;
  /** The folder of the runs that a recipe may start from. */
  readonly runs: string;
  readonly data: string | undefined;
  readonly device: Device | undefined;
  readonly world: DataWorld;
}

/** Runs trials in this thread, and reads the examples anew only where a trial asks for others. */
export function createTrialRunner({ directory: base, runs, data, device, world }: TrialPlace): TrialRunner {
  const cache: ExampleCache = {};
  return {
    run: async ({ recipe, ...request }, { onEpoch, signal }) => {
      const { architecture } = await loadRecipeModel({ recipe, directory: base });
      return runTrial(recipe, {
        ...request,
        dataset: await openRecipeDataset(recipe, data, world),
        architecture,
        start: await loadRecipeStart({ recipe, directory: base }, runs),
        cache,
        openNoise: noiseOpener(data, world),
        device,
        now: () => performance.now(),
        onEpoch,
        signal,
      });
    },
  };
}

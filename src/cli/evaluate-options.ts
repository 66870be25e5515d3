import { UserError } from "../core/errors.ts";
import { peakMemoryMegabytes } from "../core/peak-memory.node.ts";
import { type LocatedDataset, datasetEntry } from "../datasets/index.ts";
import type { Report } from "../evaluate/index.ts";
import type { Predictor } from "../runtime/index.ts";
import type { PredictionTable } from "../train/index.node.ts";

export type PartName = "train" | "validation" | "test" | "all";

export interface EvaluateModelOptions {
  readonly dataset: LocatedDataset;
  /** Default: the test part of the split that the model was trained on where it is the same dataset, otherwise all. */
  readonly part: PartName | undefined;
  readonly now: () => number;
  readonly date: string;
  readonly software: Report["software"];
}

/** Which part is asked for, and whether it is of the dataset that the model was trained on. */
export function partOf(
  { training }: Predictor["card"],
  { dataset, part: asked }: Pick<EvaluateModelOptions, "dataset" | "part">,
): { readonly same: boolean; readonly part: PartName } {
  const same = dataset.name === training.dataset;
  const part = asked ?? (same ? "test" : "all");
  if (part === "all" || same) return { same, part };
  throw new UserError(
    `Cannot find the ${part} part: the model was trained on ${training.dataset}, so ${dataset.name} has none; use --part all.`,
  );
}

/** What a report says first of a model that is scored on `part` of a dataset. */
export function reportHead(
  { title, training }: Predictor["card"],
  {
    part,
    seconds,
    options,
  }: { readonly part: PartName; readonly seconds: number; readonly options: EvaluateModelOptions },
) {
  const { dataset, date, software } = options;
  return {
    title: `${title}: ${part} of ${dataset.name}`,
    recipe: training.recipe,
    seed: training.seed,
    date,
    software,
    seconds,
    entry: datasetEntry(dataset.name),
    dataset,
    expected: [],
  };
}

/** The one fold of a model that is scored and not trained. */
export function scoredFold(name: string, predictions: PredictionTable, { seconds }: { readonly seconds: number }) {
  return { name, predictions, learning: [], seconds, peakMemoryMegabytes: peakMemoryMegabytes() };
}

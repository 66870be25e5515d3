import { UserError } from "../core/errors.ts";
import { peakMemoryMegabytes } from "../core/peak-memory.node.ts";
import { type LocatedDataset, datasetEntry } from "../datasets/index.ts";
import type { Report } from "../evaluate/index.ts";
import type { Predictor } from "../runtime/index.ts";
import { type ExampleSet, type PredictionTable, splitSchema } from "../train/index.node.ts";

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

/**
 * Which part can be scored of examples that are not those of the model's training though their dataset has the same name: a partial copy,
 * other labels, another folder. A split that deals them out (as cpsc2018's folds are, which this program makes) would deal these otherwise, and take for test
 * what was learnt from; one that goes by the dataset's own folds or records still finds its parts. A folder's name says nothing of what is in it, so unless a part is asked
 * for all of it is scored.
 */
export function partOfOthers(
  { training }: Predictor["card"],
  {
    part,
    examples,
    options,
  }: { readonly part: PartName; readonly examples: ExampleSet; readonly options: EvaluateModelOptions },
): PartName {
  if (part === "all") return part;
  if (options.part === undefined && datasetEntry(options.dataset.name).kind === "folder") return "all";
  const split = splitSchema.safeParse(training.protocol.split);
  const isDealt = split.data?.kind === "stratified-folds" || examples.notices.some(({ code }) => code === "folds");
  if (!isDealt) return part;
  const { train, validation, test } = training.rows;
  if (training.protocol.examples === undefined) {
    throw new UserError(
      `Cannot find the ${part} part: expected a model's card that says which ${examples.unit}s its split was made of, ` +
        "found one from before cards did; use --part all.",
    );
  }
  throw new UserError(
    `Cannot find the ${part} part: expected the ${train + validation + test} ${examples.unit}s that the model's split was made of, ` +
      `found ${examples.size} that are not the same (a partial copy, or other labels); use --part all.`,
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

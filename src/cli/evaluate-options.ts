import { UserError } from "../core/errors.ts";
import type { LocatedDataset } from "../datasets/index.ts";
import type { Report } from "../evaluate/index.ts";
import type { Predictor } from "../runtime/index.ts";

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

import {
  type ScoreRowsOptions,
  type WindowSettings,
  checkTrainingInputs,
  resolveWindows,
  scoreRows,
} from "../../signal/index.ts";
import { type OrtLike, createExecutor } from "../../tensor/index.ts";
import type { TrainingInputs } from "../batches/training-data.ts";
import { mostLikely } from "../fit/validation.ts";

/** Rows that models are compared on. */
export interface ComparedRows {
  readonly data: TrainingInputs;
  /** Those to take. */
  readonly rows: ArrayLike<number>;
  readonly sizes: ScoreRowsOptions["sizes"];
  /** Where rows are longer than the models' window. */
  readonly windows?: WindowSettings | undefined;
}

/** How far two models' answers are apart. */
export interface ModelDifference {
  readonly rows: number;
  /** Greatest absolute difference between probabilities. */
  readonly largestDifference: number;
  /** Rows whose most likely class is another. */
  readonly changedDecisions: number;
}

const batch = 256;

/** Runs two models, `x` and what they read beside it → `probabilities` [row, class], on the same rows. */
export async function compareModels(
  ort: OrtLike,
  { models, ...given }: { readonly models: readonly [Uint8Array, Uint8Array] } & ComparedRows,
): Promise<ModelDifference> {
  const { classCount } = given.sizes;
  const [first, second] = [await score(ort, models[0], given), await score(ort, models[1], given)];
  const [before, after] = [mostLikely(first, classCount), mostLikely(second, classCount)];
  return {
    rows: given.rows.length,
    largestDifference: first.reduce((most, value, i) => Math.max(most, Math.abs(value - second[i]!)), 0),
    changedDecisions: before.reduce((count, label, row) => count + (label === after[row] ? 0 : 1), 0),
  };
}

async function score(ort: OrtLike, model: Uint8Array, given: ComparedRows): Promise<Float32Array> {
  const { data, rows, sizes } = given;
  checkTrainingInputs(data, sizes);
  const windows = resolveWindows(given.windows, sizes.samples);
  const executor = await createExecutor(ort, model);
  try {
    const run: ScoreRowsOptions["run"] = (feeds, probabilities) => executor.run(feeds, { probabilities });
    return await scoreRows(rows, { data, sizes, windows, batch, run });
  } finally {
    await executor.close();
  }
}

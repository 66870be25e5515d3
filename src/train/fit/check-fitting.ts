import { UserError } from "../../core/errors.ts";
import { macroAuc } from "../../evaluate/index.ts";
import { type TrainingData, targetsOf } from "../batches/training-data.ts";
import type { TrainingSettings } from "./training-settings.ts";

export interface FittingToCheck {
  readonly data: TrainingData;
  readonly classes: readonly string[];
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly training: TrainingSettings;
}

/** @throws UserError where something would only be found wrong after an epoch. */
export function checkFitting({ data, classes, train, validation, training }: FittingToCheck): void {
  if (train.length === 0) throw new UserError("Cannot train: expected at least one training row, found none.");
  if (validation.length === 0) throw new UserError("Cannot train: expected at least one validation row, found none.");
  if (data.targets !== undefined && data.targets.length !== data.size * classes.length) {
    throw new UserError(
      `Cannot train: expected ${data.size} × ${classes.length} targets, found ${data.targets.length} values.`,
    );
  }
  if (training.monitor === "macroAuc") {
    // Names the classes that it can't be measured for.
    macroAuc(targetsOf(data, validation, classes.length), new Float32Array(validation.length * classes.length), {
      classes,
    });
  }
}

import { UserError } from "../../core/errors.ts";
import type { ExampleUnit } from "./split.ts";

export interface CheckGroupCountOptions {
  readonly unit: ExampleUnit;
  readonly folds: number;
  /** What stays in one part: all of a record or of a person, or single examples but for some. */
  readonly together: "record" | "patient" | undefined;
  /** Groups of all folds. */
  readonly total: number;
  /** The fold, from 1, whose training part is looked at; absent where it is all folds. */
  readonly trainingOf?: number;
}

/**
 * Refuses groups that are too few to deal to the folds, or to a fold's training and validation part.
 * @throws UserError that says what the groups are, and what would do.
 */
export function checkGroupCount(found: number, options: CheckGroupCountOptions): void {
  const { unit, folds, together, total, trainingOf } = options;
  const wanted = trainingOf === undefined ? folds : 2;
  if (found >= wanted) return;
  const groups = together === "patient" ? "persons" : together === "record" ? "records" : `${unit}s or groups of them`;
  const what =
    trainingOf === undefined
      ? `split into ${folds} folds: expected at least ${wanted} ${groups}`
      : `hold out a validation part in fold ${trainingOf} of ${folds}: expected at least ${wanted} ${groups} in its training part`;
  const remedies = [
    // A fold for each group leaves all others to train and validate on: two at least.
    ...(total > 2 && total !== folds ? [`${total} folds`] : []),
    ...(together === "patient" ? ['"together": "record"'] : []),
    `a dataset of more ${groups}`,
  ];
  throw new UserError(`Cannot ${what}, as each stays in one part, found ${found}. Take ${remedies.join(" or ")}.`);
}

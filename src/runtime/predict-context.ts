import type { ModelCard } from "../bundle/index.ts";
import { UserError } from "../core/errors.ts";
import type { SignalRows } from "../signal/index.ts";

/** What every kind of prediction is made with. */
export interface PredictContext {
  readonly card: ModelCard;
  /** The name to show in messages. */
  readonly file: string;
  predictRows(rows: Float32Array): Promise<Float32Array>;
  predictSignals(signals: SignalRows): Promise<Float32Array>;
}

/** The card, where the model does what is asked for. @throws UserError where it does something else. */
export function cardFor<Task extends ModelCard["task"]>(
  { card }: Pick<PredictContext, "card">,
  task: Task,
): Extract<ModelCard, { task: Task }> {
  if (card.task === task) return card as Extract<ModelCard, { task: Task }>;
  throw new UserError(
    `Cannot classify ${task}: expected a model for ${task}, found ${card.name}, one for ${card.task}.`,
  );
}

/** A row's probabilities [class], and the most likely class. @throws UserError where they are no numbers. */
export function mostLikelyOfRow(
  probabilities: Float32Array,
  { row, labels, what }: { readonly row: number; readonly labels: readonly string[]; readonly what: string },
): { readonly label: string; readonly probabilities: readonly number[] } {
  const own = Array.from(probabilities.subarray(row * labels.length, (row + 1) * labels.length));
  const label = labels[own.indexOf(Math.max(...own))];
  if (label === undefined) {
    throw new UserError(`Cannot classify ${what}: expected probabilities, found ${own.join(", ")}.`);
  }
  return { label, probabilities: own };
}

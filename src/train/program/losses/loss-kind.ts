import type { Tensor } from "../../../tensor/index.ts";

/** How a net's outputs become what is scored and said: shares that add up to 1, a probability for each class alone, or as they are. */
export type Link = "softmax" | "sigmoid" | "identity";

/** What a loss reads. */
export interface LossInputs {
  /** The net's outputs, [row, class]. */
  readonly logits: Tensor;
  /** [row, class]: 1 where a row has a class, else 0; or any shares, as mixup makes them. */
  readonly targets: Tensor;
  /** [class], fed anew for each batch. */
  readonly classWeights: Tensor;
  /** [class]: what having the class weighs, against not having it. */
  readonly positiveWeights: Tensor;
}

/** A loss, declared once; `loss-table.ts` lists them. */
export interface LossKind<Settings> {
  link(settings: Settings): Link;
  /** What validation rows are judged by, see `plainLoss`. */
  measure(settings: Settings): "cross-entropy" | "binary-cross-entropy" | "squared-error";
  /** The loss of each row, [row]. */
  rows(inputs: LossInputs, settings: Settings): Tensor;
  /** What the sum over a batch is divided by: its rows, or the class weights of what its rows have. */
  readonly divisor: "rows" | "weights";
  /** Factors of the class weights for one batch, from the share of each class in it. */
  batchWeights?(shares: Float64Array, settings: Settings): Float64Array;
}

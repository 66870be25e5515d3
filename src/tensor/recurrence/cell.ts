import { concat } from "../ops/ranges.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape, transpose } from "../ops/reshape.ts";
import type { Tensor } from "../tensor.ts";

/** As PyTorch keeps them: the gates' rows below one another. */
export interface RecurrentWeights {
  /** [gate·unit, channel] */
  readonly input: Tensor;
  /** [gate·unit, unit] */
  readonly hidden: Tensor;
  /** [gate·unit] */
  readonly inputBias: Tensor;
  /** [gate·unit] */
  readonly hiddenBias: Tensor;
}

/** What a forward pass gives; `saved` is what its backward pass needs, empty where nobody asked. */
export interface ForwardPass {
  /** [time, unit, batch] */
  readonly output: Tensor;
  /** States beside the output after the last step, [unit, batch] each. */
  readonly last: readonly Tensor[];
  readonly saved: readonly Tensor[];
}

/** Slopes by the names of what they belong to. */
export interface BackwardPass {
  /** [time, channel, batch]; absent where nobody asked. */
  readonly x: Tensor | undefined;
  readonly weights: RecurrentWeights;
}

/**
 * A kind of recurrent layer in the form that runs fast: with the batch last, so that the large matrix of a product is
 * the weights as they lie, and the small one the state.
 */
export interface RecurrentCell {
  readonly name: string;
  readonly gates: number;
  /** How many states it hands on beside the output. */
  readonly states: number;
  /** x [time, channel, batch] */
  forward(
    x: Tensor,
    options: { readonly weights: RecurrentWeights; readonly reverse: boolean; readonly saving: boolean },
  ): ForwardPass;
  backward(options: {
    readonly x: Tensor;
    readonly weights: RecurrentWeights;
    readonly reverse: boolean;
    readonly saved: readonly Tensor[];
    /** [time, unit, batch] */
    readonly slope: Tensor;
    /** Of the last states; absent where the loss does not depend on them. */
    readonly lastSlopes: readonly (Tensor | undefined)[];
    readonly wantsInput: boolean;
  }): BackwardPass;
}

/** [time, row, batch] → [row, time·batch], so that a sum over time and batch is one product. */
export function rowsOf(sequence: Tensor): Tensor {
  const [time, rows, batch] = sequence.shape as [number, number, number];
  return reshape(transpose(sequence, [1, 0, 2]), [rows, time * batch]);
}

/** Σ over time and batch of a bᵀ, from {@link rowsOf} each: [row of a, row of b] */
export function productOfRows(a: Tensor, b: Tensor): Tensor {
  return matmul(a, transpose(b, [1, 0]));
}

/** A bias as a column beside the weights, for a row of ones in what they are multiplied with. */
export function besideBias(parts: readonly Tensor[]): Tensor {
  return concat(
    parts.map((part) => (part.shape.length === 1 ? reshape(part, [part.shape[0]!, 1]) : part)),
    1,
  );
}

import { scalar, scale } from "./math.ts";
import type { Tensor } from "./tensor.ts";
import { add, where } from "./ops/binary.ts";
import { matmul } from "./ops/matmul.ts";
import { transpose } from "./ops/reshape.ts";
import { softmax } from "./ops/softmax.ts";

export interface AttentionOptions {
  /**
   * Broadcasts to [batch, head, query, key]: bool, true where a query may look at a key; or float32, added to the scores
   * before the softmax.
   */
  readonly mask?: Tensor | undefined;
  /** 1 / √feature where absent. */
  readonly scale?: number;
  /** Done to the weights [batch, head, query, key] before they are used: dropout. */
  readonly dropWeights?: (weights: Tensor) => Tensor;
  readonly name?: string | undefined;
}

/**
 * Scaled dot-product attention (Vaswani 2017): query [batch, head, query, feature], key [batch, head, key, feature],
 * value [batch, head, key, out] → [batch, head, query, out].
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {}): Tensor {
  const { mask, scale: factor = 1 / Math.sqrt(query.shape.at(-1)!), dropWeights, name } = options;
  const rank = key.shape.length;
  const swapped = transpose(key, [...key.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2), { name });
  const scores = matmul(scale(query, factor), swapped, { name });
  const weights = softmax(masked(scores, mask), -1, { name });
  return matmul(dropWeights === undefined ? weights : dropWeights(weights), value, { name });
}

/** A score of −1e9 leaves no weight in float32, and gives numbers where a query may look at nothing. */
function masked(scores: Tensor, mask: Tensor | undefined): Tensor {
  if (mask === undefined) return scores;
  return mask.dtype === "bool" ? where(mask, scores, scalar(-1e9)) : add(scores, mask);
}

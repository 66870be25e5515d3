import { z } from "zod";

import { type Tensor, add, logSoftmax, mul, neg, reduceSum, scalar, scale } from "../../../tensor/index.ts";
import type { LossInputs, LossKind } from "./loss-kind.ts";

export const crossEntropySettings = z.strictObject({
  name: z.literal("cross-entropy"),
  /** The share of a target that is spread over all classes alike (Szegedy 2016). */
  labelSmoothing: z.number().min(0).lt(1).default(0),
});

/** −Σ weight·target·log p with p the softmax of the outputs, over the batch's sum of weights: each row has one class. */
export const crossEntropy: LossKind<z.output<typeof crossEntropySettings>> = {
  link: () => "softmax",
  measure: () => "cross-entropy",
  divisor: "weights",
  rows: ({ logits, targets, classWeights }, { labelSmoothing }) =>
    weightedCrossEntropy({ logits, targets: smoothed(targets, labelSmoothing), classWeights }),
};

/** [row] */
export function weightedCrossEntropy({
  logits,
  targets,
  classWeights,
}: Pick<LossInputs, "logits" | "targets" | "classWeights">): Tensor {
  return neg(reduceSum(mul(mul(targets, classWeights), logSoftmax(logits, -1)), { axes: [-1] }));
}

function smoothed(targets: Tensor, share: number): Tensor {
  return share === 0 ? targets : add(scale(targets, 1 - share), scalar(share / targets.shape[1]!));
}

import { z } from "zod";

import { add, mul, neg, reduceMean, scalar, softplus, sub } from "../../../tensor/index.ts";
import type { LossKind } from "./loss-kind.ts";

export const binaryCrossEntropySettings = z.strictObject({
  name: z.literal("binary-cross-entropy"),
  /** What having a class weighs, against not having it: the same; training rows without it per row with it; or given by class. */
  positiveWeights: z
    .union([z.enum(["none", "balanced"]), z.record(z.string(), z.number().nonnegative())])
    .default("none"),
});

/** Cross-entropy of each class alone, from the outputs before the sigmoid; the mean over classes. A row may have any number of classes. */
export const binaryCrossEntropy: LossKind<z.output<typeof binaryCrossEntropySettings>> = {
  link: () => "sigmoid",
  measure: () => "binary-cross-entropy",
  divisor: "rows",
  rows: ({ logits, targets, classWeights, positiveWeights }) => {
    const missing = sub(scalar(1), targets);
    // −log p = softplus(−x), and −log(1 − p) = x + softplus(−x).
    const both = add(mul(targets, positiveWeights), missing);
    const each = add(mul(both, softplus(neg(logits))), mul(missing, logits));
    return reduceMean(mul(each, classWeights), { axes: [-1] });
  },
};

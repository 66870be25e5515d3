import { z } from "zod";

import {
  type Tensor,
  add,
  exp,
  logSoftmax,
  maximum,
  mul,
  neg,
  pow,
  reduceMean,
  reduceSum,
  scalar,
  scale,
  softplus,
  sub,
} from "../../../tensor/index.ts";
import type { LossInputs, LossKind } from "./loss-kind.ts";

export const focalSettings = z
  .strictObject({
    name: z.literal("focal"),
    /** How strongly what is known well already is turned down; 0 gives plain cross-entropy. */
    gamma: z.number().nonnegative().default(2),
    /** "softmax": a row has one class; "sigmoid": each class alone. */
    form: z.enum(["softmax", "sigmoid"]).default("softmax"),
    /** Of the sigmoid form: what having a class weighs, where not having it weighs 1 − alpha; absent: both 1. */
    alpha: z.number().min(0).max(1).optional(),
  })
  .refine(({ form, alpha }) => form === "sigmoid" || alpha === undefined, {
    path: ["alpha"],
    error: 'expected none with form "softmax" (training.classWeights weigh its classes)',
  });

/** Cross-entropy times (1 − p)^γ, p the probability of what is true (Lin 2017); the mean over rows, and classes in the sigmoid form. */
export const focal: LossKind<z.output<typeof focalSettings>> = {
  link: ({ form }) => form,
  measure: ({ form }) => (form === "softmax" ? "cross-entropy" : "binary-cross-entropy"),
  divisor: "rows",
  rows: (inputs, { form, gamma, alpha }) =>
    form === "softmax" ? softmaxForm(inputs, gamma) : sigmoidForm(inputs, { gamma, alpha }),
};

function softmaxForm({ logits, targets, classWeights }: LossInputs, gamma: number): Tensor {
  const logarithms = logSoftmax(logits, -1);
  const weighted = mul(mul(targets, classWeights), logarithms);
  if (gamma === 0) return neg(reduceSum(weighted, { axes: [-1] }));
  // The least keeps the slope of the power finite where γ is below 1.
  const missing = maximum(sub(scalar(1), exp(logarithms)), scalar(1e-6));
  return neg(reduceSum(mul(weighted, pow(missing, gamma)), { axes: [-1] }));
}

function sigmoidForm(
  { logits, targets, classWeights }: LossInputs,
  { gamma, alpha }: { gamma: number; alpha: number | undefined },
): Tensor {
  const lacking = softplus(neg(logits)); // −log p
  const having = softplus(logits); // −log(1 − p)
  const focused = (loss: Tensor, other: Tensor) => mul(loss, exp(scale(other, -gamma)));
  const positive = mul(targets, focused(lacking, having));
  const negative = mul(sub(scalar(1), targets), focused(having, lacking));
  const each = alpha === undefined ? add(positive, negative) : add(scale(positive, alpha), scale(negative, 1 - alpha));
  return reduceMean(mul(each, classWeights), { axes: [-1] });
}

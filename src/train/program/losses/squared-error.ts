import { z } from "zod";

import { mul, reduceMean, square, sub } from "../../../tensor/index.ts";
import { applyLink } from "./link.ts";
import type { LossKind } from "./loss-kind.ts";

export const squaredErrorSettings = z.strictObject({
  name: z.literal("squared-error"),
  /** Of what: probabilities (Brier 1950), of classes together or each alone; or the outputs as they are, for regression. */
  of: z.enum(["softmax", "sigmoid", "identity"]).default("softmax"),
});

/** (output − target)², the mean over classes and rows. */
export const squaredError: LossKind<z.output<typeof squaredErrorSettings>> = {
  link: ({ of }) => of,
  measure: () => "squared-error",
  divisor: "rows",
  rows: ({ logits, targets, classWeights }, { of }) =>
    reduceMean(mul(square(sub(applyLink(logits, of), targets)), classWeights), { axes: [-1] }),
};

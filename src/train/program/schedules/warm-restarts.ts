import { z } from "zod";

import { type ScheduleKind, alongCosine } from "./schedule-kind.ts";

/** Along half a cosine again and again, each time over `factor` times as many epochs as before (SGDR, Loshchilov & Hutter 2017). */
export const warmRestartsSettings = z.strictObject({
  name: z.literal("warm-restarts"),
  /** Of the first cycle. */
  epochs: z.int().positive(),
  factor: z.int().positive().default(1),
  /** The share of the rate at a cycle's end. */
  end: z.number().min(0).max(1).default(0),
});

export const warmRestarts: ScheduleKind<z.output<typeof warmRestartsSettings>> = {
  rate: ({ epochs, factor, end }, { step, stepsPerEpoch }) => {
    let within = step;
    let cycle = epochs * stepsPerEpoch;
    while (within >= cycle) {
      within -= cycle;
      cycle *= factor;
    }
    return alongCosine(1, end, within / cycle);
  },
};

import { z } from "zod";

import { type ScheduleKind, alongCosine } from "./schedule-kind.ts";

export const constantSettings = z.strictObject({ name: z.literal("constant") });

export const constant: ScheduleKind<z.output<typeof constantSettings>> = { rate: () => 1 };

/** From the full rate to `end` times it along half a cosine (Loshchilov & Hutter 2017), after a linear warm-up over a share of the steps. */
export const cosineSettings = z.strictObject({
  name: z.literal("cosine"),
  warmup: z.number().min(0).lt(1).default(0),
  end: z.number().min(0).max(1).default(0),
});

export const cosine: ScheduleKind<z.output<typeof cosineSettings>> = {
  rate: ({ warmup, end }, { step, stepsPerEpoch, epochs }) => {
    const progress = step / (stepsPerEpoch * epochs);
    if (progress < warmup) return (step + 1) / Math.ceil(warmup * stepsPerEpoch * epochs);
    return alongCosine(1, end, (progress - warmup) / (1 - warmup));
  },
};

/** Multiplied by `factor` after every `epochs` epochs. */
export const stepSettings = z.strictObject({
  name: z.literal("step"),
  epochs: z.int().positive(),
  factor: z.number().positive().lt(1),
});

export const step: ScheduleKind<z.output<typeof stepSettings>> = {
  rate: ({ epochs, factor }, { step, stepsPerEpoch }) => factor ** Math.floor(step / (stepsPerEpoch * epochs)),
};

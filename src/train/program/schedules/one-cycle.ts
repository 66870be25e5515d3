import { z } from "zod";

import { type ScheduleKind, type SchedulePlace, alongCosine } from "./schedule-kind.ts";

/**
 * One rise and one fall over the whole training, each along half a cosine, with the momentum moving the other way (Smith 2018; cosine and
 * defaults as in fastai 1). `learningRate` is the greatest.
 */
export const oneCycleSettings = z.strictObject({
  name: z.literal("one-cycle"),
  /** The share of the steps that the rate rises in. */
  warmup: z.number().positive().lt(1).default(0.3),
  /** It starts at the rate divided by this. */
  startDivisor: z.number().min(1).default(25),
  /** It ends at the rate divided by this. */
  endDivisor: z.number().min(1).default(25e4),
  /** What the momentum (or β1) falls from and rises to again, and falls to; false leaves the optimizer's. */
  momentum: z
    .union([
      z.literal(false),
      z.strictObject({ high: z.number().min(0).lt(1).default(0.95), low: z.number().min(0).lt(1).default(0.85) }),
    ])
    .default({ high: 0.95, low: 0.85 }),
});

export const oneCycle: ScheduleKind<z.output<typeof oneCycleSettings>> = {
  rate: ({ warmup, startDivisor, endDivisor }, place) =>
    alongCycle(place, { warmup, start: 1 / startDivisor, top: 1, end: 1 / endDivisor }),
  momentum: ({ warmup, momentum }, place) => {
    const { high, low } = momentum || { high: 0, low: 0 };
    return alongCycle(place, { warmup, start: high, top: low, end: high });
  },
  movesMomentum: ({ momentum }) => momentum !== false,
};

/** The first step is the start, the last one the end. */
function alongCycle(
  { step, stepsPerEpoch, epochs }: SchedulePlace,
  { warmup, start, top, end }: Readonly<Record<"warmup" | "start" | "top" | "end", number>>,
): number {
  const steps = stepsPerEpoch * epochs;
  // Where the training is too short for a rise, it starts at the top.
  const peak = Math.max(0, warmup * steps - 1);
  if (step < peak) return alongCosine(start, top, step / peak);
  return alongCosine(top, end, steps - 1 > peak ? Math.min(1, (step - peak) / (steps - 1 - peak)) : 0);
}

import { z } from "zod";

/** How the learning rate moves over the training; `warmup` is the share of the steps that it rises in. */
export const scheduleSchema = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("constant") }),
  /** From the full rate to `end` times it along half a cosine (Loshchilov & Hutter 2017), after a linear warm-up. */
  z.strictObject({
    name: z.literal("cosine"),
    warmup: z.number().min(0).lt(1).default(0),
    end: z.number().min(0).max(1).default(0),
  }),
  /** Multiplied by `factor` after every `epochs` epochs. */
  z.strictObject({ name: z.literal("step"), epochs: z.int().positive(), factor: z.number().positive().lt(1) }),
]);

export type ScheduleSettings = z.output<typeof scheduleSchema>;

export interface SchedulePlace {
  /** Steps done so far in the whole training. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** What the learning rate is multiplied by at a step. */
export function scheduleFactor(schedule: ScheduleSettings, { step, stepsPerEpoch, epochs }: SchedulePlace): number {
  switch (schedule.name) {
    case "constant":
      return 1;
    case "cosine": {
      const progress = step / (stepsPerEpoch * epochs);
      if (progress < schedule.warmup) return (step + 1) / Math.ceil(schedule.warmup * stepsPerEpoch * epochs);
      const fallen = (progress - schedule.warmup) / (1 - schedule.warmup);
      return schedule.end + ((1 - schedule.end) * (1 + Math.cos(Math.PI * fallen))) / 2;
    }
    case "step":
      return schedule.factor ** Math.floor(step / (stepsPerEpoch * schedule.epochs));
  }
}

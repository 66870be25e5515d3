import { z } from "zod";

import type { ScheduleKind } from "./schedule-kind.ts";

/** Multiplied by `factor` each time that the monitored score has not become better for more than `patience` epochs. */
export const plateauSettings = z.strictObject({
  name: z.literal("plateau"),
  factor: z.number().positive().lt(1).default(0.1),
  patience: z.int().nonnegative().default(10),
  /** Better means: by more than this share of the best score so far. */
  threshold: z.number().nonnegative().default(1e-4),
  /** Epochs after a fall that don't count. */
  cooldown: z.int().nonnegative().default(0),
  /** The least share of the rate. */
  least: z.number().min(0).max(1).default(0),
});

/** What it remembers follows from the epochs' scores, which a checkpoint holds; so a training that is continued goes on exactly. */
export const plateau: ScheduleKind<z.output<typeof plateauSettings>> = {
  rate: ({ factor, patience, threshold, cooldown, least }, { scores }) => {
    let rate = 1;
    let best = -Infinity;
    let bad = 0;
    let resting = 0;
    for (const score of scores) {
      const wanted = best === -Infinity ? best : best + threshold * Math.abs(best);
      if (score > wanted) {
        best = score;
        bad = 0;
      } else bad++;
      if (resting > 0) {
        resting--;
        bad = 0;
      }
      if (bad > patience) {
        rate = Math.max(least, rate * factor);
        resting = cooldown;
        bad = 0;
      }
    }
    return rate;
  },
};

import { z } from "zod";

import { oneCycle, oneCycleSettings } from "./one-cycle.ts";
import { plateau, plateauSettings } from "./plateau.ts";
import type { ScheduleKind } from "./schedule-kind.ts";
import { constant, constantSettings, cosine, cosineSettings, step, stepSettings } from "./simple.ts";
import { warmRestarts, warmRestartsSettings } from "./warm-restarts.ts";

/** How the learning rate moves over the training; `warmup` is the share of the steps that it rises in. */
export const scheduleSchema = z.discriminatedUnion("name", [
  constantSettings,
  cosineSettings,
  stepSettings,
  warmRestartsSettings,
  oneCycleSettings,
  plateauSettings,
]);

export type ScheduleSettings = z.output<typeof scheduleSchema>;

/** Every schedule that a recipe can name; a new one is one file, one line here and one above. */
const schedules: {
  readonly [Name in ScheduleSettings["name"]]: ScheduleKind<Extract<ScheduleSettings, { name: Name }>>;
} = { constant, cosine, step, "warm-restarts": warmRestarts, "one-cycle": oneCycle, plateau };

/** The schedule that settings name. */
export function scheduleOf({ name }: ScheduleSettings): ScheduleKind<ScheduleSettings> {
  return schedules[name] as ScheduleKind<ScheduleSettings>;
}

/** Whether a schedule moves the momentum (or β1). */
export function movesMomentum(schedule: ScheduleSettings): boolean {
  return scheduleOf(schedule).movesMomentum?.(schedule) ?? false;
}

/** The momentum (or β1) that a schedule begins with, for some steps; absent where it leaves it alone. */
export function startingMomentum(schedule: ScheduleSettings, steps: number): Float32Array | undefined {
  if (!movesMomentum(schedule)) return undefined;
  const start = scheduleOf(schedule).momentum!(schedule, { step: 0, stepsPerEpoch: 1000, epochs: 1, scores: [] });
  return new Float32Array(steps).fill(start);
}

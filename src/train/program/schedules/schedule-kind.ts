export interface SchedulePlace {
  /** Steps done so far in the whole training. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** What each epoch done so far scored on the validation rows; the higher the better. */
  readonly scores: readonly number[];
}

/** How the learning rate moves over the training, declared once; `schedule-table.ts` lists them. */
export interface ScheduleKind<Settings> {
  /** What the learning rate is multiplied by at a step. */
  rate(settings: Settings, place: SchedulePlace): number;
  /** The momentum (or β1) at a step, in place of the optimizer's own; absent where the schedule leaves it alone. */
  momentum?(settings: Settings, place: SchedulePlace): number;
  /** Whether these settings move the momentum. */
  movesMomentum?(settings: Settings): boolean;
}

/** From `start` to `end` along half a cosine, `share` of the way. */
export function alongCosine(start: number, end: number, share: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * share))) / 2;
}

import { UserError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";

/** Refuses R peaks that are no places in time, and where `ascending` those that don't ascend. @throws UserError */
export function checkPositions(
  { id }: Pick<Recording, "id">,
  positions: ArrayLike<number>,
  { ascending }: { readonly ascending: boolean },
): void {
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot cut the beats of recording ${id}: expected ${wanted} R peaks, found ${found}.`);
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    if (!Number.isFinite(position)) throw mistake("finite", `${position}`);
    if (ascending && i > 0 && position <= positions[i - 1]!) {
      throw mistake("ascending", `${position} after ${positions[i - 1]}`);
    }
  }
}

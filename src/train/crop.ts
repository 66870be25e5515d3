import type { Random } from "../core/random.ts";

/**
 * Where the net's window begins in a row of `length` samples while it trains: anywhere in a longer row; before the start of a shorter one,
 * anywhere that keeps all of it in the window.
 */
export function drawCrop(
  random: Random,
  { length, samples }: { readonly length: number; readonly samples: number },
): number {
  const room = Math.abs(length - samples);
  const offset = random.integer(room + 1);
  return length >= samples ? offset : 0 - offset;
}

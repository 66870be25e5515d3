import type { Random } from "../../core/random.ts";
import { type RowSizes, openDataRows } from "../../signal/index.ts";
import type { TrainingInputs } from "./training-data.ts";

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

/** Cuts the net's window out of rows for training. What it returns holds until the next row is cut. */
export function createCropper(data: TrainingInputs, sizes: RowSizes): (row: number, random: Random) => Float32Array {
  const { channels, samples } = sizes;
  const rows = openDataRows(data, sizes);
  const window = new Float32Array(channels * samples);
  return (row, random) => {
    if (rows.isWindow(row)) return rows.valuesOf(row);
    const length = rows.lengthOf(row);
    rows.copyWindow(window, { row, from: length === samples ? 0 : drawCrop(random, { length, samples }) });
    return window;
  };
}

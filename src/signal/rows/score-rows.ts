import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { type RowSizes, type SignalRows, openDataRows } from "./signal-rows.ts";
import { createExtraBatch } from "./extra-inputs.ts";

/** How rows that are longer than the net's window are scored: window by window. */
export const windowsSchema = z.strictObject({
  /** Samples from the start of one window to the start of the next; half of a window where absent. */
  stride: z.int().positive().optional(),
  /** What a row's probability of a class is, of those of its windows. */
  aggregation: z.enum(["max", "mean"]).default("mean"),
});

export type WindowSettings = z.output<typeof windowsSchema>;

/** {@link WindowSettings} for a net. */
export interface ResolvedWindows {
  readonly stride: number;
  readonly aggregation: WindowSettings["aggregation"];
}

/** @throws UserError where windows of `samples` would leave something out between them. */
export function resolveWindows(settings: WindowSettings | undefined, samples: number): ResolvedWindows {
  const { stride = Math.max(1, Math.floor(samples / 2)), aggregation = "mean" } = settings ?? {};
  if (stride > samples) {
    throw new UserError(
      `Cannot score in windows: expected a stride of at most a window's ${samples} samples, found ${stride}.`,
    );
  }
  return { stride, aggregation };
}

/**
 * Where the windows of a row of `length` samples begin: every `stride` samples from 0 on, and a last one that ends with the row where these
 * leave some of it out. A shorter row has one window with the row in its middle.
 */
export function windowStarts(
  length: number,
  { samples, stride }: { readonly samples: number; readonly stride: number },
): number[] {
  if (length <= samples) return [0 - Math.floor((samples - length) / 2)];
  const count = Math.ceil((length - samples) / stride) + 1;
  return Array.from({ length: count }, (_, i) => Math.min(i * stride, length - samples));
}

export interface ScoreRowsOptions {
  readonly data: SignalRows;
  readonly sizes: RowSizes & { readonly classCount: number };
  readonly windows: ResolvedWindows;
  /** Windows that are scored at once. */
  readonly batch: number;
  /** Runs the net on its inputs, each [batch, …], into probabilities [batch, class]. */
  readonly run: (feeds: Readonly<Record<string, Float32Array>>, probabilities: Float32Array) => Promise<void>;
}

/** Rows → [row, class], whatever their lengths, in batches of windows. */
export async function scoreRows(rows: ArrayLike<number>, options: ScoreRowsOptions): Promise<Float32Array> {
  const { data, sizes, windows, batch, run } = options;
  const { samples, channels, classCount, extras } = sizes;
  const dataRows = openDataRows(data, sizes);
  const rowLength = channels * samples;
  const x = new Float32Array(batch * rowLength);
  const extraBatch = createExtraBatch(extras, { data, batch });
  const feeds = { x, ...extraBatch.feeds };
  const found = new Float32Array(batch * classCount);
  const scores = new Float32Array(rows.length * classCount);
  let filled: WindowOfRow[] = [];
  const flush = async () => {
    await run(feeds, found);
    for (const [place, window] of filled.entries()) {
      const own = found.subarray(place * classCount, (place + 1) * classCount);
      const row = scores.subarray(window.at * classCount, (window.at + 1) * classCount);
      aggregate(row, own, { ...window, aggregation: windows.aggregation });
    }
    filled = [];
  };
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    const starts = windowStarts(dataRows.lengthOf(row), { samples, stride: windows.stride });
    for (const [index, from] of starts.entries()) {
      const place = filled.length;
      dataRows.copyWindow(x.subarray(place * rowLength, (place + 1) * rowLength), { row, from });
      extraBatch.copy(row, place);
      filled.push({ at, index, count: starts.length });
      if (filled.length === batch) await flush();
    }
  }
  if (filled.length > 0) await flush();
  return scores;
}

/** One window of a batch. */
interface WindowOfRow {
  /** Place of its row among those asked for. */
  readonly at: number;
  /** Which of its row's windows it is, and of how many. */
  readonly index: number;
  readonly count: number;
}

/** Takes a window's probabilities [class] into its row's; windows come in order. */
function aggregate(
  row: Float32Array,
  window: Float32Array,
  { index, count, aggregation }: Omit<WindowOfRow, "at"> & Pick<ResolvedWindows, "aggregation">,
): void {
  if (index === 0) row.set(window);
  // Math.max gives NaN where either is NaN: it has to be seen.
  else if (aggregation === "max") for (let i = 0; i < row.length; i++) row[i] = Math.max(row[i]!, window[i]!);
  else for (let i = 0; i < row.length; i++) row[i]! += window[i]!;
  if (aggregation === "mean" && index + 1 === count) for (let i = 0; i < row.length; i++) row[i]! /= count;
}

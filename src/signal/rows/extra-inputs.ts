import type { ExtraInput, SignalRows } from "./signal-rows.ts";

/** How much of a mixed row is the row itself; the rest is another. */
export interface MixedShare {
  readonly share: number;
}

/** A batch's values for the inputs of a net beside the signal. */
export interface ExtraBatch {
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** Puts a row of the data into a place of the batch. */
  copy(row: number, place: number): void;
  /** Mixes what is in a place with another row. */
  mix(row: number, place: number, mixture: MixedShare): void;
}

/** Always in the same arrays; `data` has been checked by `checkTrainingInputs`. */
export function createExtraBatch(
  extras: readonly ExtraInput[],
  { data, batch }: { readonly data: SignalRows; readonly batch: number },
): ExtraBatch {
  const all = extras.map(({ name, length }) => {
    const rows = data.extras![name]!;
    const values = new Float32Array(batch * length);
    const cut = (of: Float32Array, at: number) => of.subarray(at * length, (at + 1) * length);
    return { name, values, ofRow: (row: number) => cut(rows, row), ofPlace: (place: number) => cut(values, place) };
  });
  return {
    feeds: Object.fromEntries(all.map(({ name, values }) => [name, values])),
    copy: (row, place) => {
      for (const each of all) each.ofPlace(place).set(each.ofRow(row));
    },
    mix: (row, place, mixture) => {
      for (const each of all) mixRows(each.ofPlace(place), each.ofRow(row), mixture);
    },
  };
}

/** Mixes another row into a row. */
export function mixRows(row: Float32Array, other: Float32Array, { share }: MixedShare): void {
  for (let i = 0; i < row.length; i++) row[i] = share * row[i]! + (1 - share) * other[i]!;
}

import { sortRows } from "./sort-rows.ts";

/** Rows in the order of their scores. */
export interface Ranking {
  /** Row numbers, from the lowest score to the highest. */
  readonly rows: Uint32Array;
  /** By place: 1 where the row has the class. */
  readonly positive: Uint8Array;
  /** By place: 1 where a new score begins; places of equal scores follow each other. */
  readonly begins: Uint8Array;
}

/** Ranks column `label` of scores [row, class]. */
export function rankScores(
  { scores, truth }: { readonly scores: Float64Array; readonly truth: Uint8Array },
  { label, classCount }: { readonly label: number; readonly classCount: number },
): Ranking {
  const count = scores.length / classCount;
  const column = new Float64Array(count);
  for (let row = 0; row < count; row++) column[row] = scores[row * classCount + label]!;
  const rows = sortRows(column);
  const [positive, begins] = [new Uint8Array(count), new Uint8Array(count)];
  for (let place = 0; place < count; place++) {
    const row = rows[place]!;
    positive[place] = truth[row * classCount + label]!;
    begins[place] = Number(place === 0 || column[rows[place - 1]!] !== column[row]);
  }
  return { rows, positive, begins };
}

import { expect, test } from "vitest";

import { chunkStarts, fillChunks, poolChunks } from "../../../src/beats/sequence/index.ts";

test.each([
  [0, []],
  [1, [0]],
  [8, [0]],
  [9, [0, 1]],
  [16, [0, 4, 8]],
  [18, [0, 4, 8, 10]],
])("%i beats in chunks of 8, every 4", (beats, starts) => {
  expect(chunkStarts(beats, { length: 8, stride: 4 })).toEqual(starts);
});

test("every beat's values come back from chunks, and short recordings repeat their last beat", () => {
  for (const beats of [1, 5, 8, 21]) {
    const features = 3;
    const matrix = Float32Array.from({ length: beats * features }, (_, i) => i + 0.5);
    const starts = chunkStarts(beats, { length: 8, stride: 3 });
    const chunks = fillChunks(matrix, { starts, length: 8, features });
    expect(chunks.length).toBe(starts.length * features * 8);
    if (beats === 5) expect([...chunks.subarray(0, 8)]).toEqual([0.5, 3.5, 6.5, 9.5, 12.5, 12.5, 12.5, 12.5]);
    // [chunk, feature, beat] → [chunk, beat, class], as if the net gave its features back.
    const values = new Float32Array(chunks.length);
    for (let chunk = 0; chunk < starts.length; chunk++) {
      for (let f = 0; f < features; f++) {
        for (let t = 0; t < 8; t++) {
          values[(chunk * 8 + t) * features + f] = chunks[(chunk * features + f) * 8 + t]!;
        }
      }
    }
    expect(poolChunks(values, { starts, beats, length: 8, classes: features })).toEqual(matrix);
  }
});

test("the chunk that has a beat nearest to its middle counts most", () => {
  // Two chunks of 4 at 0 and 2; beat 2 is third of the first (weight 2) and first of the second (weight 1).
  const values = Float32Array.from([0, 0, 3, 3, 9, 9, 9, 9]);
  const pooled = poolChunks(values, { starts: [0, 2], beats: 6, length: 4, classes: 1 });
  expect([...pooled]).toEqual([0, 0, 5, 7, 9, 9]);
});

import { describe, expect, it } from "vitest";

import { compareAnnotations } from "../../src/beats/compare-annotations.ts";

const at = (...samples: number[]) => samples.map((sample) => ({ sample }));
/** Samples of 10 ms, so that the window of 150 ms is 15 samples. */
const options = { sampleRate: 100 };

function compare(reference: number[], test: number[]) {
  const { matched, missed, extra } = compareAnnotations(at(...reference), at(...test), options);
  return {
    matched: matched.map((pair) => [pair.reference.sample, pair.test.sample]),
    missed: missed.map(({ sample }) => sample),
    extra: extra.map(({ sample }) => sample),
  };
}

describe("compareAnnotations", () => {
  it("pairs equal lists", () => {
    const same = compare([10, 100, 200], [10, 100, 200]);
    expect(same).toEqual({
      matched: [
        [10, 10],
        [100, 100],
        [200, 200],
      ],
      missed: [],
      extra: [],
    });
  });

  it("counts the window's edge as inside", () => {
    expect(compare([100], [115]).matched).toEqual([[100, 115]]);
    expect(compare([100], [85]).matched).toEqual([[100, 85]]);
    expect(compare([100], [116])).toEqual({ matched: [], missed: [100], extra: [116] });
  });

  it("gives a partner to the nearer of two rivals, once", () => {
    expect(compare([100], [92, 103])).toEqual({ matched: [[100, 103]], missed: [], extra: [92] });
    expect(compare([100], [97, 108])).toEqual({ matched: [[100, 97]], missed: [], extra: [108] });
    expect(compare([92, 103], [100])).toEqual({ matched: [[103, 100]], missed: [92], extra: [] });
  });

  it("leaves what is left over on either side", () => {
    expect(compare([], [1, 2])).toEqual({ matched: [], missed: [], extra: [1, 2] });
    expect(compare([1, 2], [])).toEqual({ matched: [], missed: [1, 2], extra: [] });
    expect(compare([10, 500], [10, 300, 700])).toEqual({ matched: [[10, 10]], missed: [500], extra: [300, 700] });
  });

  it("keeps the objects it was given", () => {
    const reference = [{ sample: 5, symbol: "N" }];
    const { matched } = compareAnnotations(reference, [{ sample: 6, symbol: "V" }], options);
    expect(matched[0]?.reference).toBe(reference[0]);
    expect(matched[0]?.test.symbol).toBe("V");
  });

  it("takes as many events as anybody has", () => {
    const many = Array.from({ length: 400_000 }, (_, index) => ({ sample: 30 * index }));
    expect(compareAnnotations(many, [], options).missed.length).toBe(many.length);
    expect(compareAnnotations(many, many, options).matched.length).toBe(many.length);
  });
});

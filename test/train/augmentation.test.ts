import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { type Augmentation, copyAugmented } from "../../src/train/index.ts";

const row = Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40);

function draw(augmentation: Augmentation, seed: string): number[] {
  const target = new Float32Array(8);
  copyAugmented(row, target, { channels: 2, samples: 4, augmentation, random: createRandom(seed) });
  return [...target];
}

describe("copyAugmented", () => {
  it("copies when it is off", () => {
    expect(draw({ shift: 0, scale: 0 }, "a")).toEqual([...row]);
  });

  it("shifts all channels alike, repeats the edge, and reaches both sides", () => {
    const found = new Set(
      Array.from({ length: 60 }, (_, seed) => draw({ shift: 1, scale: 0 }, String(seed)).join(" ")),
    );
    expect([...found].sort()).toEqual(["1 1 2 3 10 10 20 30", "1 2 3 4 10 20 30 40", "2 3 4 4 20 30 40 40"].sort());
  });

  it("scales within its bounds, the whole row by one factor", () => {
    const factors = Array.from({ length: 200 }, (_, seed) => {
      const scaled = draw({ shift: 0, scale: 0.2 }, String(seed));
      scaled.forEach((value, i) => expect(value / row[i]!).toBeCloseTo(scaled[0]!, 5));
      return scaled[0]!;
    });
    expect(Math.min(...factors)).toBeGreaterThan(0.799);
    expect(Math.min(...factors)).toBeLessThan(0.83);
    expect(Math.max(...factors)).toBeLessThan(1.201);
    expect(Math.max(...factors)).toBeGreaterThan(1.17);
  });
});

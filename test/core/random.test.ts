import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw);

describe("createRandom", () => {
  it("gives the same numbers for the same seed, and others for another", () => {
    const first = draws(50, createRandom("a").uniform);
    expect(draws(50, createRandom("a").uniform)).toEqual(first);
    expect(draws(50, createRandom("b").uniform)).not.toEqual(first);
    expect(draws(50, createRandom(1).uniform)).not.toEqual(draws(50, createRandom("1").uniform));
  });

  it("stays what it is: a stored run must come out again", () => {
    const random = createRandom(1);
    expect(draws(4, () => random.integer(1000))).toEqual([477, 298, 531, 89]);
  });

  it("is uniform: mean, variance and ten equal bins", () => {
    const values = draws(100_000, createRandom("uniform").uniform);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    for (let bin = 0; bin < 10; bin++) {
      const share = values.filter((value) => Math.floor(value * 10) === bin).length / values.length;
      expect(Math.abs(share - 0.1)).toBeLessThan(0.005);
    }
    expect(Math.max(...values.slice(0, 1000))).toBeLessThan(1);
  });

  it("is normal: mean 0, variance 1, kurtosis 3", () => {
    const values = draws(100_000, createRandom("normal").normal);
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.02);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
  });

  it("shuffles to a permutation, evenly", () => {
    const random = createRandom("shuffle");
    const first = [0, 0, 0];
    for (let i = 0; i < 6000; i++) {
      const shuffled = random.shuffle([0, 1, 2]);
      expect([...shuffled].sort()).toEqual([0, 1, 2]);
      first[shuffled[0]!]! += 1;
    }
    for (const count of first) expect(Math.abs(count - 2000)).toBeLessThan(150);
  });

  it("forks into streams that do not depend on what was drawn before", () => {
    const random = createRandom("fork");
    const before = draws(5, random.fork("x").uniform);
    random.uniform();
    expect(draws(5, random.fork("x").uniform)).toEqual(before);
    expect(draws(5, random.fork("y").uniform)).not.toEqual(before);
  });
});

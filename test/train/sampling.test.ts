import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { classWeightsOf, epochOrder, positiveWeightsOf, rowsByClass } from "../../src/train/fit/sampling.ts";

const labels = Uint8Array.from([...Array.from({ length: 90 }, () => 0), ...Array.from({ length: 10 }, () => 1)]);
const data = { inputs: new Float32Array(0), labels, size: 100 };
const rows = Int32Array.from({ length: 100 }, (_, row) => row);
const classes = ["N", "V", "F"];

describe("epochOrder", () => {
  it("shuffles: every row once, in another order", () => {
    const order = epochOrder(rows, "shuffle", { data, classes, random: createRandom(1) });
    expect([...order].sort((a, b) => a - b)).toEqual([...rows]);
    expect(order).not.toEqual(rows);
    expect(rows[0]).toBe(0);
  });

  it("balances: classes that are present come about equally often", () => {
    const order = epochOrder(rows, "balanced", { data, classes, random: createRandom(1) });
    expect(order).toHaveLength(100);
    const rare = order.filter((row) => labels[row] === 1).length;
    expect(rare).toBeGreaterThan(30);
    expect(rare).toBeLessThan(70);
  });

  it("is the same for the same seed", () => {
    const draw = () => epochOrder(rows, "balanced", { data, classes, random: createRandom(7) });
    expect(draw()).toEqual(draw());
  });
});

describe("classWeightsOf", () => {
  it("gives each present class the same total when balanced, with mean 1 over the rows", () => {
    const weights = classWeightsOf(rows, "balanced", { data, classes });
    expect(weights[0]! * 90).toBeCloseTo(50, 4);
    expect(weights[1]! * 10).toBeCloseTo(50, 4);
    expect(weights[2]).toBe(0);
  });

  it("takes the root of the ratio when root-balanced", () => {
    const weights = classWeightsOf(rows, "root-balanced", { data, classes });
    expect(weights[1]! / weights[0]!).toBeCloseTo(3, 5);
    expect((weights[0]! * 90 + weights[1]! * 10) / 100).toBeCloseTo(1, 5);
  });

  it("takes weights by name, 1 where none is given", () => {
    expect([...classWeightsOf(rows, { V: 4 }, { data, classes })]).toEqual([1, 4, 1]);
  });
});

describe("rows of several classes", () => {
  const targets = Float32Array.from([1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]);
  const data = { inputs: new Float32Array(0), targets, size: 4 };
  const rows = Int32Array.of(0, 1, 2, 3);

  it("count for each class that they have", () => {
    expect(rowsByClass(rows, { data, classes })).toEqual([[0], [0, 1, 2], []]);
    const weights = classWeightsOf(rows, "balanced", { data, classes });
    expect(weights[0]! / weights[1]!).toBeCloseTo(3, 6);
    expect(weights[0]! + 3 * weights[1]!).toBeCloseTo(4, 6);
  });

  it("weigh positives by the rows without", () => {
    const loss = { name: "binary-cross-entropy", positiveWeights: "balanced" } as const;
    expect([...positiveWeightsOf(rows, loss, { data, classes })]).toEqual([3, Math.fround(1 / 3), 1]);
    const given = { name: "binary-cross-entropy", positiveWeights: { V: 4 } } as const;
    expect([...positiveWeightsOf(rows, given, { data, classes })]).toEqual([1, 4, 1]);
  });

  it("are drawn by class where sampling is balanced", () => {
    const order = epochOrder(
      new Int32Array(400).map((_, i) => i % 4),
      "balanced",
      { data, classes, random: createRandom(1) },
    );
    expect(order.filter((row) => row === 3)).toHaveLength(0);
    expect(order.filter((row) => row === 0).length).toBeGreaterThan(220);
  });
});

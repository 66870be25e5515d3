import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/index.ts";
import { drawBinomial, drawMultinomial } from "../../src/evaluate/binomial.ts";
import { bootstrapMetrics, type Interval } from "../../src/evaluate/index.ts";

/** Probabilities of 0 … trials successes. */
function binomialMasses(trials: number, probability: number): number[] {
  const masses: number[] = [];
  let log = trials * Math.log1p(-probability);
  for (let k = 0; k <= trials; k++) {
    masses.push(Math.exp(log));
    log += Math.log((trials - k) / (k + 1)) + Math.log(probability / (1 - probability));
  }
  return masses;
}

describe("drawBinomial", () => {
  it.each([
    { trials: 12, probability: 0.3 },
    { trials: 400, probability: 0.02 },
    { trials: 60, probability: 0.4 },
    { trials: 1000, probability: 0.5 },
    { trials: 30, probability: 0.85 },
  ])("draws the distribution of $trials trials at $probability (χ²)", ({ trials, probability }) => {
    const random = createRandom(`binomial ${trials}`);
    const draws = 40_000;
    const found = new Float64Array(trials + 1);
    for (let i = 0; i < draws; i++) found[drawBinomial(random, { trials, probability })]! += 1;
    let chiSquare = 0;
    let degrees = -1;
    let [restWanted, restFound] = [0, 0];
    for (const [k, mass] of binomialMasses(trials, probability).entries()) {
      restWanted += mass * draws;
      restFound += found[k]!;
      if (restWanted < 8) continue;
      chiSquare += (restFound - restWanted) ** 2 / restWanted;
      degrees += 1;
      [restWanted, restFound] = [0, 0];
    }
    expect(chiSquare).toBeLessThan(degrees + 4 * Math.sqrt(2 * degrees));
  });

  it("keeps to its limits", () => {
    const random = createRandom(1);
    expect(drawBinomial(random, { trials: 0, probability: 0.5 })).toBe(0);
    expect(drawBinomial(random, { trials: 9, probability: 0 })).toBe(0);
    expect(drawBinomial(random, { trials: 9, probability: 1 })).toBe(9);
  });

  it("spreads all trials over the cells, none over empty ones", () => {
    const counts = new Float64Array(5);
    const random = createRandom("cells");
    for (let i = 0; i < 200; i++) {
      drawMultinomial(random, { trials: 1000, weights: [0, 700, 3, 297, 0], counts });
      expect(counts.reduce((sum, count) => sum + count)).toBe(1000);
      expect(counts[0]! + counts[4]!).toBe(0);
    }
  });
});

const width = ({ low, high }: Interval) => high! - low!;

describe("bootstrapMetrics", () => {
  const random = createRandom("bootstrap test");
  const classes = ["N", "V"];
  const truth = Array.from({ length: 4000 }, () => (random.uniform() < 0.8 ? 0 : 1));
  const predicted = truth.map((label) => (random.uniform() < 0.9 ? label : 1 - label));

  it("agrees with the normal approximation of a proportion", () => {
    const { intervals, unit, unitCount } = bootstrapMetrics({ truth, predicted, classes, seed: 1, resamples: 4000 });
    const share = truth.filter((label, i) => label === predicted[i]).length / 4000;
    const half = 1.96 * Math.sqrt((share * (1 - share)) / 4000);
    expect([unit, unitCount]).toEqual(["beat", 4000]);
    expect(intervals["accuracy"]!.low).toBeCloseTo(share - half, 2.7);
    expect(intervals["accuracy"]!.high).toBeCloseTo(share + half, 2.7);
    expect(Math.abs(intervals["accuracy"]!.low! - (share - half))).toBeLessThan(half / 10);
  });

  it("has about its nominal coverage", () => {
    const trials = 300;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const a = Array.from({ length: 200 }, () => (random.uniform() < 0.5 ? 0 : 1));
      const b = a.map((label) => (random.uniform() < 0.8 ? label : 1 - label));
      const found = bootstrapMetrics({ truth: a, predicted: b, classes, seed: trial, resamples: 300, level: 0.9 });
      const { low, high } = found.intervals["accuracy"]!;
      if (low! <= 0.8 && 0.8 <= high!) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.84);
    expect(covered / trials).toBeLessThan(0.96);
  });

  it("is wider over records when errors come in records", () => {
    const groups = truth.map((_, i) => Math.floor(i / 200));
    const clumped = truth.map((label, i) => (Math.floor(i / 200) % 10 === 0 ? 1 - label : label));
    const byRecord = bootstrapMetrics({ truth, predicted: clumped, groups, classes, seed: 3 });
    const byBeat = bootstrapMetrics({ truth, predicted: clumped, classes, seed: 3 });
    expect([byRecord.unit, byRecord.unitCount]).toEqual(["record", 20]);
    expect(width(byRecord.intervals["accuracy"]!)).toBeGreaterThan(5 * width(byBeat.intervals["accuracy"]!));
  });

  it("gives the same intervals for the same seed, whatever the beats' order", () => {
    const options = { truth, predicted, classes, seed: "same", resamples: 100 };
    const back = { ...options, truth: truth.toReversed(), predicted: predicted.toReversed() };
    expect(bootstrapMetrics(back)).toEqual(bootstrapMetrics(options));
  });

  it("counts resamples in which a value is undefined", () => {
    const few = { truth: [0, 0, 0, 0, 1], predicted: [0, 0, 0, 0, 1], classes: ["N", "V", "F"], seed: 5 };
    const { intervals } = bootstrapMetrics({ ...few, resamples: 2000 });
    const lost = intervals["classes.V.sensitivity"]!.undefinedResamples / 2000;
    expect(lost).toBeGreaterThan(0.8 ** 5 - 0.04);
    expect(lost).toBeLessThan(0.8 ** 5 + 0.04);
    const lostOf = (path: string) => intervals[path]!.undefinedResamples;
    expect(lostOf("macroF1")).toBe(lostOf("classes.V.sensitivity") + lostOf("classes.N.sensitivity"));
    expect(intervals["classes.F.sensitivity"]).toEqual({ low: undefined, high: undefined, undefinedResamples: 2000 });
  });

  it("says that one record is too few", () => {
    const one = bootstrapMetrics({ truth, predicted, groups: truth.map(() => "100"), classes, seed: 1 });
    expect(one.intervals["accuracy"]!.low).toBeUndefined();
    expect(one.notices[0]!.message).toMatch(/over records needs at least 2 of them, found 1/);
    expect(bootstrapMetrics({ truth: [], predicted: [], classes, seed: 1 }).notices).toHaveLength(1);
  });

  it("refuses wrong options", () => {
    expect(() => bootstrapMetrics({ truth, predicted, classes, seed: 1, resamples: 0 })).toThrow(/found 0/);
    expect(() => bootstrapMetrics({ truth, predicted, classes, seed: 1, level: 95 })).toThrow(/found 95/);
    expect(() => bootstrapMetrics({ truth, predicted, groups: ["a"], classes, seed: 1 })).toThrow(/1 groups/);
  });

  it("is narrow around 100,000 beats", () => {
    const many = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 4);
    const called = many.map((label, i) => (i % 50 === 0 ? (label + 1) % 4 : label));
    const { intervals } = bootstrapMetrics({ truth: many, predicted: called, classes: ["N", "S", "V", "F"], seed: 1 });
    const { low, high } = intervals["accuracy"]!;
    // 98 %, ± 1.96 √(.98 · .02 / 100,000).
    expect(low!).toBeGreaterThan(0.9785);
    expect(low!).toBeLessThan(0.9798);
    expect(high!).toBeLessThan(0.9815);
    expect(high!).toBeGreaterThan(0.9802);
  });
});

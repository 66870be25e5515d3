import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/index.ts";
import {
  addConfusions,
  type ClassificationMetrics,
  classificationMetrics,
  confusionMatrix,
  deviationOfMetrics,
  meanOfMetrics,
  metricAt,
  metricPaths,
  type ReportMetrics,
  normaliseRows,
  recordTable,
} from "../../src/evaluate/index.ts";

interface GoldenCase {
  readonly name: string;
  readonly classes: readonly string[];
  readonly truth: string;
  readonly predicted: string;
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: number;
  readonly macroF1: number;
  readonly kappa: number | null;
  readonly jKappa: number | null;
  readonly byClass: readonly Readonly<Record<string, number | null>>[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/metrics/classification.json", import.meta.url), "utf8")) as {
  readonly cases: readonly GoldenCase[];
};
const digits = (text: string) => Uint8Array.from(text, Number);

function expectEqual(found: number | undefined, wanted: number | null | undefined): void {
  if (wanted === null || wanted === undefined) expect(found).toBeUndefined();
  else expect(Math.abs((found ?? Number.NaN) - wanted)).toBeLessThanOrEqual(1e-12);
}

describe("classificationMetrics against scikit-learn", () => {
  it.each(golden.cases)("$name", (wanted) => {
    const { classes } = wanted;
    const confusion = confusionMatrix(digits(wanted.truth), digits(wanted.predicted), classes.length);
    expect(confusion).toEqual(wanted.confusion);
    const found = classificationMetrics(confusion, { classes });
    expectEqual(found.accuracy, wanted.accuracy);
    expectEqual(found.macroF1, wanted.macroF1);
    expectEqual(found.kappa, wanted.kappa);
    if (classes.includes("V")) expectEqual(found.jKappa, wanted.jKappa);
    else expect("jKappa" in found).toBe(false);
    for (const [i, name] of classes.entries()) {
      const { support, ...values } = wanted.byClass[i]!;
      expect(found.classes[name]!.support).toBe(support);
      for (const [key, value] of Object.entries(values)) expectEqual(metricAt(found, `classes.${name}.${key}`), value);
    }
  });
});

const flat = (metrics: ClassificationMetrics) =>
  Object.fromEntries(metricPaths(metrics).map((path) => [path, metricAt(metrics, path)]));

const fold = (matrix: number[][]) => classificationMetrics(matrix, { classes: ["N", "V"] });

describe("properties", () => {
  const random = createRandom("metrics");
  const classes = ["N", "S", "V", "F"];
  const truth = Array.from({ length: 500 }, () => Math.floor(4 * random.uniform() ** 2));
  const predicted = truth.map((label) => (random.uniform() < 0.7 ? label : random.integer(4)));
  const metricsOf = (a: readonly number[], b: readonly number[], names = classes) =>
    classificationMetrics(confusionMatrix(a, b, names.length), { classes: names });

  it("does not depend on the order of the beats", () => {
    const order = random.shuffle(truth.map((_, i) => i));
    const shuffled = metricsOf(
      order.map((i) => truth[i]!),
      order.map((i) => predicted[i]!),
    );
    expect(shuffled).toEqual(metricsOf(truth, predicted));
  });

  it("does not depend on the order of the classes", () => {
    const order = [2, 0, 3, 1];
    const rename = (labels: readonly number[]) => labels.map((label) => order.indexOf(label));
    const found = flat(
      metricsOf(
        rename(truth),
        rename(predicted),
        order.map((i) => classes[i]!),
      ),
    );
    for (const [path, value] of Object.entries(flat(metricsOf(truth, predicted)))) {
      expect(found[path]).toBeCloseTo(value!, 12);
    }
  });

  it("does not depend on a weight common to all cells", () => {
    const confusion = confusionMatrix(truth, predicted, 4);
    const heavier = confusion.map((row) => row.map((count) => 7 * count));
    const found = flat(classificationMetrics(heavier, { classes }));
    for (const [path, value] of Object.entries(flat(classificationMetrics(confusion, { classes })))) {
      expect(found[path]).toBeCloseTo(value!, 12);
    }
  });

  it("swaps sensitivity and predictivity with truth and prediction, and keeps kappa", () => {
    const [there, back] = [metricsOf(truth, predicted), metricsOf(predicted, truth)];
    expect(back.kappa).toBeCloseTo(there.kappa!, 12);
    for (const name of classes) {
      expect(back.classes[name]!.sensitivity).toBe(there.classes[name]!.positivePredictivity);
      expect(back.classes[name]!.f1).toBe(there.classes[name]!.f1);
    }
  });

  it("adds per-record matrices up to the whole", () => {
    const groups = truth.map((_, i) => `r${i % 7}`);
    const rows = recordTable({ truth, predicted, groups, classes });
    expect(rows.map((row) => row.record)).toEqual(["r0", "r1", "r2", "r3", "r4", "r5", "r6"]);
    expect(rows.reduce((sum, row) => sum + row.beats, 0)).toBe(500);
    expect(rows.reduce((sum, row) => sum + row.errors, 0)).toBe(truth.filter((t, i) => t !== predicted[i]).length);
    for (const name of classes) {
      const support = rows.reduce((sum, row) => sum + row.classes[name]!.support, 0);
      expect(support).toBe(metricsOf(truth, predicted).classes[name]!.support);
    }
  });
});

describe("undefined values and wrong input", () => {
  it("gives undefined for everything without beats", () => {
    const metrics = classificationMetrics(confusionMatrix([], [], 3), { classes: ["N", "S", "V"] });
    for (const path of metricPaths(metrics)) expect(metricAt(metrics, path)).toBeUndefined();
    expect(metrics).toHaveProperty("jKappa", undefined);
  });

  it("normalises rows, leaving an empty one undefined", () => {
    expect(
      normaliseRows([
        [3, 1],
        [0, 0],
      ]),
    ).toEqual([
      [0.75, 0.25],
      [undefined, undefined],
    ]);
  });

  it("names what is wrong with labels, lengths and matrices", () => {
    expect(() => confusionMatrix([0, 4], [0, 1], 4)).toThrow(/expected true classes 0 … 3, found 4 at beat 1/);
    expect(() => confusionMatrix([0, 1], [0, Number.NaN], 4)).toThrow(/predicted classes 0 … 3, found NaN at beat 1/);
    expect(() => confusionMatrix([0], [0, 1], 4)).toThrow(/lists of one length, found 1 truth, 2 predicted/);
    expect(() => classificationMetrics([[1, 2]], { classes: ["N", "S"] })).toThrow(/expected 2 × 2 counts/);
    expect(() => classificationMetrics([[Number.NaN]], { classes: ["N"] })).toThrow(/found NaN/);
  });
});

describe("folds", () => {
  const folds = [
    fold([
      [9, 1],
      [2, 8],
    ]),
    fold([
      [8, 2],
      [1, 9],
    ]),
    fold([
      [10, 0],
      [0, 10],
    ]),
  ];

  it("averages values and gives the n − 1 deviation", () => {
    expect(meanOfMetrics(folds).accuracy).toBeCloseTo((0.85 + 0.85 + 1) / 3, 12);
    expect(deviationOfMetrics(folds).accuracy).toBeCloseTo(Math.sqrt((2 * 0.05 ** 2 + 0.1 ** 2) / 2), 12);
    expect(meanOfMetrics(folds).classes["V"]!.support).toBe(10);
  });

  it("keeps undefined values undefined", () => {
    const withoutV = fold([
      [5, 0],
      [0, 0],
    ]);
    expect(meanOfMetrics([...folds, withoutV]).classes["V"]!.sensitivity).toBeUndefined();
    expect(deviationOfMetrics([folds[0]!]).accuracy).toBeUndefined();
    expect(meanOfMetrics<ReportMetrics>([]).accuracy).toBeUndefined();
  });

  it("adds the folds' matrices", () => {
    expect(
      addConfusions(
        [
          [
            [1, 2],
            [3, 4],
          ],
          [
            [10, 20],
            [30, 40],
          ],
        ],
        2,
      ),
    ).toEqual([
      [11, 22],
      [33, 44],
    ]);
    expect(addConfusions([], 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

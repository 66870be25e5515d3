import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import {
  type Split,
  type Splittable,
  mitdbDs1,
  mitdbDs2,
  mitdbPaced,
  patientSplit,
  stratifiedFolds,
} from "../../src/datasets/splits/index.ts";

const random = createRandom("splits");
const size = 2000;
const classes = ["N", "S", "V"];
const records = Array.from({ length: 20 }, (_, i) => ({ id: String(100 + i), patientId: `p${i === 19 ? 0 : i}` }));
const set = {
  size,
  classes,
  records,
  labels: Uint8Array.from({ length: size }, () => (random.uniform() < 0.8 ? 0 : 1 + random.integer(2))),
  recordOf: Uint16Array.from({ length: size }, (_, beat) => beat % 20),
} satisfies Splittable;

/** What holds for every split: parts of a fold have nothing in common. */
function expectDisjoint(split: Split) {
  for (const { train, validation, test } of split.folds) {
    const all = [...train, ...validation, ...test];
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(train.length, validation.length, test.length)).toBeGreaterThan(0);
  }
}

describe("stratifiedFolds", () => {
  const split = stratifiedFolds(set, { folds: 5, validation: 0.1, seed: 1 });

  it("tests every beat exactly once, with disjoint parts", () => {
    expectDisjoint(split);
    expect(split.folds.flatMap((fold) => [...fold.test]).sort((a, b) => a - b)).toEqual(
      Array.from({ length: size }, (_, beat) => beat),
    );
  });

  it("keeps each class's share in every part", () => {
    classes.forEach((_, label) => {
      const total = set.labels as Uint8Array;
      const all = total.filter((own) => own === label).length;
      for (const fold of split.folds) {
        const inTest = fold.test.filter((beat) => set.labels[beat] === label).length;
        expect(Math.abs(inTest - all / 5)).toBeLessThanOrEqual(1);
        const inValidation = fold.validation.filter((beat) => set.labels[beat] === label).length;
        expect(Math.abs(inValidation - (all - inTest) * 0.1)).toBeLessThanOrEqual(0.5);
      }
    });
  });

  it("depends on the seed alone, and declares that persons are shared", () => {
    expect(stratifiedFolds(set, { folds: 5, validation: 0.1, seed: 1 })).toEqual(split);
    expect(stratifiedFolds(set, { folds: 5, validation: 0.1, seed: 2 }).folds[0]!.test).not.toEqual(
      split.folds[0]!.test,
    );
    expect(split.leakage.join(" ")).toMatch(/same person/);
  });

  it("refuses more folds than a class has beats", () => {
    const few = { ...set, labels: Uint8Array.from({ length: size }, (_, beat) => (beat < 3 ? 1 : 0)) };
    expect(() => stratifiedFolds(few, { folds: 5, validation: 0.1, seed: 1 })).toThrow(
      "expected at least 5 beats of class S, found 3",
    );
  });
});

describe("patientSplit", () => {
  const ids = records.map((record) => record.id);
  const options = { name: "lists", train: ids.slice(0, 12), test: ids.slice(12), validation: 0.25, seed: 1 };
  const split = patientSplit(set, options);
  const fold = split.folds[0]!;
  const patients = (beats: Int32Array) => new Set([...beats].map((beat) => records[set.recordOf[beat]!]!.patientId));

  it("keeps validation patients out of training", () => {
    expectDisjoint(split);
    const training = patients(fold.train);
    expect([...patients(fold.validation)].filter((patient) => training.has(patient))).toEqual([]);
    expect(fold.train.length + fold.validation.length + fold.test.length).toBe(size);
  });

  it("declares a person who is in both lists", () => {
    expect(split.leakage).toEqual(["Records 100 (training) and 119 (test) are of the same person."]);
    expect(patientSplit(set, { ...options, test: ids.slice(12, 19) }).leakage).toEqual([]);
  });

  it("refuses a list with records that are not there", () => {
    expect(() => patientSplit(set, { ...options, test: ["999"] })).toThrow("expected records 999, found none of these");
  });
});

describe("the MIT-BIH lists", () => {
  it("are 22 and 22 records, disjoint, without the paced ones", () => {
    expect(new Set([...mitdbDs1, ...mitdbDs2, ...mitdbPaced]).size).toBe(48);
    expect([mitdbDs1.length, mitdbDs2.length]).toEqual([22, 22]);
  });
});

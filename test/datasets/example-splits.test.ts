import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import {
  type Fold,
  type Splittable,
  classesOf,
  officialFolds,
  patientSplit,
  stratifiedFolds,
} from "../../src/datasets/splits/index.ts";

const random = createRandom("example-splits");
const classes = ["A", "B", "C"];
const size = 300;

/** 300 recordings of 100 persons with one to three classes each; a third of them rare. */
const several = {
  unit: "recording",
  size,
  classes,
  records: Array.from({ length: size }, (_, i) => ({
    id: `r${i}`,
    patientId: `p${Math.floor(i / 3)}`,
    fold: 1 + (Math.floor(i / 3) % 10),
  })),
  recordOf: Int32Array.from({ length: size }, (_, i) => i),
  targets: Float32Array.from({ length: 3 * size }, (_, at) =>
    at % 3 === 0 ? 1 : random.uniform() < (at % 3 === 1 ? 0.4 : 0.1) ? 1 : 0,
  ),
} satisfies Splittable;

const patientsOf = (examples: Int32Array, set: Splittable) =>
  new Set(Array.from(examples, (example) => set.records[set.recordOf[example]!]!.patientId));

function expectApart({ train, validation, test }: Fold, set: Splittable) {
  const parts = [train, validation, test].map((part) => patientsOf(part, set));
  const all = parts.flatMap((part) => [...part]);
  expect(new Set(all).size).toBe(all.length);
}

describe("stratifiedFolds over recordings", () => {
  const split = stratifiedFolds(several, { folds: 5, validation: 0.2, seed: 1, together: "patient" });

  it("keeps persons in one part, tests each recording once, and shares out every class", () => {
    for (const fold of split.folds) {
      expectApart(fold, several);
      expect(fold.train.length + fold.validation.length + fold.test.length).toBe(size);
      classes.forEach((_, label) => {
        const having = (part: Int32Array) => [...part].filter((i) => classesOf(several, i).includes(label)).length;
        const total = having(fold.train) + having(fold.validation) + having(fold.test);
        expect(Math.abs(having(fold.test) - total / 5)).toBeLessThanOrEqual(3);
        expect(Math.abs(having(fold.validation) - (total * 4) / 25)).toBeLessThanOrEqual(3);
      });
    }
    const tested = split.folds.flatMap((fold) => [...fold.test]).sort((a, b) => a - b);
    expect(tested).toEqual(Array.from({ length: size }, (_, i) => i));
    expect(split).toMatchObject({ leakage: [], bootstrapUnit: "patient" });
    expect(split.description).toBe(
      "Stratified 5-fold over recordings, all of a patient in one part, 20 % of each training part held out for validation.",
    );
  });

  it("says so where a person's recordings are on both sides, and keeps given records together", () => {
    const { targets: _, ...rest } = several;
    const one: Splittable = { ...rest, labels: Uint8Array.from({ length: size }, (_, i) => i % 3) };
    const groups = [
      ["r0", "r100"],
      ["r7", "r200", "r250"],
    ];
    const loose = stratifiedFolds(one, { folds: 3, validation: 0.1, seed: 1, groups });
    for (const { train, validation, test } of loose.folds) {
      for (const group of groups) {
        const places = group.map((id) => Number(id.slice(1)));
        for (const part of [train, validation, test]) {
          const inside = places.filter((place) => part.includes(place)).length;
          expect([0, group.length]).toContain(inside);
        }
      }
    }
    expect(loose.leakage[0]).toMatch(/^Recordings of the same person are in the training and the test part/);
    expect(loose.bootstrapUnit).toBe("recording");
    expect(() => stratifiedFolds(one, { folds: 3, validation: 0.1, seed: 1, groups: [["r0", "x"]] })).toThrow(
      "Cannot keep x together with others: no such record is in the set.",
    );
  });

  it("says what is too few to be parted, of which fold, and what would do", () => {
    const ofPersons = (persons: number): Splittable => ({
      ...several,
      records: several.records.map((record, i) => ({ ...record, patientId: `p${i % persons}` })),
    });
    const fails = (set: Splittable, options: Partial<Parameters<typeof stratifiedFolds>[1]>) =>
      expect(() => stratifiedFolds(set, { folds: 2, validation: 0.2, seed: 1, together: "patient", ...options }));
    fails(ofPersons(2), {}).toThrow(
      "Cannot hold out a validation part in fold 1 of 2: expected at least 2 persons in its training part, as each stays in " +
        'one part, found 1. Take "together": "record" or a dataset of more persons.',
    );
    fails(ofPersons(3), {}).toThrow(
      /in fold [12] of 2: expected at least 2 persons .* found 1\. Take 3 folds or "together": "record" or a dataset/,
    );
    expect(
      stratifiedFolds(ofPersons(3), { folds: 3, validation: 0.2, seed: 1, together: "patient" }).folds.length,
    ).toBe(3);
    fails(ofPersons(4), { folds: 5 }).toThrow(
      "Cannot split into 5 folds: expected at least 5 persons, as each stays in one part, found 4. Take 4 folds or ",
    );
    const few = { ...several, size: 20, recordOf: new Int32Array(20), classes: ["A"], targets: new Float32Array(20) };
    fails(few, { folds: 3, together: "record" }).toThrow(
      "Cannot split into 3 folds: expected at least 3 records, as each stays in one part, found 1. Take a dataset of more records.",
    );
  });

  it("depends on the seed alone", () => {
    const options = { folds: 5, validation: 0.2, together: "patient" } as const;
    expect(stratifiedFolds(several, { ...options, seed: 1 })).toEqual(split);
    expect(stratifiedFolds(several, { ...options, seed: 2 }).folds[0]!.test).not.toEqual(split.folds[0]!.test);
  });
});

describe("officialFolds", () => {
  it("takes the dataset's folds", () => {
    const { folds, leakage } = officialFolds(several, { train: [1, 2, 3, 4, 5, 6, 7, 8], validation: [9], test: [10] });
    expect([folds[0]!.train.length, folds[0]!.validation.length, folds[0]!.test.length]).toEqual([240, 30, 30]);
    expectApart(folds[0]!, several);
    expect(leakage).toEqual([]);
  });

  it("counts the persons who are on both sides", () => {
    const records = several.records.map((record, i) => ({ ...record, patientId: i === 0 ? "p99" : record.patientId }));
    const { leakage } = officialFolds({ ...several, records }, { train: [1], validation: [9], test: [10] });
    expect(leakage).toEqual(["1 person of the test part have other recordings in the training part."]);
  });

  it("refuses a dataset without folds", () => {
    const records = several.records.map(({ id, patientId }) => ({ id, patientId }));
    expect(() => officialFolds({ ...several, records }, { train: [1], validation: [2], test: [3] })).toThrow(
      "expected a dataset that has them, found none",
    );
  });
});

describe("patientSplit over recordings of several classes", () => {
  it("holds out whole persons", () => {
    const ids = several.records.map(({ id }) => id);
    const split = patientSplit(several, {
      name: "lists",
      train: ids.slice(0, 240),
      test: ids.slice(240),
      validation: 0.2,
      seed: 1,
    });
    expectApart(split.folds[0]!, several);
    expect(split.bootstrapUnit).toBe("recording");
  });
});

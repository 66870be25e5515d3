import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { macroAuc, multiLabelMetrics, rocAuc } from "../../src/evaluate/index.ts";

// Made by tools/golden/roc_auc.py from scikit-learn.
const { cases } = JSON.parse(readFileSync(new URL("../golden/metrics/roc-auc.json", import.meta.url), "utf8")) as {
  readonly cases: readonly {
    readonly classes: number;
    readonly targets: readonly number[];
    readonly scores: readonly number[];
    readonly areas: readonly number[];
    readonly macroAuc: number;
    readonly accuracy: number;
    readonly macroF1: number;
  }[];
};

describe("rows of several classes", () => {
  it.each(cases)("are measured as scikit-learn does ($classes classes)", (given) => {
    const { targets, scores } = given;
    const classes = Array.from({ length: given.classes }, (_, i) => `class ${i}`);
    const column = (values: readonly number[], label: number) => values.filter((_, i) => i % given.classes === label);
    given.areas.forEach((area, label) =>
      expect(
        rocAuc(
          column(targets, label).map((share) => share === 1),
          column(scores, label),
        ),
      ).toBeCloseTo(area, 12),
    );
    expect(macroAuc(targets, scores, { classes })).toBeCloseTo(given.macroAuc, 12);
    const { accuracy, macroF1 } = multiLabelMetrics(targets, scores, { classes });
    expect(accuracy).toBeCloseTo(given.accuracy, 12);
    expect(macroF1).toBeCloseTo(given.macroF1, 12);
  });

  it("need each class once present and once absent: the others are named", () => {
    const classes = ["AFIB", "NORM", "PVC"];
    expect(() => macroAuc([1, 1, 0, 0, 1, 0], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], { classes })).toThrow(/of NORM, PVC$/);
    expect(rocAuc([true, true], [1, 2])).toBeUndefined();
  });
});

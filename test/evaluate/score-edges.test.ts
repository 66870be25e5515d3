import { describe, expect, it } from "vitest";

import { calibrate } from "../../src/bundle/calibration.ts";
import {
  applyTemperatures,
  bootstrapScores,
  checkExpected,
  fitTemperatures,
  measure,
  metricAt,
  metricList,
  metricNamed,
  obstacle,
  pairedBootstrap,
  partialNotices,
  type Predictions,
  ptbxlBootstrap,
  reliability,
  renderReliabilitySvg,
  reportResults,
} from "../../src/evaluate/index.ts";
import { resampler } from "../../src/evaluate/metrics/resampling.ts";
import { sortRows } from "../../src/evaluate/metrics/sort-rows.ts";
import { checkMarkup } from "./check-markup.ts";

const auc = metricNamed("macroAuc");

const make = (rows: readonly (readonly number[])[], scores: readonly (readonly number[])[]): Predictions => ({
  task: "multi-label",
  classes: ["AFIB", "NORM", "PVC"].slice(0, rows[0]?.length),
  truth: Uint8Array.from(rows.flat()),
  scores: Float64Array.from(scores.flat()),
  probabilities: true,
  decisions: Uint8Array.from(scores.flat(), (score) => Number(score >= 0.5)),
});

const few = make(
  [
    [1, 0],
    [0, 1],
    [1, 1],
    [0, 0],
  ],
  [
    [0.9, 0.2],
    [0.4, 0.8],
    [0.6, 0.9],
    [0.1, 0.3],
  ],
);

/** Rows of two classes; `skill` is how far apart the scores of rows with and without a class are. */
function many(rows: number, { skill, seed = 1 }: { readonly skill: number; readonly seed?: number }): Predictions {
  let state = seed;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const truth = Array.from({ length: rows }, (_, row) => [row % 3 === 0 ? 1 : 0, row % 4 === 0 ? 1 : 0]);
  return make(
    truth,
    truth.map((row) => row.map((has) => Math.min(1, has * skill + next() * (1 - skill)))),
  );
}

describe("data that lack classes", () => {
  const present = metricNamed("macroAucPresent");
  const two = many(40, { skill: 0.4 });
  const withAbsent: Predictions = {
    ...two,
    classes: ["AFIB", "NORM", "PVC"],
    truth: Uint8Array.from({ length: 120 }, (_, i) => (i % 3 === 2 ? 0 : two.truth[Math.floor(i / 3) * 2 + (i % 3)]!)),
    scores: Float64Array.from({ length: 120 }, (_, i) =>
      i % 3 === 2 ? 0.3 : two.scores![Math.floor(i / 3) * 2 + (i % 3)]!,
    ),
    decisions: new Uint8Array(120),
  };

  it("have a macro AUC over the others, under a name of its own", () => {
    expect(obstacle(two, present)).toMatch(/^expected data that the Macro AUC cannot be measured on/);
    expect(measure(withAbsent, present).value).toBe(measure(two, auc).value);
    expect(measure(withAbsent, present).classes![2]).toBeUndefined();
  });

  it("have it in a report, which names what is absent; and intervals", () => {
    const fold = {
      name: "test",
      truth: withAbsent.truth,
      predicted: withAbsent.decisions!,
      scores: withAbsent.scores!,
      records: Array.from({ length: 40 }, (_, row) => `r${row}`),
      learning: [],
    };
    const options = { classes: withAbsent.classes, labelling: "several", resample: "recording", seed: 1 } as const;
    const { mean, intervals } = reportResults([fold], options);
    expect(metricAt(mean, "macroAuc")).toBeUndefined();
    expect(metricAt(mean, "macroAucPresent")).toBe(measure(two, auc).value);
    expect(mean.classes["AFIB"]!.auc).toBeGreaterThan(0.5);
    expect(intervals.notices![0]!.message).toBe(
      "test: Macro AUC: expected rows with and rows without each class, found no row with PVC. " +
        "Shown instead is the mean over the 2 of 3 classes that are present.",
    );
    expect(intervals.intervals["macroAucPresent"]!.high).toBeGreaterThan(0.5);
    const whole = { ...fold, truth: two.truth, predicted: two.decisions!, scores: two.scores! };
    expect(reportResults([whole], { ...options, classes: two.classes }).mean).not.toHaveProperty("macroAucPresent");
  });

  it("are not compared with published values where they are a partial copy", () => {
    const metrics = { accuracy: 0.9, classes: {} };
    const expected = [{ metric: "accuracy", value: 0.5, tolerance: 0.1 }];
    expect(checkExpected(metrics, expected)[0]!.verdict).toBe("above");
    expect(checkExpected(metrics, expected, { comparable: false })[0]).toMatchObject({
      verdict: "incomparable",
      found: 0.9,
    });
    const notices = ["partial", "partial-metadata", "left-out"].map((code) => ({ code, message: code }));
    expect(partialNotices(notices).map(({ code }) => code)).toEqual(["partial", "partial-metadata"]);
  });
});

describe("predictions that cannot be measured", () => {
  it("name the classes without positives or negatives", () => {
    const absent = make(
      [
        [1, 0, 1],
        [0, 0, 1],
      ],
      [
        [0.9, 0.1, 0.6],
        [0.1, 0.2, 0.5],
      ],
    );
    expect(() => measure(absent, auc)).toThrow(
      "Cannot measure the Macro AUC: expected rows with and rows without each class, found no row with NORM and no row without PVC",
    );
    expect(() => measure(absent, metricNamed("macroAuprc"))).toThrow(
      /expected rows with each class, found no row with NORM$/,
    );
    expect(measure(absent, metricNamed("macroF1")).classes).toEqual([1, undefined, 1]);
    expect(measure(absent, metricNamed("fBeta"))).toEqual({ value: 1, classes: [1, undefined, 1] });
  });

  it("name the row and class of a score that is no number", () => {
    const bad = { ...few, scores: Float64Array.of(0.9, 0.2, 0.4, NaN, 0.6, 0.9, 0.1, 0.3) };
    expect(() => measure(bad, auc)).toThrow("expected numbers for scores, found NaN in row 2, class NORM");
    expect(() => measure({ ...bad, scores: bad.scores.with(3, Infinity) }, auc)).toThrow(/found Infinity in row 2/);
  });

  it.each([
    [{ truth: new Uint8Array(0) }, /at least one class and one whole row/],
    [{ truth: Uint8Array.of(1, 0, 1) }, /found 3 true values of 2 classes/],
    [{ scores: Float64Array.of(1) }, /expected 8 scores \(4 rows of 2 classes\), found 1/],
    [
      { truth: Uint8Array.of(1, 0, 2, 0, 0, 0, 0, 0) },
      /expected 0 or 1 for true classes, found 2 in row 2, class AFIB/,
    ],
    [
      { task: "multi-class" as const },
      /exactly one of the true classes in each row of a multi-class task, found 2 in row 3/,
    ],
    [{ task: "binary" as const }, /one column for a binary task, found 2/],
  ])("are refused: %o", (change, message) => {
    expect(() => measure({ ...few, ...change }, auc)).toThrow(message);
  });

  it("lack what a metric needs", () => {
    const { scores: _, ...decided } = few;
    expect(obstacle(decided, auc)).toBe("expected scores, found decisions only");
    expect(obstacle({ ...few, probabilities: false }, metricNamed("brier"))).toMatch(/expected probabilities/);
    expect(obstacle(few, metricNamed("kappa"))).toBe("expected a binary or multi-class task, found multi-label");
    expect(obstacle(few, metricNamed("cinc2021"))).toMatch(/expected NSR and other classes/);
    expect(() => metricNamed("auroc")).toThrow(/expected one of macroAuc, .*found no metric of that name/);
  });
});

describe("odd predictions", () => {
  it("of one score throughout are no better than chance", () => {
    const constant = { ...few, scores: new Float64Array(8).fill(0.3) };
    expect(measure(constant, auc)).toEqual({ value: 0.5, classes: [0.5, 0.5] });
    expect(measure(constant, metricNamed("macroAuprc")).value).toBe(0.5);
    expect(measure(constant, metricNamed("fmax")).value).toBeCloseTo(2 / 3, 12);
    expect(measure(constant, metricNamed("classwiseEceMass")).value).toBeCloseTo(0.2, 12);
  });

  it("of one row have what can be said of one", () => {
    const one = make([[1, 0]], [[0.8, 0.3]]);
    expect(() => measure(one, auc)).toThrow(/no row with NORM and no row without AFIB/);
    expect(measure(one, metricNamed("fmax")).value).toBe(1);
    expect(measure(one, metricNamed("subsetAccuracy")).value).toBe(1);
    expect(measure(one, metricNamed("brier")).value).toBeCloseTo((0.04 + 0.09) / 2, 12);
    expect(() => bootstrapScores(one, { metrics: [metricNamed("fmax")], seed: 1 })).toThrow(
      /at least two rows, found 1/,
    );
  });

  it("with nothing decided have undefined values where nothing divides", () => {
    const none = {
      ...make(
        [
          [0, 0],
          [0, 0],
        ],
        [
          [0.1, 0.2],
          [0.3, 0.4],
        ],
      ),
    };
    expect(measure(none, metricNamed("microF1")).value).toBeUndefined();
    expect(measure(none, metricNamed("macroF1")).value).toBeUndefined();
    expect(measure(none, metricNamed("gBeta")).value).toBeUndefined();
    expect(measure(none, metricNamed("fmax")).value).toBeUndefined();
  });

  it("at the thresholds of Fmax count as reached, at every hundredth", () => {
    for (let k = 1; k <= 100; k++) {
      // The row without the class is one hundredth below: only the threshold k/100 tells them apart.
      const rows = make(
        [
          [1, 0],
          [0, 1],
        ],
        [
          [k / 100, (k - 1) / 100],
          [(k - 1) / 100, k / 100],
        ],
      );
      expect(measure(rows, metricNamed("fmax")).value, `${k}`).toBe(1);
    }
  });

  it("that separate the classes fully get the coldest temperature, an absent class none", () => {
    const sharp = make(
      [
        [1, 0],
        [0, 0],
      ],
      [
        [0.9, 0.2],
        [0.1, 0.1],
      ],
    );
    expect([...fitTemperatures(sharp)]).toEqual([0.01, 1]);
  });
});

describe("one class that is one of several by its task", () => {
  const one: Predictions = {
    task: "multi-label",
    classes: ["AFIB"],
    truth: Uint8Array.of(1, 0, 1, 0),
    scores: Float64Array.of(0.9, 0.2, 0.4, 0.6),
    probabilities: true,
  };

  it("is scaled as a sigmoid, not as a softmax over itself", () => {
    expect([...applyTemperatures(one, [1])].map((p) => p.toFixed(6))).toEqual(
      [...one.scores!].map((p) => p.toFixed(6)),
    );
    const [warmer] = applyTemperatures(one, [2]);
    expect(warmer).toBeCloseTo(0.75, 12);
    const calibration = { method: "temperature" as const, temperatures: [2] };
    const found = calibrate(Float32Array.of(0.9, 0.5), { calibration, size: 1 });
    expect(found[0]).toBeCloseTo(0.75, 6);
    expect(found[1]).toBeCloseTo(0.5, 6);
    // Classes that exclude each other share a temperature still.
    expect([...calibrate(Float32Array.of(0.9, 0.1), { calibration, size: 2 })].map((p) => p.toFixed(3))).toEqual([
      "0.750",
      "0.250",
    ]);
  });
});

describe("sorting rows", () => {
  it("orders every kind of double as a comparison does, stably", () => {
    const values = Float64Array.of(0.5, -0, 1e-310, -1e300, 0, 3, -2.5, 0.5, 1e300, -1e-310, -2.5, Number.MIN_VALUE);
    const expected = Array.from(values, (_, row) => row).sort((a, b) => values[a]! - values[b]! || a - b);
    expect([...sortRows(values)]).toEqual(expected);
    expect([...sortRows(new Float64Array(0))]).toEqual([]);
  });
});

describe("bootstrap", () => {
  const metrics = metricList.filter((metric) => obstacle(many(60, { skill: 0.3 }), metric) === undefined);

  it("draws rows with replacement, as often as there are, the same for the same seed", () => {
    const draws = () => [...resampler(many(50, { skill: 0.3 }), { resamples: 20, seed: 7 }).draw()];
    for (const weights of draws()) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(50);
    expect(draws()).toEqual(draws());
    const mean = draws().reduce((sum, weights) => sum + weights[0]!, 0) / 20;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(2);
  });

  it("keeps the rows of a group together", () => {
    const groups = Array.from({ length: 50 }, (_, row) => `patient ${row % 7}`);
    const drawn = resampler(many(50, { skill: 0.3 }), { groups, resamples: 20, seed: 7 });
    expect(drawn.unitCount).toBe(7);
    for (const weights of drawn.draw()) {
      expect(new Set(groups.map((group, row) => `${group} ${weights[row]!}`)).size).toBe(7);
      expect(weights.subarray(0, 7).reduce((sum, weight) => sum + weight, 0)).toBe(7);
    }
  });

  it("has point and intervals of every metric that applies", () => {
    const rows = many(60, { skill: 0.3 });
    const { metrics: summaries } = bootstrapScores(rows, { metrics, resamples: 50, seed: 3 });
    expect(summaries.map(({ metric }) => metric)).toEqual(metrics.map(({ name }) => name));
    summaries.forEach(({ point, low, high, mean }, i) => {
      expect(point).toBe(measure(rows, metrics[i]!).value);
      expect(low!).toBeLessThanOrEqual(mean!);
      expect(high!).toBeGreaterThanOrEqual(mean!);
      expect(high!).toBeGreaterThan(low!);
    });
  });

  it("counts resamples that lost a class, or draws again as PTB-XL's does", () => {
    const truth = Array.from({ length: 12 }, (_, row) => [row === 0 ? 1 : 0, row % 2]);
    const rare = make(
      truth,
      truth.map(([a, b], row) => [0.5 * a! + row / 40, 0.4 * b! + row / 40]),
    );
    const plain = bootstrapScores(rare, { metrics: [auc], resamples: 100, seed: 1 });
    expect(plain.metrics[0]!.undefinedResamples).toBeGreaterThan(15);
    expect(plain.rejected).toBe(0);
    const again = bootstrapScores(rare, { metrics: [auc], seed: 1, ...ptbxlBootstrap });
    expect(again.metrics[0]!.undefinedResamples).toBe(0);
    expect(again.rejected).toBeGreaterThan(15);
    const never = make(
      [
        [0, 1],
        [0, 0],
      ],
      [
        [0.2, 0.2],
        [0.3, 0.3],
      ],
    );
    expect(() => bootstrapScores(never, { metrics: [metricNamed("fmax")], seed: 1, ...ptbxlBootstrap })).toThrow(
      /none with AFIB/,
    );
  });

  it("says who is better on the same resamples", () => {
    const [good, bad] = [many(200, { skill: 0.4 }), many(200, { skill: 0.05, seed: 5 })];
    const options = { metrics: [auc, metricNamed("logLoss")], resamples: 100, seed: 2 };
    const [area, loss] = pairedBootstrap(good, bad, options).metrics;
    expect(area!.difference).toBeCloseTo(measure(good, auc).value! - measure(bad, auc).value!, 12);
    expect(area!.low).toBeGreaterThan(0);
    expect([area!.shareBetter, loss!.shareBetter]).toEqual([1, 1]);
    expect(loss!.high).toBeLessThan(0);
    const [self] = pairedBootstrap(good, good, options).metrics;
    expect(self).toMatchObject({ difference: 0, low: 0, high: 0, shareBetter: 0.5 });
    expect(pairedBootstrap(bad, good, options).metrics[0]!.difference).toBeCloseTo(-area!.difference!, 12);
    expect(() => pairedBootstrap(good, { ...bad, truth: bad.truth.with(0, 0) }, options)).toThrow(
      /the same rows, classes and truth/,
    );
  });
});

describe("reliability diagrams", () => {
  it("are data that add up and a drawing of them", () => {
    const diagrams = reliability(many(100, { skill: 0.3 }), { binning: "width", binCount: 10 });
    expect(diagrams.map(({ of }) => of)).toEqual(["AFIB", "NORM"]);
    for (const diagram of diagrams) {
      expect(diagram.bins.reduce((sum, { count }) => sum + count, 0)).toBe(100);
      for (const { low, high, confidence } of diagram.bins.filter(({ count }) => count > 0)) {
        expect(confidence!).toBeGreaterThanOrEqual(low);
        expect(confidence!).toBeLessThanOrEqual(high);
      }
      const counts = checkMarkup(renderReliabilitySvg({ ...diagram, of: `<a&"b>` }).trimEnd());
      expect(counts.get("circle")).toBe(diagram.bins.filter(({ count }) => count > 0).length);
    }
  });

  it("have bins of about equal mass", () => {
    const [first] = reliability(many(100, { skill: 0.3 }), { binning: "mass", binCount: 5 });
    for (const { count } of first!.bins) expect(Math.abs(count - 20)).toBeLessThanOrEqual(1);
  });
});

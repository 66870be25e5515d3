import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import {
  applyTemperatures,
  chooseThresholds,
  cincWeight,
  cincWeights,
  decide,
  fitTemperatures,
  measure,
  metricList,
  metricNamed,
  obstacle,
  type Predictions,
} from "../../src/evaluate/index.ts";
import { measurable } from "../../src/evaluate/metrics/measurable.ts";
import { goldenScores } from "./golden-scores.ts";

const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/metrics/${name}.json`, import.meta.url), "utf8"));

const { cases, challenge, rhythms } = goldenScores;

// The weights.csv that the challenges published.
const published = golden("cinc-weights") as Readonly<
  Record<"2020" | "2021", { readonly classes: readonly string[]; readonly weights: readonly (readonly number[])[] }>
>;

function predictionsOf(given: (typeof cases)[number]): Predictions & { readonly scores: Float64Array } {
  const base = {
    task: given.task,
    classes: Array.from({ length: given.classes }, (_, i) => `class ${i}`),
    truth: Uint8Array.from(given.truth),
    scores: Float64Array.from(given.scores),
    probabilities: true,
  };
  return { ...base, decisions: decide(base) };
}

const oneHot = (labels: readonly number[], size: number) =>
  Uint8Array.from(labels.flatMap((label) => Array.from({ length: size }, (_, i) => Number(i === label))));

describe.each(cases.map((given, i) => ({ ...given, title: `${given.task} ${i}` })))("$title", (given) => {
  it.each(Object.entries(given.metrics))("%s is scikit-learn's", (name, expected) => {
    expect(measure(predictionsOf(given), metricNamed(name)).value).toBeCloseTo(expected, 12);
  });

  it("gives every metric of the task a golden value or a reason", () => {
    const predictions = predictionsOf(given);
    for (const metric of metricList) {
      expect([metric.name, metric.name in given.metrics]).toEqual([
        metric.name,
        obstacle(predictions, metric) === undefined,
      ]);
    }
  });

  it("is weighted as if rows were repeated", () => {
    const predictions = predictionsOf(given);
    const weights = Float64Array.from({ length: given.truth.length / given.classes }, (_, row) => row % 3);
    const repeat = (values: ArrayLike<number>) =>
      Array.from(weights).flatMap((weight, row) =>
        Array.from({ length: weight }, () =>
          Array.from(values).slice(row * given.classes, (row + 1) * given.classes),
        ).flat(),
      );
    const repeated: Predictions = {
      ...predictions,
      truth: Uint8Array.from(repeat(predictions.truth)),
      scores: Float64Array.from(repeat(predictions.scores)),
      decisions: Uint8Array.from(repeat(predictions.decisions!)),
    };
    for (const metric of metricList) {
      // The edges of equal mass are those of the data as they are.
      if (obstacle(predictions, metric) !== undefined || metric.name.endsWith("Mass")) continue;
      const direct = measureWeighted(predictions, { name: metric.name, weights });
      expect(direct, metric.name).toBeCloseTo(measure(repeated, metric).value!, 12);
    }
  });

  it("finds SciPy's temperatures", () => {
    const { probabilities: _, ...rest } = predictionsOf(given);
    const logits = { ...rest, scores: Float64Array.from(given.logits) };
    const found = fitTemperatures(logits);
    given.temperatures.forEach((temperature, i) => expect(found[i]! / temperature).toBeCloseTo(1, 10));
    const scaled = applyTemperatures(logits, found);
    const before = measure(
      {
        ...rest,
        probabilities: true,
        scores: applyTemperatures(
          logits,
          found.map(() => 1),
        ),
      },
      metricNamed("logLoss"),
    );
    expect(measure({ ...rest, probabilities: true, scores: scaled }, metricNamed("logLoss")).value).toBeLessThanOrEqual(
      before.value!,
    );
    // From probabilities the same temperatures come out again.
    const fromProbabilities = fitTemperatures({
      ...rest,
      probabilities: true,
      scores: applyTemperatures(
        logits,
        found.map(() => 1),
      ),
    });
    given.temperatures.forEach((temperature, i) => expect(fromProbabilities[i]! / temperature).toBeCloseTo(1, 6));
  });
});

function measureWeighted(
  predictions: Predictions,
  { name, weights }: { readonly name: string; readonly weights: Float64Array },
) {
  return metricNamed(name).prepare(measurable(predictions))(weights).value;
}

describe("thresholds", () => {
  it.each(cases.filter(({ thresholds }) => thresholds !== undefined))(
    "are those of the definition ($classes classes)",
    (given) => {
      const predictions = predictionsOf(given);
      const { thresholds, unchosen } = chooseThresholds(predictions);
      expect([...thresholds]).toEqual(given.thresholds!.values);
      expect(unchosen).toEqual([]);
      const decisions = decide(predictions, { thresholds, orEqual: false, otherwise: "greatest" });
      expect(measure({ ...predictions, decisions }, metricNamed("fBeta")).value).toBeCloseTo(
        given.thresholds!.fBeta,
        12,
      );
      expect(measure({ ...predictions, decisions }, metricNamed("gBeta")).value).toBeCloseTo(
        given.thresholds!.gBeta,
        12,
      );
    },
  );

  it("are chosen with each row counting 1, whatever other classes it has", () => {
    // Class a by rows: positives at .9 (alone) and .4 (with b and c), negatives at .4, .5 and .5.
    const truth = Uint8Array.of(1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const scores = Float64Array.of(0.9, 0.5, 0.5, 0.4, 0.5, 0.5, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
    const { thresholds } = chooseThresholds({ task: "multi-label", classes: ["a", "b", "c"], truth, scores });
    // Both found at the cost of three false alarms: 2/5 against 1/3. With the measure's weights it would be 4/13 against 3/5.
    expect(thresholds[0]).toBe(0);
  });

  it("stay at one half for a class that no row has, and name it", () => {
    const rows = { task: "multi-label", classes: ["a", "b"], truth: Uint8Array.of(1, 0, 0, 0) } as const;
    const { thresholds, unchosen } = chooseThresholds({ ...rows, scores: Float64Array.of(0.9, 0.4, 0.2, 0.3) });
    expect(unchosen).toEqual(["b"]);
    expect(thresholds[1]).toBe(0.5);
    expect(thresholds[0]).toBeCloseTo(20 / 99, 12);
  });

  it("decide what passes, the greatest where nothing does, and the first of equals", () => {
    const base = { task: "multi-label", classes: ["a", "b", "c"] } as const;
    const scores = Float64Array.of(0.5, 0.2, 0.5, 0.1, 0.3, 0.3);
    expect([...decide({ ...base, scores })]).toEqual([1, 0, 1, 0, 0, 0]);
    expect([...decide({ ...base, scores }, { orEqual: false, otherwise: "greatest" })]).toEqual([1, 0, 0, 0, 1, 0]);
    expect([...decide({ ...base, scores }, { thresholds: [0.6, 0.1, 0.3] })]).toEqual([0, 1, 1, 0, 1, 1]);
    expect([...decide({ ...base, task: "multi-class", scores })]).toEqual([1, 0, 0, 0, 1, 0]);
    expect(() => decide({ ...base, scores }, { thresholds: [0.5, NaN, 1] })).toThrow(
      /each of 3 classes, found 0.5, NaN, 1/,
    );
  });
});

describe("the challenges", () => {
  it.each(["2020", "2021"] as const)("weights of %s are the published table", (year) => {
    const { classes, weights } = published[year];
    const byName = classes.map((name) => cincWeights[year].classes.find(({ names }) => names.join("|") === name)!);
    expect(byName).toHaveLength(cincWeights[year].classes.length);
    byName.forEach((a, i) =>
      byName.forEach((b, j) => expect(cincWeight(cincWeights[year], [a, b])).toBe(weights[i]![j])),
    );
  });

  it.each(["cinc2020", "cinc2021"] as const)(
    "%s follows its definition, by name and by code, with columns it does not score",
    (name) => {
      const base = {
        task: "multi-label",
        truth: Uint8Array.from(challenge.truth),
        decisions: Uint8Array.from(challenge.decisions),
      } as const;
      const metric = metricNamed(name);
      expect(measure({ ...base, classes: challenge.classes }, metric).value).toBeCloseTo(challenge[name], 12);
      const codes = challenge.classes.map(
        (names) => cincWeights["2021"].classes.find((one) => one.names.join("|") === names)!.codes[0]!,
      );
      expect(measure({ ...base, classes: codes }, metric).value).toBeCloseTo(challenge[name], 12);
      // PAC and SVPB as two columns, and one that is not scored.
      const wide = (values: readonly number[]) =>
        Uint8Array.from(
          values.flatMap((value, at) => (at % 5 === 2 ? [0, value] : at % 5 === 4 ? [value, 1 - value] : [value])),
        );
      const split = {
        task: "multi-label",
        classes: ["AF", "NSR", "PAC", "SVPB", "LQRSV", "TInv", "WPW"],
        truth: wide(challenge.truth),
        decisions: wide(challenge.decisions),
      } as const;
      expect(measure(split, metric).value).toBeCloseTo(challenge[name], 12);
      expect(measure({ ...base, classes: challenge.classes, decisions: base.truth }, metric).value).toBe(1);
    },
  );

  it("2017 averages N, A and O", () => {
    const classes = ["N", "A", "O", "~"];
    const hot = {
      task: "multi-class",
      classes,
      truth: oneHot(rhythms.truth, 4),
      decisions: oneHot(rhythms.decisions, 4),
    } as const;
    expect(measure(hot, metricNamed("cinc2017")).value).toBeCloseTo(rhythms.cinc2017, 12);
    expect(() => measure({ ...hot, classes: ["N", "S", "V", "F"] }, metricNamed("cinc2017"))).toThrow(
      /expected classes N, A, O, found N, S, V, F/,
    );
  });
});

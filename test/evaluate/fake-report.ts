import { createRandom, type Lead } from "../../src/core/index.ts";
import {
  checkExpected,
  classificationMetrics,
  cutStrip,
  type LearningPoint,
  type Report,
  reportResults,
  worstErrors,
} from "../../src/evaluate/index.ts";

const classes = ["N", "S", "V", "F"];
const shares = [0.898, 0.028, 0.066, 0.008];
const right = [0.996, 0.86, 0.975, 0.8];

/** One lead of `seconds` with a beat every 0.8 s: a Gaussian for each wave. */
export function fakeLead({
  name = "MLII",
  seconds = 12,
  sampleRate = 360,
}: { readonly name?: string; readonly seconds?: number; readonly sampleRate?: number } = {}): Lead {
  const waves = [
    { at: -0.18, width: 0.025, height: 0.15 },
    { at: -0.025, width: 0.01, height: -0.15 },
    { at: 0, width: 0.011, height: 1.2 },
    { at: 0.03, width: 0.012, height: -0.3 },
    { at: 0.26, width: 0.045, height: 0.3 },
  ];
  const samples = Float32Array.from({ length: seconds * sampleRate }, (_, i) => {
    const time = i / sampleRate;
    const phase = ((time + 0.4) % 0.8) - 0.4;
    return waves.reduce((sum, { at, width, height }) => sum + height * Math.exp(-(((phase - at) / width) ** 2) / 2), 0);
  });
  return { name, unit: "mV", sampleRate, samples };
}

/** A report as a five-fold run on MIT-BIH would give it, from random predictions. */
export function fakeReport({ foldCount = 5, beats = 2000 } = {}): Report {
  const random = createRandom("fake report");
  const pick = (weights: readonly number[]) => {
    let rest = random.uniform();
    return Math.max(
      0,
      weights.findIndex((weight) => (rest -= weight) < 0),
    );
  };
  const folds = Array.from({ length: foldCount }, (_, fold) => {
    const truth = Array.from({ length: beats }, () => pick(shares));
    const predicted = truth.map((label) =>
      random.uniform() < right[label]! ? label : (label + 1 + random.integer(3)) % 4,
    );
    const learning = Array.from({ length: 24 }, (_, i): LearningPoint => {
      const fit = Math.exp(-i / 5) + 0.02 * random.normal();
      const lag = Math.exp(-i / 4) + 0.006 * Math.max(0, i - 14) + 0.03 * random.normal();
      return {
        epoch: i + 1,
        train: {
          loss: 0.02 + 0.4 * Math.max(0, fit),
          accuracy: 0.999 - 0.07 * Math.max(0, fit),
          macroF1: 0.99 - 0.4 * Math.max(0, fit),
        },
        validation: {
          loss: 0.05 + 0.4 * Math.max(0, lag),
          accuracy: 0.993 - 0.06 * Math.max(0, lag),
          macroF1: 0.95 - 0.4 * Math.max(0, lag),
        },
      };
    });
    const records = truth.map((_, i) => String(100 + (i % 24)));
    const timing = { bestEpoch: 15, seconds: 193.4 + fold, peakMemoryMegabytes: 812.7 };
    return { name: String(fold + 1), truth, predicted, records, learning, ...timing };
  });
  const results = reportResults(folds, { classes, resample: "beat", seed: 7, resamples: 200 });
  const [first] = folds;
  const lead = fakeLead();
  const annotations = Array.from({ length: 14 }, (_, i) => ({ sample: 288 * i + 144, symbol: i === 7 ? "A" : "N" }));
  const errors = worstErrors({
    truth: first!.truth,
    predicted: first!.predicted,
    probabilities: first!.predicted.flatMap((label, i) =>
      classes.map((_, j) => (j === label ? 0.5 + (i % 50) / 100 : 0.1)),
    ),
    records: first!.records,
    samples: first!.truth.map(() => 7 * 288 + 144),
    classes,
    count: 6,
  });
  const expected = [
    { metric: "accuracy", value: 0.992, tolerance: 0.003, source: "protocols §1, clean five-fold mean" },
    { metric: "macroF1", value: 0.945, tolerance: 0.01 },
  ];
  const isolated = results.folds[0]!.confusion!;
  return {
    schema: 1,
    title: "Multi-branch CNN on MIT-BIH, 4 classes, intra-patient 5-fold",
    recipe: "mitdb-multibranch-4class-5fold",
    dataset: "mitdb",
    datasetLicence: "ODC-BY 1.0",
    datasetCitation:
      "Moody GB, Mark RG. The impact of the MIT-BIH Arrhythmia Database. IEEE Eng in Med and Biol 20(3):45–50, 2001.",
    split: "intra-patient, stratified 5-fold over beats",
    leakage: ["Every person's beats are in training and test part alike: the figures are optimistic for new persons."],
    classMap: {
      name: "literature",
      symbols: { N: ["N", "L", "R", "B", "e", "j"], S: ["A", "a", "J", "S", "n"], V: ["V", "E", "r"], F: ["F"] },
    },
    parts: {
      train: { records: 44, beats: 72_455, byClass: { N: 64_905, S: 2002, V: 5046, F: 502 } },
      validation: { records: 44, beats: 8051, byClass: { N: 7212, S: 222, V: 561, F: 56 } },
      test: { records: 44, beats: 20_126, byClass: { N: 18_029, S: 556, V: 1402, F: 139 } },
    },
    ...results,
    subsets: [
      {
        name: "without record 232",
        reason: "It holds 1,382 of DS2's 1,837 supraventricular ectopic beats.",
        confusion: isolated,
        metrics: classificationMetrics(isolated, { classes }),
      },
    ],
    worstErrors: errors.map((error) => ({ ...error, strip: cutStrip(lead, { sample: error.sample, annotations }) })),
    expected: checkExpected(results.mean, expected),
    notices: [
      { code: "boundary", message: "43 beats lie too near a recording's end for a whole window and were left out." },
    ],
    seconds: 981.2,
    peakMemoryMegabytes: 903.4,
    seed: 42,
    date: "2026-11-21T10:00:00Z",
    software: { name: "einthoven", version: "0.1.0", commit: "a50589d" },
  };
}

/** A report of a run that measured nothing: no folds, no beats, a class map without symbols, hostile names. */
export function emptyReport(): Report {
  return {
    schema: 1,
    title: "<script>alert(1)</script> \u001B[31m | `x`",
    recipe: "r",
    dataset: "d",
    split: "s",
    leakage: [],
    classMap: { name: "none" },
    parts: {},
    ...reportResults([], { classes: ["N", "V"], resample: "record", seed: 1, resamples: 10 }),
    worstErrors: [],
    expected: checkExpected(classificationMetrics([[0]], { classes: ["N"] }), [
      { metric: "accuracy", value: 1, tolerance: 0 },
    ]),
    notices: [],
    seconds: 0,
    seed: "1",
    date: "2026-01-01",
    software: { name: "einthoven", version: "0" },
  };
}

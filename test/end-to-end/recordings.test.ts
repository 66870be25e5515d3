import { mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { evaluateModel } from "../../src/cli/evaluate-model.ts";
import type { LocatedDataset } from "../../src/datasets/index.ts";
import type { Report } from "../../src/evaluate/index.ts";
import { encodeWfdb, npyNumbers, parseNpy } from "../../src/formats/index.ts";
import { type Predictor, openModelFile } from "../../src/runtime/index.node.ts";
import { type Recipe, modelWeights, predictionsFromCsv, runRecipe } from "../../src/train/index.node.ts";
import { einthoven } from "./small-recipe.ts";
import { smallRecordingRecipe, smallRecordings, smallSeveralRecipe } from "./small-recordings.ts";

const dataset = smallRecordings();
const software = { name: "einthoven", version: "test" };
let directory: string;
let one: Report;
let several: Report;

interface RunOptions {
  readonly out: string;
  readonly start?: Uint8Array;
  readonly resume?: boolean;
  readonly data?: LocatedDataset;
  /** Stops once this many epochs are done. */
  readonly stopAfter?: number;
}

async function run(
  recipe: Recipe,
  { out, resume = false, data = dataset, stopAfter, start }: RunOptions,
): Promise<Report> {
  const controller = new AbortController();
  let clock = 0;
  let epochs = 0;
  for await (const event of runRecipe(recipe, {
    dataset: data,
    directory: join(directory, out),
    resume,
    now: () => (clock += 10),
    date: "2026-11-21T00:00:00Z",
    software,
    signal: controller.signal,
    ...(start === undefined ? {} : { start }),
  })) {
    if (event.kind === "end") return event.report;
    if (event.kind === "train" && event.event.kind === "epoch" && ++epochs === stopAfter) controller.abort();
  }
  throw new Error("no end");
}

const read = (out: string, name: string) => readFile(join(directory, out, "fold-1", name));
const tableOf = async (out: string, part: string, labelling: "one" | "several") =>
  predictionsFromCsv(new TextDecoder().decode(await read(out, `${part}predictions.csv`)), labelling);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-recordings-"));
  one = await run(smallRecordingRecipe({ metrics: ["macroAuc"] }), { out: "one" });
  several = await run(smallSeveralRecipe({ metrics: ["gBeta"] }), { out: "several" });
});

describe("a run over recordings of one class each", () => {
  it("learns, and reports recordings", () => {
    expect(one.unit).toBe("recording");
    expect(one.mean.accuracy!).toBeGreaterThan(0.9);
    expect(one.mean.macroAuc!).toBeGreaterThan(0.95);
    const { recordings, byClass } = one.parts["test, fold 1"]!;
    expect(Math.abs(recordings! - 30)).toBeLessThanOrEqual(2);
    for (const count of Object.values(byClass)) expect(Math.abs(count - 10)).toBeLessThanOrEqual(2);
    expect(one.intervals).toMatchObject({ unit: "patient", unitCount: 30, level: 0.95, resamples: 1000 });
    expect(one.intervals!.intervals).toHaveProperty("macroAuc");
    expect(one.confusion!.flat().reduce((a, b) => a + b)).toBe(60);
    expect(one.leakage).toEqual([]);
    expect(one.records).toEqual([]);
    expect(one.notices.map(({ message }) => message)).toContain(
      "60 recordings without a label of task one were left out.",
    );
  });

  it("keeps all predictions of test and validation part, in text and as arrays", async () => {
    const test = await tableOf("one", "", "one");
    const validation = await tableOf("one", "validation-", "one");
    const size = one.parts["test, fold 1"]!.recordings!;
    expect(test.records).toHaveLength(size);
    expect(validation.records.filter((record) => test.records.includes(record))).toEqual([]);
    const scores = parseNpy(await read("one", "scores.npy"));
    expect(scores.shape).toEqual([size, 3]);
    expect(scores.values).toEqual(test.probabilities);
    const truth = npyNumbers(parseNpy(await read("one", "validation-truth.npy")));
    Array.from(validation.truth).forEach((label, row) => expect(truth[row * 3 + label]).toBe(1));
  });

  it("leaves a model that gives the run's predictions", async () => {
    const table = await tableOf("one", "", "one");
    const predictor = await openModelFile(join(directory, "one", "fold-1", "model.onnx"));
    expect(predictor.card).toMatchObject({
      task: "recordings",
      input: { channels: 2, samples: 64 },
      windows: { stride: 20, aggregation: "mean" },
      decision: "most-likely",
      preprocessing: { leads: ["I", "II"] },
    });
    expect(await largestDifference(predictor, table)).toBeLessThan(1e-5);
    const again = await evaluateModel(predictor, { ...now, dataset, part: undefined });
    expect(again.parts["test"]).toEqual(one.parts["test, fold 1"]);
    expect(again.mean.macroAuc).toBeCloseTo(one.folds[0]!.metrics.macroAuc!, 9);
    await predictor.close();
  });

  it("ends with the same weights when it was stopped and continued", async () => {
    const recipe = smallRecordingRecipe({ metrics: ["macroAuc"] });
    await expect(run(recipe, { out: "stopped", stopAfter: 11 })).rejects.toThrow("continues with --resume");
    expect(await readdir(join(directory, "stopped", "fold-2"))).toEqual(["checkpoint"]);
    const report = await run(recipe, { out: "stopped", resume: true });
    for (const fold of ["fold-1", "fold-2"]) {
      const weights = (out: string) => readFile(join(directory, out, fold, "weights.f32"));
      expect(await weights("stopped")).toEqual(await weights("one"));
    }
    expect(report.confusion).toEqual(one.confusion);
  });

  it("takes some of the classes, merged", async () => {
    const { recordings, training } = smallRecordingRecipe();
    const changes = {
      recordings: { ...recordings, classes: { quick: ["fast"], other: ["slow", "wide"] } },
      training: { ...training, epochs: 1 },
    };
    const report = await run(smallRecordingRecipe(changes), { out: "merged" });
    const { quick, other } = report.parts["test, fold 1"]!.byClass;
    expect(Math.abs(quick! - 10)).toBeLessThanOrEqual(2);
    expect(Math.abs(other! - 20)).toBeLessThanOrEqual(2);
    expect(report.classMap.symbols).toEqual({ quick: ["fast"], other: ["slow", "wide"] });
  });
});

describe("a run over recordings of several classes each", () => {
  it("reports areas under the ROC curve with the benchmark's intervals", () => {
    expect(several.mean.macroAuc!).toBeGreaterThan(0.9);
    const { auc } = several.mean.classes["slow"]!;
    expect(auc).toBeGreaterThan(0.8);
    expect(several.intervals).toMatchObject({ unit: "recording", level: 0.9, resamples: 100 });
    const { low, high } = several.intervals!.intervals["macroAuc"]!;
    expect(low!).toBeLessThanOrEqual(several.pooled.macroAuc!);
    expect(high!).toBeGreaterThanOrEqual(several.pooled.macroAuc!);
    expect(several.mean).toHaveProperty("fmax");
    expect(several.mean).toHaveProperty("gBeta");
    expect(several.confusion).toBeUndefined();
    expect(several.split).toBe("The dataset's own folds: 1, 2, 3, 4 train, 5 validation, 6 test.");
    expect(several.leakage).toEqual([]);
  });

  it("normalises by the training part and chooses thresholds on the validation part", async () => {
    const predictor = await openModelFile(join(directory, "several", "model.onnx"));
    const { scaling, decision, input } = predictor.card;
    expect(scaling!.deviation[0]).toBeGreaterThan(0.1);
    expect(input).toEqual({ channels: 2, samples: 64 });
    if (decision === "most-likely") throw new Error("expected thresholds");
    expect(decision.thresholds).toHaveLength(3);
    // The thresholds are those of the validation part's predictions: decided anew they are the table's.
    const table = await tableOf("several", "validation-", "several");
    table.records.forEach((_, row) => {
      const own = table.probabilities.subarray(row * 3, row * 3 + 3);
      const above = decision.thresholds.map((threshold, label) => (own[label]! > threshold ? 1 : 0));
      if (above.includes(1)) expect(Array.from(table.predicted).slice(row * 3, row * 3 + 3)).toEqual(above);
    });
    expect(await largestDifference(predictor, await tableOf("several", "", "several"))).toBeLessThan(1e-5);
    const again = await evaluateModel(predictor, { ...now, dataset, part: undefined });
    expect(again.mean.macroAuc).toBeCloseTo(several.mean.macroAuc!, 9);
    expect(again.mean).toHaveProperty("gBeta");
    await predictor.close();
  });

  it("classifies a recording from its file, at another rate", async () => {
    const recording = await dataset.open("sev004");
    for (const [file, bytes] of encodeWfdb(recording, { format: 16, name: "r1" })) {
      await writeFile(join(directory, file), bytes);
    }
    const argv = ["classify", "r1", "--model", "several/model.onnx"];
    const { stdout, code } = await einthoven([...argv, "--json"], directory);
    expect(code).toBe(0);
    const { model, recordings } = JSON.parse(stdout);
    expect(model).toMatchObject({ task: "recordings", labels: ["fast", "slow", "wide"] });
    expect(recordings[0]).toMatchObject({ id: "r1", leads: ["I", "II"] });
    expect(recordings[0].probabilities).toHaveLength(3);
    const shown = await einthoven(argv, directory);
    expect(shown.stdout).toMatch(/Recording +Classes +fast +slow +wide/);
    const written = await einthoven([...argv, "--write", "ai"], directory);
    expect(written).toMatchObject({ code: 1 });
    expect(written.stderr).toContain("expected a model for beats or segments with --write, found one for recordings");
    const beats = await einthoven([...argv, "--beats", "annotated"], directory);
    expect(beats.stderr).toContain("expected a model for beats with --beats, found one for recordings");
  });

  it("refuses a recording without a lead, and what it was not made for", async () => {
    const predictor = await openModelFile(join(directory, "several", "model.onnx"));
    const recording = await dataset.open("sev004");
    const short = { ...recording, leads: recording.leads.slice(0, 1) };
    await expect(predictor.predictRecording(short)).rejects.toThrow(
      "Cannot use recording sev004: expected lead x or II, found I.",
    );
    await expect(predictor.predictBeats(recording, [1])).rejects.toThrow(
      "Cannot classify beats: expected a model for beats, found small-recordings, one for recordings.",
    );
    await expect(predictor.predictSegments(recording)).rejects.toThrow("expected a model for segments");
    await predictor.close();
  });
});

describe("a run that starts from a model", () => {
  const { training } = smallSeveralRecipe();
  const head = ["output.*"];
  const tuned = (changes: Record<string, unknown> = {}) =>
    smallSeveralRecipe({
      start: { model: "model.onnx", except: head },
      training: { ...training, epochs: 1 },
      ...changes,
    });

  it("goes on from its weights, keeps the file, and says what they may have seen", async () => {
    const start = new Uint8Array(await readFile(join(directory, "several", "model.onnx")));
    const frozen = { ...training, epochs: 1, frozen: ["*conv*", "*dense*"] };
    const report = await run(tuned({ training: frozen }), { out: "tuned", start });
    expect(report.leakage).toEqual([]);
    expect(new Uint8Array(await readFile(join(directory, "tuned", "start.onnx")))).toEqual(start);
    const weightsIn = (model: Uint8Array) => modelWeights(model).from;
    const before = weightsIn(start);
    const after = weightsIn(new Uint8Array(await readFile(join(directory, "tuned", "model.onnx"))));
    const [frozenName] = [...before.keys()].filter((name) => name.includes("conv"));
    expect(after.get(frozenName!)).toEqual(before.get(frozenName!));
    expect(after.get("output.weight")).not.toEqual(before.get("output.weight"));
    const split = { kind: "stratified-folds", folds: 2, validation: 0.3, seed: 1, together: "patient" };
    const other = await run(tuned({ split }), { out: "tuned-folds", start });
    expect(other.leakage).toEqual([
      "The starting weights (small-recordings) were trained on synthetic by another split: they may have learnt from this test part.",
    ]);
    // Another starts from that one, by the same split: what the first weights may have seen is told on.
    const byFolds = { kind: "official-folds", train: [6, 2, 3], validation: [4], test: [1] };
    const seen = await run(tuned({ split: byFolds }), { out: "tuned-seen", start });
    expect(seen.leakage).toEqual(other.leakage);
    const next = new Uint8Array(await readFile(join(directory, "tuned-seen", "model.onnx")));
    expect((await run(tuned({ split: byFolds }), { out: "tuned-next", start: next })).leakage).toEqual(seen.leakage);
    await expect(
      run(tuned({ training: frozen }), { out: "tuned", resume: true, start: start.slice(1) }),
    ).rejects.toThrow(/Cannot/);
  });
});

describe("a run over features of recordings", () => {
  it("standardises each feature by the training part and gives the run's predictions", async () => {
    const steps = [{ step: "waveletFeatures", wavelet: "db2", levels: 2 }];
    const preprocessing = { sampleRate: 50, leads: "all", recording: steps, normalise: "feature" };
    const { training, recordings } = smallRecordingRecipe();
    const { windows: _, ...plain } = training;
    const recipe = smallRecordingRecipe({
      recordings: { ...recordings, preprocessing },
      model: { name: "wavelet_nn", settings: { hidden: 16 } },
      training: plain,
    });
    const report = await run(recipe, { out: "features" });
    expect(report.mean.accuracy!).toBeGreaterThan(0.6);
    const predictor = await openModelFile(join(directory, "features", "fold-1", "model.onnx"));
    expect(predictor.card.input).toEqual({ channels: 72, samples: 1 });
    expect(predictor.card.scaling!.mean).toHaveLength(72);
    expect(await largestDifference(predictor, await tableOf("features", "", "one"))).toBeLessThan(1e-5);
    await predictor.close();
    const windowed = { ...preprocessing, window: { samples: 64 } };
    await expect(
      run(smallRecordingRecipe({ recordings: { ...recordings, preprocessing: windowed } }), { out: "odd" }),
    ).rejects.toThrow(/expected no window over features/);
  });
});

describe("what a recipe of recordings gets wrong ends in one sentence", () => {
  const { recordings, training } = smallRecordingRecipe();
  const severalRecipe = smallSeveralRecipe();
  const unlabelled: LocatedDataset = { name: "synthetic", recordNames: dataset.recordNames, open: dataset.open };
  it.each([
    [
      "a softmax over several classes",
      smallRecordingRecipe({ recordings: severalRecipe.recordings }),
      /expected a loss for each class alone, .*found cross-entropy/,
    ],
    [
      "a class that is not there",
      smallRecordingRecipe({ recordings: { ...recordings, classes: ["fast", "odd"] } }),
      /task one of dataset synthetic: expected some of fast, slow, wide, found odd/,
    ],
    [
      "a class twice",
      smallRecordingRecipe({ recordings: { ...recordings, classes: { a: ["fast"], b: ["fast", "slow"] } } }),
      /expected each of them once, found fast twice/,
    ],
    [
      "a lead that is not there",
      smallRecordingRecipe({
        recordings: { ...recordings, preprocessing: { ...recordings!.preprocessing, leads: ["V1"] } },
      }),
      /Cannot use recording one000: expected lead V1, found I, II/,
    ],
    [
      "weights of other classes",
      smallRecordingRecipe({ training: { ...training, classWeights: { N: 2 } } }),
      /training.classWeights: expected classes of fast, slow, wide, found N/,
    ],
    [
      "folds that the dataset lacks",
      smallSeveralRecipe({ split: { kind: "official-folds", train: [1], validation: [2], test: [9] } }),
      /expected recordings in fold 9 \(test\), found none/,
    ],
    [
      "a fold in two parts",
      smallSeveralRecipe({ split: { kind: "official-folds", train: [1, 2], validation: [2], test: [3] } }),
      /expected each fold in one part, found fold 2 in two/,
    ],
    [
      "steps that change the rate",
      smallRecordingRecipe({
        recordings: {
          ...recordings,
          preprocessing: { ...recordings!.preprocessing, recording: [{ step: "resample", rate: 25 }] },
        },
      }),
      /expected steps that leave 50 Hz as it is, found steps that give 25 Hz/,
    ],
  ])("%s", async (_, recipe, message) => {
    await expect(run(recipe, { out: "odd" })).rejects.toThrow(message);
    expect((await readdir(join(directory, "odd")).catch(() => [])).filter((name) => name !== "recipe.json")).toEqual(
      [],
    );
  });

  it("a dataset without labels of recordings", async () => {
    await expect(run(smallRecordingRecipe(), { out: "none", data: unlabelled })).rejects.toThrow(
      /expected a dataset that has them, found annotations alone/,
    );
  });

  it("two sections, or none", () => {
    expect(() => smallRecordingRecipe({ recordings: undefined })).toThrow(
      /expected exactly one of the sections beats, recordings, segments, found none/,
    );
    const segments = {
      classes: { a: ["(N"], b: ["(AFIB"] },
      preprocessing: { sampleRate: 50, leads: ["I"], recording: [], windowSeconds: 1, segment: [] },
    };
    expect(() => smallRecordingRecipe({ segments })).toThrow(/found recordings and segments/);
    expect(() => smallRecordingRecipe({ metrics: ["auc"] })).toThrow(/expected one of macroAuc, .*found \\"auc\\"/);
  });
});

const now = { now: () => 0, date: "2026-11-21T00:00:00Z", software };

async function largestDifference(
  predictor: Predictor,
  { records, probabilities, classes }: Awaited<ReturnType<typeof tableOf>>,
): Promise<number> {
  let most = 0;
  for (const [row, record] of records.entries()) {
    const found = await predictor.predictRecording(await dataset.open(record));
    found.probabilities.forEach((p, label) => {
      most = Math.max(most, Math.abs(p - probabilities[row * classes.length + label]!));
    });
  }
  return most;
}

import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";

import { sequencePreprocessingSchema } from "../../../src/beats/index.ts";
import { predictBeatSequence } from "../../../src/runtime/index.ts";
import {
  type SequenceRecipe,
  adaptToPatient,
  crossValidate,
  createLocalReplicas,
  encodeSequenceModel,
  mostLikely,
  noClass,
  patientFolds,
  predictionTable,
  readSequences,
  sequenceRecipeSchema,
  sequenceRecordings,
  sequenceRows,
  trainMembers,
} from "../../../src/train/index.ts";
import { ectopicRhythm, madeRecording } from "../../beats/sequence/made-recording.ts";

const preprocessing = sequencePreprocessingSchema.parse({
  kind: "beat-sequence",
  waves: {},
  chunk: { length: 8, stride: 4 },
});

const recipe: SequenceRecipe = sequenceRecipeSchema.parse({
  name: "made",
  title: "Made",
  description: "",
  dataset: { name: "made" },
  beats: { classMap: "literature", classes: ["N", "S", "V"], preprocessing },
  split: {
    kind: "patients",
    name: "made",
    train: ["1", "2", "3"],
    test: ["4"],
    crossValidation: { folds: 2, spread: ["S"] },
  },
  model: { name: "beat-sequence", settings: { stem: 8, units: 6 } },
  sequence: {
    stride: 4,
    variants: { pieces: 1, majorities: { S: 1 }, least: 5 },
    patientPower: 0.5,
    members: 2,
    training: {
      epochs: 4,
      batch: 16,
      replicas: 1,
      optimizer: { name: "adam" },
      learningRate: 0.02,
    },
  },
  seeds: [1],
});

const made = (id: string, kind: "S" | "V", every: number, count = 90) => {
  const { recording } = madeRecording(ectopicRhythm({ count, every, kind }));
  return { ...recording, id };
};
const recordings = [made("1", "S", 6), made("2", "V", 5), made("3", "S", 7), made("4", "S", 5)];
async function* each() {
  yield* recordings;
}
const run = {
  createReplicas: (options: Parameters<typeof createLocalReplicas>[1]) => createLocalReplicas(ort, options),
  now: () => 0,
};

describe("rows of beat sequences", () => {
  const options = {
    classMap: "literature",
    classes: ["N", "S"],
    waves: preprocessing.waves,
    variants: {
      pieces: 1,
      fibrillations: 1,
      paroxysms: 1,
      prematures: 1,
      noises: 1,
      majorities: { S: 2, V: 1 },
      least: 5,
    },
    seed: 1,
  } as const;

  test("a recording has its variants, the same each time, and beats of other classes are kept without a class", () => {
    const long = made("1", "S", 6, 300);
    const [first, ...variants] = sequenceRecordings(long, options);
    expect(variants.map(({ variant }) => variant)).toEqual([
      "piece",
      "fibrillation",
      "paroxysm",
      "premature",
      "premature",
      "noise",
      "S",
      "S",
    ]);
    expect(sequenceRecordings(long, options)).toEqual([first, ...variants]);
    const withV = sequenceRecordings(recordings[1]!, options)[0]!;
    expect(withV.labels.filter((label) => label === noClass).length).toBe(18);
    expect(first!.positions.length).toBe(first!.labels.length);
  });

  test("beats on a gap are in no variant, and the others keep their classes", () => {
    const long = made("1", "S", 6, 300);
    const from = long.annotations[100]!.sample - 5;
    const to = long.annotations[102]!.sample + 5;
    const leads = long.leads.map((lead) => ({ ...lead, samples: lead.samples.slice().fill(NaN, from, to) }));
    for (const variant of sequenceRecordings({ ...long, leads }, options)) {
      const { positions, labels, matrix, featureNames } = variant;
      expect(positions.filter((position) => position >= from && position < to).length).toBe(0);
      expect(labels.length).toBe(positions.length);
      expect(matrix.length).toBe(positions.length * featureNames.length);
      if (variant.variant !== "whole") continue;
      const wanted = long.annotations.filter(({ sample }) => positions.includes(sample)).map(({ symbol }) => symbol);
      expect(Array.from(labels, (label) => ["N", "A"][label])).toEqual(wanted);
      expect(positions.length).toBe(297);
    }
  });

  test("weights give a patient's many beats of a class less, and have mean 1", () => {
    const all = recordings.flatMap((recording) =>
      sequenceRecordings(recording, {
        ...options,
        variants: { pieces: 0, fibrillations: 0, paroxysms: 0, prematures: 0, noises: 0, majorities: {}, least: 0 },
      }),
    );
    const chunk = { length: 90, stride: 90 };
    const sumOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);
    const beats = all.reduce((sum, { labels }) => sum + labels.filter((label) => label !== noClass).length, 0);
    for (const patientPower of [0, 0.5, 1]) {
      const { targets, size } = sequenceRows(all, { classCount: 2, chunk, patientPower, classWeights: [1, 3] });
      expect(size).toBe(4);
      expect(sumOf(targets!) * chunk.length).toBeCloseTo(beats, 2);
      const rowOf = (row: number, label: number) =>
        targets!.subarray(row * 180, (row + 1) * 180).filter((_, i) => i % 2 === label);
      // Patients 1 and 4 have different numbers of S beats: with power 1 each patient's add up to the same.
      const ratio = sumOf(rowOf(0, 1)) / sumOf(rowOf(3, 1));
      expect(ratio).toBeCloseTo((15 / 18) ** (1 - patientPower), 4);
    }
  });

  test("patients rich in a class are spread over the folds", () => {
    const patients = [9, 8, 7, 1, 1, 0].map((count, i) => ({ id: `p${i}`, counts: [100, count] }));
    expect(patientFolds(patients, { folds: 3, spread: [1] })).toEqual([
      ["p0", "p5"],
      ["p1", "p4"],
      ["p2", "p3"],
    ]);
  });
});

test("a trained net's file says of a recording what the training's own scores say", async () => {
  const all = await readSequences(each(), { recipe, variants: true });
  const whole = all.filter(({ variant }) => variant === "whole");
  const train = all.filter(({ id }) => id !== "4");
  const { members, probabilities } = await trainMembers({ ...run, recipe, train, test: whole, seed: 1, name: "made" });
  const features = whole[0]!.featureNames.length;
  const onnx = encodeSequenceModel({
    members: members.map(({ weights }) => weights),
    settings: recipe.model.settings,
    features,
    length: 8,
    classCount: 3,
  });
  const session = await ort.InferenceSession.create(onnx);
  const predictRows = async (rows: Float32Array) => {
    const x = new ort.Tensor("float32", rows, [rows.length / features / 8, features, 8]);
    return (await session.run({ x }))["probabilities"]!.data as Float32Array;
  };
  const { positions } = madeRecording(ectopicRhythm({ count: 90, every: 5, kind: "S" }));
  const options = { preprocessing, features, classCount: 3, predictRows };
  const { probabilities: found, leads } = await predictBeatSequence(recordings[3]!, positions, options);
  expect(leads).toEqual(["MLII", "V1"]);
  const expected = probabilities[3]!;
  expect(found.length).toBe(90 * 3);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  for (let beat = 0; beat < 90; beat++) {
    expect(found[3 * beat]! + found[3 * beat + 1]! + found[3 * beat + 2]!).toBeCloseTo(1, 4);
  }
  const { truth, predicted } = predictionTable(
    { recordings: whole, probabilities },
    { classes: ["N", "S", "V"], variant: "whole" },
  );
  const right = Array.from(truth, (label, i) => label === predicted[i]).filter(Boolean).length;
  expect(right / truth.length).toBeGreaterThan(0.95);
  expect((await predictBeatSequence(recordings[3]!, [], options)).probabilities.length).toBe(0);
  await expect(predictBeatSequence(recordings[3]!, positions, { ...options, features: 7 })).rejects.toThrow(
    `expected a net that reads ${features} features of each beat, found one that reads 7`,
  );
  await session.release();
});

test("cross-validation scores each patient by nets that have not seen them, and comes out the same twice", async () => {
  const short = {
    ...recipe,
    sequence: { ...recipe.sequence, members: 1, training: { ...recipe.sequence.training, epochs: 1 } },
  };
  const all = await readSequences(each(), { recipe, variants: true });
  const names: string[] = [];
  const first = await crossValidate(all, { ...run, recipe: short, seed: 1, onNet: ({ name }) => names.push(name) });
  expect(names).toEqual(["fold 1, net 1", "fold 2, net 1"]);
  const whole = first.recordings.filter(({ variant }) => variant === "whole").map(({ id }) => id);
  expect(whole.sort()).toEqual(["1", "2", "3", "4"]);
  expect(first.recordings.some(({ variant }) => variant === "piece")).toBe(false);
  const second = await crossValidate(all, { ...run, recipe: short, seed: 1 });
  expect(second.probabilities).toEqual(first.probabilities);
});

test("adaptation learns a patient's own beats from the first minutes, and reads no label after them", async () => {
  // In this patient alone what looks early and narrow is called V.
  const other = made("5", "S", 6);
  const odd = {
    ...other,
    annotations: other.annotations.map((each) => (each.symbol === "A" ? { ...each, symbol: "V" } : each)),
  };
  const sequences = await readSequences(each(), { recipe, variants: false });
  const options = { classMap: "literature", classes: ["N", "S", "V"], waves: preprocessing.waves, seed: 1 } as const;
  const [patient] = sequenceRecordings(odd, {
    ...options,
    variants: { pieces: 0, fibrillations: 0, paroxysms: 0, prematures: 0, noises: 0, majorities: {}, least: 0 },
  });
  const train = sequences.filter(({ id }) => id !== "4");
  const single = { ...recipe, sequence: { ...recipe.sequence, members: 1 } };
  const before = await trainMembers({ ...run, recipe: single, train, test: [patient!], seed: 1, name: "made" });
  const untilSample = patient!.positions[45]!;
  const adapt = (recording: typeof patient) =>
    adaptToPatient({
      ...run,
      recipe: single,
      members: before.members.map(({ weights }) => weights),
      recording: recording!,
      untilSample,
      rehearsal: train.filter(({ id }) => id === "2"),
      repeats: 8,
      epochs: 12,
      learningRate: 0.02,
      seed: 1,
    });
  const after = await adapt(patient);
  const right = (probabilities: Float32Array) =>
    mostLikely(probabilities, 3).filter((label, beat) => beat >= 45 && label === patient!.labels[beat]).length;
  expect(right(before.probabilities[0]!)).toBeLessThan(40);
  expect(right(after.probabilities)).toBeGreaterThan(42);
  const blind = { ...patient!, labels: patient!.labels.map((label, beat) => (beat < 45 ? label : 0)) };
  expect((await adapt(blind)).probabilities).toEqual(after.probabilities);
});

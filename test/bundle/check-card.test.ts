import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { type ModelCard, cardKey, readCard, writeBundle } from "../../src/bundle/index.ts";
import { encodeOnnx, input, relu, writeOnnxMetadata } from "../../src/tensor/index.ts";
import { smallCard } from "./small-card.ts";

type CardOf<Task extends ModelCard["task"]> = Extract<ModelCard, { task: Task }>;

const { classMap, preprocessing: _, ...common } = smallCard;

const recordings: CardOf<"recordings"> = {
  ...common,
  task: "recordings",
  input: { channels: 2, samples: 200 },
  preprocessing: { sampleRate: 100, leads: ["I", "II"], recording: [], normalise: "none", window: { seconds: 2 } },
  labelling: { kind: "one" },
};
const several: typeof recordings = {
  ...recordings,
  labelling: { kind: "several" },
  decision: { thresholds: [0.4, 0.6] },
};
/** 72 features of each of two leads. */
const features: typeof recordings = {
  ...recordings,
  input: { channels: 144, samples: 1 },
  preprocessing: {
    sampleRate: 100,
    leads: ["I", "II"],
    recording: [{ step: "waveletFeatures", wavelet: "db6", levels: 5 }],
    normalise: "feature",
  },
  scaling: { mean: Array.from({ length: 144 }, () => 0), deviation: Array.from({ length: 144 }, () => 1) },
};
const byDataset: typeof recordings = {
  ...recordings,
  preprocessing: { ...recordings.preprocessing, normalise: "dataset" },
  scaling: { mean: [0], deviation: [1] },
};
const segments: CardOf<"segments"> = {
  ...common,
  task: "segments",
  input: { channels: 1, samples: 200 },
  preprocessing: { sampleRate: 100, leads: ["I"], recording: [], windowSeconds: 2, segment: [] },
  cutting: { classes: { N: ["N"], AF: ["AFIB"] }, countFrom: "recording" },
};
/** An image of 16 × 16 of each segment. */
const images: typeof segments = {
  ...segments,
  input: { channels: 1, samples: 256 },
  preprocessing: {
    ...segments.preprocessing,
    segment: [{ step: "image", encoder: { name: "gasf" }, rows: 16, columns: 16 }],
  },
};
const sequences: CardOf<"beat-sequences"> = {
  ...common,
  task: "beat-sequences",
  input: { channels: 91, samples: 48 },
  preprocessing: {
    kind: "beat-sequence",
    waves: { sampleRate: 180, leads: 2, prefer: ["MLII"], recording: [] },
    chunk: { length: 48, stride: 12 },
  },
  classMap,
  disclosures: [],
};

const onnx = encodeOnnx({ outputs: { y: relu(input("x", [2])) } });
/** As a file of another program's would have it. */
const open = (card: ModelCard) =>
  readCard(writeOnnxMetadata(onnx, { [cardKey]: JSON.stringify(card) }), { file: "m.onnx" });

describe("a card", () => {
  it.each<[string, ModelCard]>([
    ["beats", smallCard],
    ["recordings", recordings],
    ["recordings of several classes", { ...several, calibration: { method: "temperature", temperatures: [1, 2] } }],
    ["recordings normalised by the dataset", byDataset],
    ["features", features],
    ["segments", { ...segments, calibration: { method: "temperature", temperatures: [2] } }],
    ["images", images],
    ["beats in sequence", sequences],
  ])("that agrees with itself is read: %s", (_, card) => {
    expect(open(card)).toEqual(card);
    expect(() => writeBundle(onnx, card)).not.toThrow();
  });

  it.each<[string, ModelCard, string]>([
    [
      "no scaling",
      { ...recordings, preprocessing: byDataset.preprocessing },
      "a scaling, as it normalises by dataset, found none",
    ],
    [
      "a scaling that nothing asks for",
      { ...recordings, scaling: { mean: [0], deviation: [1] } },
      "no scaling, as its normalisation needs none, found one",
    ],
    [
      "a scaling of beats",
      { ...smallCard, scaling: { mean: [0], deviation: [1] } },
      "no scaling, as its normalisation needs none, found one",
    ],
    [
      "a scaling of too many channels",
      { ...byDataset, scaling: { mean: [0, 0, 0], deviation: [1] } },
      "one mean to scale by, or one for each of 2 channels, found 3",
    ],
    [
      "a scaling of too few channels",
      { ...features, scaling: { mean: [0], deviation: [1, 1] } },
      "one deviation to scale by, or one for each of 144 channels, found 2",
    ],
    ["a label twice", { ...smallCard, labels: ["N", "N"] }, 'labels that differ, found "N" twice'],
    [
      "too many thresholds",
      { ...several, decision: { thresholds: [0.5, 0.5, 0.5] } },
      "2 thresholds, one per label, found 3",
    ],
    [
      "thresholds of classes that exclude each other",
      { ...recordings, decision: several.decision },
      'the decision "most-likely", for classes that exclude each other, found thresholds',
    ],
    [
      "one temperature for several classes",
      { ...several, calibration: { method: "temperature", temperatures: [2] } },
      "2 temperatures, one per label, found 1",
    ],
    [
      "temperatures of classes that exclude each other",
      { ...segments, calibration: { method: "temperature", temperatures: [1, 2] } },
      "1 temperature, for classes that exclude each other, found 2",
    ],
    [
      "a window of another length",
      { ...recordings, input: { channels: 2, samples: 250 } },
      "an input of 2 × 200, which its preprocessing makes, found 2 × 250",
    ],
    [
      "another rate",
      { ...recordings, preprocessing: { ...recordings.preprocessing, sampleRate: 500 } },
      "an input of 2 × 1000, which its preprocessing makes, found 2 × 200",
    ],
    [
      "a lead too many",
      { ...recordings, preprocessing: { ...recordings.preprocessing, leads: ["I", "II", "V1"] } },
      "an input of 3 × 200, which its preprocessing makes, found 2 × 200",
    ],
    [
      "leads that are not named",
      { ...recordings, preprocessing: { ...recordings.preprocessing, leads: "all" } },
      'leads by name, found "all"',
    ],
    [
      "segments of another length",
      { ...segments, preprocessing: { ...segments.preprocessing, windowSeconds: 3 } },
      "an input of 1 × 300, which its preprocessing makes, found 1 × 200",
    ],
    [
      "images of another size",
      { ...images, input: { channels: 1, samples: 200 } },
      "an input of 1 × 256, which its preprocessing makes, found 1 × 200",
    ],
    [
      "chunks of another length",
      { ...sequences, input: { channels: 91, samples: 40 } },
      "an input of 91 × 48, which its preprocessing makes, found 91 × 40",
    ],
    [
      "a filter that its rate forbids",
      {
        ...segments,
        preprocessing: {
          ...segments.preprocessing,
          segment: [{ step: "notch", frequencyHz: 60, quality: 30, zeroPhase: true }],
        },
      },
      "preprocessing that can be applied, found one that fails: Cannot ",
    ],
  ])("that contradicts itself is neither read nor written: %s", (_, card, message) => {
    expect(() => open(card)).toThrow(`Cannot open model: expected a card with ${message}`);
    expect(() => open(card)).toThrow("(m.onnx)");
    expect(() => writeBundle(onnx, card)).toThrow(`Cannot write model: expected a card with ${message}`);
  });

  it.each(["12-lead-demo", "beats", "multibranch", "rhythm"])("of a shipped model agrees with itself: %s", (name) => {
    const bytes = readFileSync(new URL(`../../models/${name}.onnx`, import.meta.url));
    expect(readCard(bytes, { file: name }).labels.length).toBeGreaterThan(1);
  });
});

import type { ModelCard } from "../../src/bundle/index.ts";

/** A card of a net over two leads' worth of nothing: valid, and small. */
export const smallCard: Extract<ModelCard, { task: "beats" }> = {
  schema: "einthoven-card/2",
  name: "small",
  title: "Small",
  task: "beats",
  architecture: { name: "linear", source: "none", settings: {}, parameters: 8 },
  input: { channels: 1, samples: 4 },
  preprocessing: { sampleRate: 360, leads: ["MLII"], recording: [], window: { before: 2, after: 2 }, beat: [] },
  labels: ["N", "V"],
  classMap: "literature",
  decision: "most-likely",
  training: {
    recipe: "small",
    dataset: "synthetic",
    datasetLicence: "none",
    datasetCitation: "none",
    split: "all",
    protocol: { without: [], split: {}, foldNumber: 1 },
    fold: "fold 1",
    leakage: [],
    seed: 1,
    epochs: 1,
    bestEpoch: 1,
    rows: { train: 1, validation: 1, test: 1 },
  },
  metrics: { accuracy: { value: 0.5, low: null, high: null } },
  intervals: { unit: "beat", level: 0.95, resamples: 1000 },
  software: { name: "einthoven", version: "0.0.0" },
  licence: "none",
  intendedUse: "tests",
  limits: [],
};

/** The same of windows of another length. */
export function smallCardOf(samples: number): typeof smallCard {
  const window = { before: 0, after: samples };
  return {
    ...smallCard,
    input: { channels: 1, samples },
    preprocessing: { ...smallCard.preprocessing, window },
  };
}

import type { BeatPreprocessing } from "../beats/index.ts";
import { type ModelCard, intendedUse } from "../bundle/index.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { bootstrapMetrics, metricAt, metricPaths } from "../evaluate/index.ts";
import type { ClassificationMetrics } from "../evaluate/index.ts";
import { type Architecture, traceModel } from "../models/index.ts";
import { encodeOnnx } from "../tensor/index.ts";
import { applyLink, lossOf } from "./losses/index.ts";
import type { BeatPredictionTable } from "./predictions.ts";
import type { Recipe } from "./recipe.ts";

export interface EncodeModelOptions {
  readonly recipe: Recipe;
  readonly architecture: Architecture;
  readonly entry: DatasetEntry;
  readonly beats: { readonly windowLength: number; readonly classes: readonly string[] };
  readonly split: {
    readonly description: string;
    readonly leakage: readonly string[];
    readonly bootstrapUnit: "record" | "beat";
    readonly folds: readonly {
      readonly name: string;
      readonly train: ArrayLike<number>;
      readonly validation: ArrayLike<number>;
      readonly test: ArrayLike<number>;
    }[];
  };
  readonly report: { readonly folds: readonly { readonly metrics: ClassificationMetrics }[] };
  /** Which fold, from 0. */
  readonly index: number;
  readonly outcome: {
    readonly bestEpoch: number;
    readonly learning: readonly unknown[];
    readonly predictions: BeatPredictionTable;
    readonly weights: ReadonlyMap<string, Float32Array>;
  };
  readonly software: { readonly name: string; readonly version: string };
}

/** A fold's net as ONNX with any batch size, and the card that goes with it. */
export function encodeModel(options: EncodeModelOptions): { onnx: Uint8Array; card: ModelCard } {
  const { recipe, architecture, beats, outcome } = options;
  const traced = traceModel(architecture, {
    mode: "inference",
    settings: recipe.model.settings,
    batch: 1,
    channels: 1,
    samples: beats.windowLength,
    classCount: beats.classes.length,
  });
  const onnx = encodeOnnx({
    outputs: { probabilities: applyLink(traced.logits, lossOf(recipe.training.loss).link(recipe.training.loss)) },
    weights: outcome.weights,
    dynamicBatch: true,
  });
  return { onnx, card: makeCard(options) };
}

function makeCard({
  recipe,
  architecture,
  entry,
  beats,
  split,
  report,
  index,
  outcome,
  software,
}: EncodeModelOptions): ModelCard {
  const fold = split.folds[index]!;
  const preprocessing: BeatPreprocessing = recipe.beats.preprocessing;
  const metrics = report.folds[index]!.metrics;
  const { truth, predicted, records } = outcome.predictions;
  const intervals = bootstrapMetrics({
    truth,
    predicted,
    classes: beats.classes,
    seed: recipe.seed,
    ...(split.bootstrapUnit === "record" ? { groups: records } : {}),
  });
  return {
    schema: "einthoven-card/1",
    name: recipe.name,
    title: recipe.title,
    task: "beats",
    architecture: {
      name: architecture.name,
      source: architecture.source,
      settings: recipe.model.settings,
      parameters: [...outcome.weights.values()].reduce((sum, values) => sum + values.length, 0),
    },
    input: { channels: 1, samples: beats.windowLength },
    preprocessing,
    labels: [...beats.classes],
    classMap: recipe.beats.classMap,
    decision: "most-likely",
    training: {
      recipe: recipe.name,
      dataset: recipe.dataset.name,
      datasetLicence: entry.licence.name,
      datasetCitation: entry.citation,
      split: split.description,
      protocol: { without: recipe.dataset.without, split: recipe.split, foldNumber: index + 1 },
      fold: fold.name,
      leakage: [...split.leakage],
      seed: recipe.seed,
      epochs: outcome.learning.length,
      bestEpoch: outcome.bestEpoch,
      rows: { train: fold.train.length, validation: fold.validation.length, test: fold.test.length },
    },
    metrics: Object.fromEntries(
      metricPaths(metrics).map((path) => [
        path,
        {
          value: metricAt(metrics, path) ?? null,
          low: intervals.intervals[path]?.low ?? null,
          high: intervals.intervals[path]?.high ?? null,
        },
      ]),
    ),
    intervals: { unit: intervals.unit, level: intervals.level, resamples: intervals.resamples },
    software: { ...software },
    licence: `Model weights: Apache-2.0; trained on ${entry.title} (${entry.licence.name}).`,
    intendedUse,
    limits: [
      `Trained and tested on ${entry.title} alone; other recorders, electrodes and patients may differ.`,
      ...split.leakage,
    ],
  };
}

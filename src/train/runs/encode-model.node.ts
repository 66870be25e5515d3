import { type ModelCard, intendedUse } from "../../bundle/index.ts";
import type { DatasetEntry, Split } from "../../datasets/index.ts";
import { type Report, metricAt, metricPaths, partialNotices, scorings } from "../../evaluate/index.ts";
import { type Architecture, traceModel } from "../../models/index.ts";
import { resolveWindows } from "../../signal/index.ts";
import { encodeOnnx } from "../../tensor/index.ts";
import { type ExampleSet, type OpenedSource, exampleDigest } from "../examples/index.node.ts";
import { applyLink, lossOf } from "../program/losses/index.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { FoldOutcome } from "./fold-outcome.node.ts";

export interface EncodeModelOptions {
  readonly recipe: Recipe;
  readonly architecture: Architecture;
  readonly entry: Pick<DatasetEntry, "kind" | "title" | "licence" | "citation">;
  readonly source: OpenedSource;
  readonly examples: ExampleSet;
  readonly split: Split;
  readonly report: Pick<Report, "folds" | "notices">;
  /** Which fold, from 0. */
  readonly index: number;
  readonly outcome: FoldOutcome;
  readonly software: { readonly name: string; readonly version: string };
}

/** A fold's net as ONNX with any batch size, and the card that goes with it. */
export function encodeModel(options: EncodeModelOptions): { onnx: Uint8Array; card: ModelCard } {
  const { recipe, architecture, examples, outcome } = options;
  const traced = traceModel(architecture, {
    mode: "inference",
    settings: recipe.model.settings,
    batch: 1,
    ...examples.input,
    classCount: examples.classes.length,
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
  source,
  examples,
  split,
  report,
  index,
  outcome,
  software,
}: EncodeModelOptions): ModelCard {
  const fold = split.folds[index]!;
  const { classes, input } = examples;
  const metrics = report.folds[index]!.metrics;
  const { truth, predicted, records, labelling, probabilities } = outcome.predictions;
  const patients = new Map(examples.records.map(({ id, patientId }) => [id, patientId]));
  const unit = split.bootstrapUnit;
  const groups = unit === "record" ? records : unit === "patient" ? records.map((id) => patients.get(id)!) : undefined;
  const intervals = scorings[labelling].intervals(
    { classes, truth, predicted, scores: probabilities },
    { seed: recipe.seed, unit, groups, extras: recipe.metrics ?? [], ...recipe.intervals },
  );
  return {
    schema: "einthoven-card/2",
    name: recipe.name,
    title: recipe.title,
    architecture: {
      name: architecture.name,
      source: architecture.source,
      settings: recipe.model.settings,
      parameters: [...outcome.weights.values()].reduce((sum, values) => sum + values.length, 0),
    },
    input,
    ...source.cardPart(),
    ...(outcome.scaling === undefined
      ? {}
      : { scaling: { mean: [...outcome.scaling.mean], deviation: [...outcome.scaling.deviation] } }),
    ...(examples.unit === "recording" ? { windows: resolveWindows(recipe.training.windows, input.samples) } : {}),
    labels: [...classes],
    decision: outcome.decision,
    ...(outcome.calibration === undefined ? {} : { calibration: outcome.calibration }),
    training: {
      recipe: recipe.name,
      dataset: recipe.dataset.name,
      datasetLicence: entry.licence.name,
      datasetCitation: entry.citation,
      split: split.description,
      protocol: {
        without: recipe.dataset.without,
        ...optionsOf(recipe, entry),
        split: recipe.split,
        foldNumber: index + 1,
        examples: exampleDigest(examples),
      },
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
      ...partialNotices(report.notices).map(
        ({ message }) => `A demonstration, made from a part of the data: ${message}`,
      ),
      ...split.leakage,
    ],
  };
}

/** What the dataset was asked for. Where a folder of one's own lies is nobody else's business, and means nothing on another machine. */
function optionsOf({ dataset: { options } }: Recipe, { kind }: EncodeModelOptions["entry"]) {
  return kind === "folder" || Object.keys(options).length === 0 ? {} : { options };
}

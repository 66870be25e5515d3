import { type ModelCard, intendedUse } from "../../bundle/index.ts";
import {
  bootstrapMetrics,
  classificationMetrics,
  confusionMatrix,
  metricAt,
  metricPaths,
} from "../../evaluate/index.ts";
import { beatSequence } from "../../models/beat-sequence.ts";
import type { BeatPredictionTable, ScoredSequences } from "./run-sequence.ts";
import type { SequenceRecipe } from "./sequence-recipe.ts";

export interface SequenceCardOptions {
  readonly recipe: SequenceRecipe;
  /** Of the dataset. */
  readonly entry: { readonly title: string; readonly licence: { readonly name: string }; readonly citation: string };
  readonly scored: ScoredSequences;
  /** Of the whole test recordings. */
  readonly table: BeatPredictionTable;
  /** Beats that were learnt from, variants not counted. */
  readonly trainBeats: number;
  readonly seed: number;
  readonly software: { readonly name: string; readonly version: string };
}

/** The card of a beat-sequence model, with its test result and all that the recipe discloses. */
export function sequenceCard(options: SequenceCardOptions): ModelCard {
  const { recipe, entry, scored, table, trainBeats, seed, software } = options;
  const { classes, preprocessing, classMap } = recipe.beats;
  const { training, members } = recipe.sequence;
  const { truth, predicted, records } = table;
  const metrics = classificationMetrics(confusionMatrix(truth, predicted, classes.length), { classes });
  const intervals = bootstrapMetrics({ truth, predicted, groups: records, classes, seed });
  const weights = scored.members.flatMap((net) => [...net.weights.values()]);
  return {
    schema: "einthoven-card/2",
    name: recipe.name,
    title: recipe.title,
    task: "beat-sequences",
    architecture: {
      name: beatSequence.name,
      source: beatSequence.source,
      settings: { ...recipe.model.settings, members, classifies: "every" },
      parameters: weights.reduce((sum, values) => sum + values.length, 0),
    },
    input: { channels: scored.recordings[0]!.featureNames.length, samples: preprocessing.chunk.length },
    preprocessing,
    classMap,
    disclosures: recipe.disclosures,
    labels: [...classes],
    decision: "most-likely",
    training: {
      recipe: recipe.name,
      dataset: recipe.dataset.name,
      datasetLicence: entry.licence.name,
      datasetCitation: entry.citation,
      split: `${recipe.split.name}: ${recipe.split.train.length} records train, ${recipe.split.test.length} others test.`,
      protocol: { without: [], split: recipe.split, foldNumber: 1 },
      fold: recipe.split.name,
      leakage: [],
      seed,
      epochs: training.epochs,
      bestEpoch: training.epochs,
      rows: { train: trainBeats, validation: 0, test: truth.length },
    },
    metrics: Object.fromEntries(
      metricPaths(metrics).map((path) => {
        const interval = intervals.intervals[path];
        return [
          path,
          { value: metricAt(metrics, path) ?? null, low: interval?.low ?? null, high: interval?.high ?? null },
        ];
      }),
    ),
    intervals: { unit: intervals.unit, level: intervals.level, resamples: intervals.resamples },
    software: { ...software },
    licence: `Model weights: Apache-2.0; trained on ${entry.title} (${entry.licence.name}).`,
    intendedUse,
    limits: [
      `Trained and tested on ${entry.title} alone, at annotated R peaks; other recorders, electrodes and patients, and detected beats, may differ.`,
      "Needs the whole recording and all its beats; a short recording says little about what is normal for it.",
      ...recipe.disclosures,
    ],
  };
}

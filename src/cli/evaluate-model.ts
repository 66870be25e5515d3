import { z } from "zod";

import {
  type EvaluateModelOptions,
  type PartName,
  partOf,
  partOfOthers,
  reportHead,
  scoredFold,
} from "./evaluate-options.ts";
import { noExamples, noteRecordings } from "./no-examples.ts";
import { evaluateSequenceModel } from "./evaluate-sequence-model.ts";
import { UserError } from "../core/errors.ts";
import type { Split } from "../datasets/index.ts";
import { type Report, metricList } from "../evaluate/index.ts";
import type { Predictor } from "../runtime/index.ts";
import { openDataRows } from "../signal/index.ts";
import {
  type ExampleSet,
  type LoadedExamples,
  type OpenedSource,
  type TrainingData,
  exampleDigest,
  makeReport,
  sourceOfCard,
  splitExamples,
  splitSchema,
  tabulatePredictions,
} from "../train/index.node.ts";

/** Scores a saved model on the labelled examples of a dataset, or of the part of it that the model's card tells apart. */
export async function evaluateModel(predictor: Predictor, options: EvaluateModelOptions): Promise<Report> {
  const { dataset, now } = options;
  const { card } = predictor;
  if (card.task === "beat-sequences") return evaluateSequenceModel(predictor, options);
  const started = now();
  const { same, part: wanted } = partOf(card, options);
  const without = same ? card.training.protocol.without : [];
  const { noted, seen } = noteRecordings(dataset);
  const source = await sourceOfCard(card).open(noted);
  const recordNames = dataset.recordNames.filter((name) => !without.includes(name));
  const { examples, data } = await readAll(source, recordNames);
  checkClasses(examples, card.labels);
  if (examples.size === 0) throw noExamples(examples, { card, dataset: dataset.name, seen });
  const digest = card.training.protocol.examples;
  const own = same && digest === exampleDigest(examples);
  const part = same && !own ? partOfOthers(card, { part: wanted, examples, options }) : wanted;
  // A card from before cards said which examples: on the same dataset they may well be these.
  const leakage = same ? leakageOfAll(examples, { own: own || digest === undefined }) : [];
  const split = splitFor(examples, { card, part, leakage });
  const fold = split.folds[0]!;
  const probabilities = await predictor.predictSignals(rowsOf(data, { rows: fold.test, examples }));
  const seconds = (now() - started) / 1000;
  const predictions = tabulatePredictions(examples, { rows: fold.test, probabilities, decision: card.decision });
  return makeReport({
    ...reportHead(card, { part, seconds, options }),
    examples,
    split,
    folds: [scoredFold(fold.name, predictions, { seconds })],
    subsets: [],
    // What the training's report measured beside the usual.
    metrics: Object.keys(card.metrics).filter((path) => metricList.some(({ name }) => name === path)),
    intervals: { level: card.intervals.level, resamples: card.intervals.resamples },
  });
}

async function readAll(source: OpenedSource, recordNames: readonly string[]): Promise<LoadedExamples> {
  const reading = source.read({ recordNames, unusable: "leave out" });
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return step.value;
  }
}

function checkClasses({ classes }: ExampleSet, labels: readonly string[]): void {
  if (classes.join("\n") !== labels.join("\n")) {
    throw new UserError(
      `Cannot score the model: expected a dataset with classes ${labels.join(", ")}, found ${classes.join(", ")}.`,
    );
  }
}

/** Some of the rows, one after the other. */
function rowsOf(data: TrainingData, { rows, examples }: { readonly rows: Int32Array; readonly examples: ExampleSet }) {
  const { valuesOf, lengthOf } = openDataRows(data, { ...examples.input, extras: [] });
  const lengths = rows.map(lengthOf);
  const inputs = new Float32Array(rows.reduce((sum, row) => sum + valuesOf(row).length, 0));
  let start = 0;
  for (const row of rows) {
    inputs.set(valuesOf(row), start);
    start += valuesOf(row).length;
  }
  return { inputs, lengths, size: rows.length };
}

/** What to know of a model that is scored on all examples of a dataset that has the name of its own. */
function leakageOfAll({ unit }: ExampleSet, { own }: { readonly own: boolean }): readonly string[] {
  return own
    ? [`The model was trained on part of these ${unit}s: no estimate for new data.`]
    : [
        `The model was trained on other ${unit}s of a dataset of this name: where some are the same, this is no estimate for new data.`,
      ];
}

/** One fold whose `test` is the part that is scored; `leakage` is said where that is all. */
function splitFor(
  examples: ExampleSet,
  {
    card,
    part,
    leakage: ofAll,
  }: { readonly card: Predictor["card"]; readonly part: PartName; readonly leakage: readonly string[] },
): Split {
  const none = new Int32Array(0);
  if (part === "all") {
    return {
      name: "all",
      description: `All ${examples.size} ${examples.unit}s of ${examples.records.length} records.`,
      leakage: ofAll,
      bootstrapUnit: examples.unit === "recording" ? "recording" : "record",
      folds: [
        {
          name: "all",
          train: none,
          validation: none,
          test: Int32Array.from({ length: examples.size }, (_, row) => row),
        },
      ],
    };
  }
  const parsed = splitSchema.safeParse(card.training.protocol.split);
  if (!parsed.success) {
    throw new UserError(
      `Cannot find the ${part} part: expected a split in the model's card, found ${z.prettifyError(parsed.error)}.`,
    );
  }
  const split = splitExamples(examples, parsed.data);
  const fold = split.folds[card.training.protocol.foldNumber - 1]!;
  const leakage =
    part === "test"
      ? split.leakage
      : [`This is the model's own ${part} part: no estimate for new data.`, ...split.leakage];
  return { ...split, leakage, folds: [{ name: fold.name, train: none, validation: none, test: fold[part] }] };
}

import { type EvaluateModelOptions, type PartName, partOf, reportHead, scoredFold } from "./evaluate-options.ts";
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
  const { same, part } = partOf(card, options);
  const without = same ? card.training.protocol.without : [];
  const source = await sourceOfCard(card).open(dataset);
  const recordNames = dataset.recordNames.filter((name) => !without.includes(name));
  const { examples, data } = await readAll(source, recordNames);
  checkClasses(examples, card.labels);
  const split = splitFor(examples, { card, part, same });
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

function checkClasses({ classes, size, unit }: ExampleSet, labels: readonly string[]): void {
  if (classes.join("\n") !== labels.join("\n")) {
    throw new UserError(
      `Cannot score the model: expected a dataset with classes ${labels.join(", ")}, found ${classes.join(", ")}.`,
    );
  }
  if (size === 0)
    throw new UserError(`Cannot score the model: expected labelled ${unit}s that it can read, found none.`);
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

/** One fold whose `test` is the part that is scored. */
function splitFor(
  examples: ExampleSet,
  { card, part, same }: { readonly card: Predictor["card"]; readonly part: PartName; readonly same: boolean },
): Split {
  const none = new Int32Array(0);
  if (part === "all") {
    return {
      name: "all",
      description: `All ${examples.size} ${examples.unit}s of ${examples.records.length} records.`,
      leakage: same ? [`The model was trained on part of these ${examples.unit}s: no estimate for new data.`] : [],
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
  const split = splitExamples(examples, splitSchema.parse(card.training.protocol.split));
  const fold = split.folds[card.training.protocol.foldNumber - 1]!;
  const leakage =
    part === "test"
      ? split.leakage
      : [`This is the model's own ${part} part: no estimate for new data.`, ...split.leakage];
  return { ...split, leakage, folds: [{ name: fold.name, train: none, validation: none, test: fold[part] }] };
}

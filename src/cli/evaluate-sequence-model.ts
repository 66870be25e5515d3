import { isSequenceLead } from "../beats/index.ts";
import { UserError } from "../core/errors.ts";
import type { Notice } from "../core/recording.ts";
import { datasetEntry } from "../datasets/index.ts";
import type { Report } from "../evaluate/index.ts";
import type { Predictor } from "../runtime/index.ts";
import {
  type SequenceRecipe,
  labelledBeats,
  makeReport,
  sequenceExamples,
  sequenceRecipeSchema,
  tabulatePredictions,
  watchDamage,
} from "../train/index.node.ts";
import { type EvaluateModelOptions, type PartName, partOf, reportHead, scoredFold } from "./evaluate-options.ts";

/**
 * Scores a model of beats in sequence on the annotated beats of a dataset's recordings: each recording is read as a whole, as
 * the features need it.
 */
export async function evaluateSequenceModel(predictor: Predictor, options: EvaluateModelOptions): Promise<Report> {
  const { dataset, now } = options;
  const { card } = predictor;
  if (card.task !== "beat-sequences") throw new Error(`${card.name} is a model for ${card.task}.`);
  const started = now();
  const { same, part: wanted } = partOf(card, options);
  // A folder's name says nothing of whose recordings are in it.
  const isFolder = datasetEntry(dataset.name).kind === "folder";
  const part = isFolder && options.part === undefined ? "all" : wanted;
  const split = sequenceRecipeSchema.shape.split.parse(card.training.protocol.split);
  const names = part === "all" ? dataset.recordNames : recordsOf(split, part);
  const classes = card.labels as SequenceRecipe["beats"]["classes"];
  let leftOut = 0;
  const unreadable: string[] = [];
  const read: (Parameters<typeof sequenceExamples>[0][number] & { readonly probabilities: readonly number[][] })[] = [];
  const watched = watchDamage(dataset);
  for (const name of names) {
    const recording = await watched.dataset.open(name);
    if (!recording.leads.some(isSequenceLead)) {
      unreadable.push(name);
      continue;
    }
    const annotated = labelledBeats(recording, { classMap: card.classMap, classes });
    if (annotated.positions.length === 0) continue;
    const predicted = await predictor.predictBeats(recording, annotated.positions);
    const labelOf = new Map(Array.from(annotated.positions, (sample, beat) => [sample, annotated.labels[beat]!]));
    const beats = {
      positions: Int32Array.from(predicted.beats, ({ sample }) => sample),
      labels: Uint8Array.from(predicted.beats, ({ sample }) => labelOf.get(sample)!),
    };
    leftOut += predicted.dropped.boundary + predicted.dropped.gap;
    const { id, patientId = id } = recording;
    const probabilities = predicted.beats.map((beat) => [...beat.probabilities]);
    read.push({ id, patientId, leads: [predicted.lead], ...beats, probabilities });
  }
  const found = sequenceExamples(read, { classMap: card.classMap, classes, input: card.input });
  const notices = [...watched.notices(), ...found.notices, ...leftOutNotices({ beats: leftOut, records: unreadable })];
  const examples = { ...found, notices };
  if (examples.size === 0) {
    throw new UserError(`Cannot score the model: expected labelled beats in ${dataset.name}, found none.`);
  }
  const rows = Int32Array.from({ length: examples.size }, (_, row) => row);
  const ofBeat = read.map(
    ({ positions, probabilities }) => new Map(probabilities.map((each, beat) => [positions[beat]!, each])),
  );
  const probabilities = Float32Array.from(
    [...rows].flatMap((row) => ofBeat[examples.recordOf[row]!]!.get(examples.positions[row]!)!),
  );
  const seconds = (now() - started) / 1000;
  return makeReport({
    ...reportHead(card, { part, seconds, options }),
    examples,
    split: {
      name: part,
      description: part === "all" ? `All ${examples.size} beats of ${read.length} records.` : card.training.split,
      leakage: [
        ...(part === "train" ? ["This is the model's own train part: no estimate for new data."] : []),
        ...(part === "all" && same ? [leakageOfAll(isFolder)] : []),
        ...card.disclosures,
      ],
      bootstrapUnit: "record",
      folds: [{ name: part, train: new Int32Array(0), validation: new Int32Array(0), test: rows }],
    },
    folds: [
      scoredFold(part, tabulatePredictions(examples, { rows, probabilities, decision: card.decision }), { seconds }),
    ],
    subsets: part === "test" ? split.subsets : [],
    intervals: { level: card.intervals.level, resamples: card.intervals.resamples },
  });
}

function leakageOfAll(isFolder: boolean): string {
  return isFolder
    ? "The model was trained on beats of a dataset of this name: where some are the same, this is no estimate for new data."
    : "The model was trained on part of these beats: no estimate for new data.";
}

function leftOutNotices({ beats, records }: { readonly beats: number; readonly records: readonly string[] }): Notice[] {
  const messages = [
    ...(records.length === 0
      ? []
      : [
          `${records.length} records without an ECG lead that shows anything were left out (${records.slice(0, 5).join(", ")}).`,
        ]),
    ...(beats === 0
      ? []
      : [
          `${beats} annotated beats are not scored, because they lie outside their recording or on gaps in its signal.`,
        ]),
  ];
  return messages.map((message) => ({ code: "left-out", message }));
}

function recordsOf(split: SequenceRecipe["split"], part: Exclude<PartName, "all">): readonly string[] {
  if (part !== "validation") return split[part];
  throw new UserError(
    "Cannot find the validation part: the model's choices were made by leaving training patients out in turn; use --part test, train or all.",
  );
}

import { collectBeats } from "../beats/index.ts";
import { UserError } from "../core/errors.ts";
import { type LocatedDataset, type Split, datasetEntry } from "../datasets/index.ts";
import type { Report } from "../evaluate/index.ts";
import type { Predictor } from "../runtime/index.ts";
import { type BeatIndex, makeReport, mostLikely, splitBeats, splitSchema } from "../train/index.node.ts";

export type PartName = "train" | "validation" | "test" | "all";

export interface EvaluateModelOptions {
  readonly dataset: LocatedDataset;
  /** Default: the test part of the split that the model was trained on where it is the same dataset, otherwise all. */
  readonly part: PartName | undefined;
  readonly now: () => number;
  readonly date: string;
  readonly software: Report["software"];
}

/** Scores a saved model on the annotated beats of a dataset, or of the part of it that the model's card tells apart. */
export async function evaluateModel(predictor: Predictor, options: EvaluateModelOptions): Promise<Report> {
  const { dataset, now } = options;
  const { card } = predictor;
  const started = now();
  const same = dataset.name === card.training.dataset;
  const part = options.part ?? (same ? "test" : "all");
  if (part !== "all" && !same) {
    throw new UserError(
      `Cannot find the ${part} part: the model was trained on ${card.training.dataset}, so ${dataset.name} has none; use --part all.`,
    );
  }
  const without = same ? card.training.protocol.without : [];
  const { windows, ...beats } = await collectBeats(usableRecordings(dataset, without, card.preprocessing.leads), {
    classMap: card.classMap,
    classes: card.labels as BeatIndex["classes"],
    preprocessing: card.preprocessing,
  });
  const split = splitFor(beats, { card, part, same });
  const fold = split.folds[0]!;
  const { channels, samples } = card.input;
  const rowLength = channels * samples;
  const rows = new Float32Array(fold.test.length * rowLength);
  fold.test.forEach((beat, row) =>
    rows.set(windows.subarray(beat * rowLength, (beat + 1) * rowLength), row * rowLength),
  );
  const probabilities = await predictor.predictRows(rows);
  const seconds = (now() - started) / 1000;
  return makeReport({
    title: `${card.title}: ${part} of ${dataset.name}`,
    recipe: card.training.recipe,
    seed: card.training.seed,
    date: options.date,
    software: options.software,
    seconds,
    entry: datasetEntry(dataset.name),
    dataset,
    beats,
    split,
    folds: [
      {
        name: fold.name,
        predictions: {
          classes: beats.classes,
          records: Array.from(fold.test, (beat) => beats.records[beats.recordOf[beat]!]!.id),
          samples: fold.test.map((beat) => beats.positions[beat]!),
          truth: fold.test.map((beat) => beats.labels[beat]!),
          predicted: mostLikely(probabilities, beats.classes.length),
          probabilities,
        },
        learning: [],
        seconds,
        peakMemoryMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
      },
    ],
    subsets: [],
    expected: [],
  });
}

/** One fold whose `test` is the part that is scored. */
function splitFor(
  beats: BeatIndex,
  { card, part, same }: { readonly card: Predictor["card"]; readonly part: PartName; readonly same: boolean },
): Split {
  const none = new Int32Array(0);
  if (part === "all") {
    return {
      name: "all",
      description: `All ${beats.size} beats of ${beats.records.length} records.`,
      leakage: same ? ["The model was trained on part of these beats: no estimate for new data."] : [],
      bootstrapUnit: "record",
      folds: [
        {
          name: "all",
          train: none,
          validation: none,
          test: Int32Array.from({ length: beats.size }, (_, beat) => beat),
        },
      ],
    };
  }
  const split = splitBeats(beats, splitSchema.parse(card.training.protocol.split));
  const fold = split.folds[card.training.protocol.foldNumber - 1]!;
  const leakage =
    part === "test"
      ? split.leakage
      : [`This is the model's own ${part} part: no estimate for new data.`, ...split.leakage];
  return { ...split, leakage, folds: [{ name: fold.name, train: none, validation: none, test: fold[part] }] };
}

/** Recordings that have a lead which the model reads. */
async function* usableRecordings(dataset: LocatedDataset, without: readonly string[], leads: readonly string[]) {
  const wanted = leads.map((lead) => lead.toUpperCase());
  for (const name of dataset.recordNames) {
    if (without.includes(name)) continue;
    const recording = await dataset.open(name);
    if (recording.leads.some((lead) => wanted.includes(lead.name.toUpperCase()))) yield recording;
  }
}

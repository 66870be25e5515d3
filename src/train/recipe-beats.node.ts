import { beatWindowLength, collectBeats } from "../beats/index.ts";
import { UserError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";
import { type LocatedDataset, type Split, patientSplit, stratifiedFolds } from "../datasets/index.ts";
import type { Architecture } from "../models/index.ts";
import { type BeatIndex, namedCounts } from "./make-report.node.ts";
import type { Recipe, SplitSettings } from "./recipe.ts";
import { type TrainingData, shareTrainingData } from "./training-data.ts";
import { traceTraining } from "./training-graph.ts";

/** What is told while a recipe's beats are read. */
export type BeatEvent =
  | { readonly kind: "record"; readonly record: string; readonly done: number; readonly records: number }
  | { readonly kind: "beats"; readonly beats: number; readonly byClass: Readonly<Record<string, number>> };

export interface RecipeBeats {
  readonly data: TrainingData;
  readonly beats: BeatIndex;
  readonly split: Split;
}

/** Reads a recipe's dataset, cuts its beats and parts them. */
export async function* readRecipeBeats(
  recipe: Recipe,
  dataset: LocatedDataset,
): AsyncGenerator<BeatEvent, RecipeBeats> {
  const { records, events } = readRecordings(dataset, recipe.dataset.without);
  const collecting = collectBeats(records, recipe.beats);
  // Its failure is thrown below, once the events are through.
  collecting.catch(() => {});
  yield* events;
  const { windows, ...beats } = await collecting;
  const data = shareTrainingData({ inputs: windows, labels: beats.labels, size: beats.size });
  if (beats.size === 0) {
    throw new UserError(
      `Cannot train: expected beats of ${beats.classes.join(", ")} in dataset ${dataset.name}, found none.`,
    );
  }
  yield { kind: "beats", beats: beats.size, byClass: namedCounts(beats) };
  return { data, beats, split: splitBeats(beats, recipe.split) };
}

/** What can be known to be wrong before anything is read or written: the net, its settings and sizes, the training, the records. */
export function checkRecipe(
  { beats, model, training, dataset: { without } }: Recipe,
  { dataset, architecture }: { readonly dataset: LocatedDataset; readonly architecture: Architecture },
): void {
  traceTraining({
    ...training,
    architecture,
    settings: model.settings,
    shardSize: 1,
    parts: 1,
    channels: 1,
    samples: beatWindowLength(beats.preprocessing),
    classCount: beats.classes.length,
  });
  const unknown = without.filter((name) => !dataset.recordNames.includes(name));
  if (unknown.length > 0) {
    throw new UserError(`Cannot leave out ${unknown.join(", ")}: dataset ${dataset.name} has no such record.`);
  }
}

/** Recordings one at a time, and an event as each is taken. */
function readRecordings(dataset: LocatedDataset, without: readonly string[]) {
  const names = dataset.recordNames.filter((name) => !without.includes(name));
  const queue: BeatEvent[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  async function* records(): AsyncGenerator<Recording> {
    try {
      for (const [index, name] of names.entries()) {
        yield await dataset.open(name);
        queue.push({ kind: "record", record: name, done: index + 1, records: names.length });
        wake?.();
        // Lets the reader of the events have its turn.
        await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      ended = true;
      wake?.();
    }
  }
  async function* events(): AsyncGenerator<BeatEvent> {
    while (!ended || queue.length > 0) {
      const event = queue.shift();
      if (event !== undefined) yield event;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return { records: records(), events: events() };
}

/** Parts the beats as a recipe or a card says. */
export function splitBeats(beats: BeatIndex, split: SplitSettings): Split {
  return split.kind === "stratified-folds" ? stratifiedFolds(beats, split) : patientSplit(beats, split);
}

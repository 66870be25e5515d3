import {
  type RhythmInterval,
  type SegmentSet,
  beatWindowLength,
  collectSegments,
  segmentsAsBeats,
} from "../../beats/index.ts";
import type { Notice, Recording } from "../../core/recording.ts";
import type { LocatedDataset } from "../../datasets/index.ts";
import { shareTrainingData } from "../batches/training-data.ts";
import { mergeClasses } from "./class-merge.ts";
import type { ExampleKind } from "./example-kind.node.ts";
import type { SegmentSettings } from "./example-settings.ts";
import { labelsOf, whatOf } from "./recordings.node.ts";
import { hasLead, takeRecordings } from "./take-recordings.node.ts";

/** One example per segment, its class by the annotated rhythm, or by the label of its recording. */
export const segments: ExampleKind<SegmentSettings, "segments"> = {
  outline: async (settings, dataset) => {
    if (settings.task !== undefined) await labelSource(settings, dataset);
    return {
      settings,
      input: { channels: 1, samples: beatWindowLength(segmentsAsBeats(settings.preprocessing)) },
      classes: Object.keys(settings.classes),
      labelling: "one",
    };
  },
  read: async function* ({ settings, input }, { dataset, recordNames, unusable }) {
    const { task, preprocessing, ...cutting } = settings;
    const source = task === undefined ? annotated : await labelSource(settings, dataset);
    const keep = (recording: Recording) => unusable === "refuse" || hasLead(recording, preprocessing.leads);
    const set = yield* takeRecordings({ dataset, recordNames, keep }, (recordings) =>
      collectSegments(source.known(recordings), {
        ...present(cutting),
        classes: settings.classes,
        preprocessing,
        ...(source.rhythmsOf === undefined ? {} : { rhythmsOf: source.rhythmsOf }),
      }),
    );
    const { windows, labels, size, classes, recordOf, positions } = set;
    return {
      data: shareTrainingData({ inputs: windows, labels, size }),
      examples: {
        unit: "segment",
        size,
        classes,
        labels,
        recordOf,
        positions,
        records: set.records.map(({ id, patientId, lead = "" }) => ({
          id,
          patientId,
          lead,
          fold: source.foldOf?.(id),
        })),
        input,
        classMap: {
          name: task === undefined ? "annotated rhythms" : `${dataset.name} ${task}`,
          symbols: settings.classes,
        },
        scaling: "none",
        notices: [...source.notices, ...dropNotices(set)],
      },
    };
  },
  toCard: ({ settings: { preprocessing, ...cutting } }) => ({
    task: "segments",
    preprocessing,
    cutting: { ...present(cutting), classes: cutting.classes },
  }),
  fromCard: ({ preprocessing, cutting }) => ({ ...cutting, preprocessing }),
};

/** Where the classes of segments come from. */
interface LabelSource {
  /** With the persons that it knows. */
  known(recordings: AsyncIterable<Recording>): AsyncIterable<Recording>;
  readonly rhythmsOf?: (recording: Recording) => readonly RhythmInterval[];
  readonly foldOf?: (record: string) => number | undefined;
  readonly notices: readonly Notice[];
}

const annotated: LabelSource = { known: (recordings) => recordings, notices: [] };

/** The labels of whole recordings, each as one rhythm from end to end. */
async function labelSource(settings: SegmentSettings, dataset: LocatedDataset): Promise<LabelSource> {
  const labels = await labelsOf(dataset, settings.task);
  mergeClasses(settings.classes, { known: labels.classes, what: whatOf(dataset, labels) });
  return {
    known: async function* (recordings) {
      for await (const recording of recordings) {
        const patientId = labels.patients?.get(recording.id);
        yield patientId === undefined ? recording : { ...recording, patientId };
      }
    },
    rhythmsOf: ({ id, sampleCount }) =>
      (labels.of.get(id) ?? []).slice(0, 1).map((rhythm) => ({ from: 0, to: sampleCount, rhythm })),
    foldOf: (record) => labels.folds?.get(record),
    notices: labels.notices,
  };
}

/** Without what is undefined. */
function present<Value extends object>(value: Value) {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Value]: Exclude<Value[Key], undefined> };
}

function dropNotices({ records }: SegmentSet): Notice[] {
  const sum = (pick: (dropped: SegmentSet["records"][number]["dropped"]) => number) =>
    records.reduce((total, { dropped }) => total + pick(dropped), 0);
  const other: Record<string, number> = {};
  for (const { dropped } of records) {
    for (const [rhythm, count] of Object.entries(dropped.otherRhythm)) other[rhythm] = (other[rhythm] ?? 0) + count;
  }
  const others = Object.entries(other).map(([rhythm, count]) => `${rhythm}: ${count}`);
  const message =
    `Segments left out: ${sum(({ boundary }) => boundary)} that reach beyond the recording's end, ` +
    `${sum(({ gap }) => gap)} on a gap, ${sum(({ unlabelled }) => unlabelled)} without a label, ` +
    `${sum(({ change }) => change)} in which it changes, ` +
    `${sum(({ otherRhythm }) => Object.values(otherRhythm).reduce((a, b) => a + b, 0))} of no class asked for` +
    `${others.length === 0 ? "" : ` (${others.join(", ")})`}.`;
  return [{ code: "segments", message }];
}

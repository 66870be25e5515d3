import {
  type BeatPreprocessing,
  type BeatSet,
  beatWindowShape,
  classMaps,
  collectBeats,
  isUsableLead,
} from "../../beats/index.ts";
import type { Notice, Recording } from "../../core/recording.ts";
import { shareTrainingData } from "../batches/training-data.ts";
import type { BeatSettings } from "./example-settings.ts";
import type { ExampleKind } from "./example-kind.node.ts";
import { hasLead, takeRecordings } from "./take-recordings.node.ts";

/** One example per annotated heart beat, its class by the annotation's symbol. */
export const beats: ExampleKind<BeatSettings, "beats"> = {
  outline: async (settings) => ({
    settings,
    input: beatWindowShape(settings.preprocessing),
    classes: settings.classes,
    labelling: "one",
  }),
  read: async function* ({ settings, input }, { dataset, recordNames, unusable }) {
    const { leads, leadCount = 1 } = settings.preprocessing;
    const keep = (recording: Recording) =>
      unusable === "refuse" ||
      (hasLead(recording, leads) && (leadCount === 1 || recording.leads.filter(isUsableLead).length >= leadCount));
    const set = yield* takeRecordings({ dataset, recordNames, keep }, (recordings) =>
      collectBeats(recordings, settings),
    );
    const { windows, labels, size, classes, recordOf, positions, records } = set;
    return {
      data: shareTrainingData({ inputs: windows, labels, size }),
      examples: {
        unit: "beat",
        size,
        classes,
        labels,
        recordOf,
        positions,
        records,
        input,
        classMap: { name: set.classMap, symbols: symbolsByClass(set) },
        scaling: "none",
        notices: dropNotices(set),
      },
    };
  },
  toCard: ({ settings: { preprocessing, classMap } }) => ({ task: "beats", preprocessing, classMap }),
  fromCard: ({ preprocessing, classMap, labels }) => ({
    preprocessing: preprocessing satisfies BeatPreprocessing,
    classMap,
    classes: labels as BeatSettings["classes"],
  }),
};

function symbolsByClass({ classMap, classes }: BeatSet): Record<string, string[]> {
  const map = [...classMaps[classMap]];
  return Object.fromEntries(
    classes.map((name) => [name, map.filter(([, owner]) => owner === name).map(([symbol]) => symbol)]),
  );
}

function dropNotices({ records, classes }: BeatSet): Notice[] {
  const boundary = records.reduce((sum, record) => sum + record.dropped.boundary, 0);
  const gap = records.reduce((sum, record) => sum + record.dropped.gap, 0);
  const other: Record<string, number> = {};
  for (const record of records) {
    for (const [symbol, count] of Object.entries(record.dropped.otherClass))
      other[symbol] = (other[symbol] ?? 0) + count;
  }
  const others = Object.entries(other);
  const notices = [
    {
      code: "boundary",
      message: `${boundary} beats left out because their window leaves the recording, ${gap} because it touches a gap.`,
    },
  ];
  if (others.length > 0) {
    notices.push({
      code: "other-class",
      message:
        `${others.reduce((sum, [, count]) => sum + count, 0)} beats left out because their class is not one of ` +
        `${classes.join(", ")} (${others.map(([symbol, count]) => `${symbol}: ${count}`).join(", ")}).`,
    });
  }
  return notices;
}

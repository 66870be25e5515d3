import { classMaps } from "../../beats/index.ts";
import type { SequenceRecipe } from "./sequence-recipe.ts";
import { type SequenceRecording, noClass } from "./sequence-recording.ts";

export interface SequenceExampleOptions extends Pick<SequenceRecipe["beats"], "classMap"> {
  readonly classes: readonly string[];
  /** Features, and beats of a chunk. */
  readonly input: { readonly channels: number; readonly samples: number };
}

/** The beats of whole recordings that have a class, in columns, as splits and reports want examples. */
export function sequenceExamples(
  recordings: readonly Pick<SequenceRecording, "id" | "patientId" | "leads" | "labels" | "positions">[],
  { classes, classMap, input }: SequenceExampleOptions,
) {
  const rows = recordings.flatMap(({ labels }, record) =>
    Array.from(labels, (label, beat) => ({ record, label, beat })).filter(({ label }) => label !== noClass),
  );
  const others = recordings.reduce((sum, { labels }) => sum + labels.length, 0) - rows.length;
  const symbols = [...classMaps[classMap]];
  return {
    unit: "beat" as const,
    size: rows.length,
    classes,
    labels: Uint8Array.from(rows, ({ label }) => label),
    recordOf: Uint16Array.from(rows, ({ record }) => record),
    positions: Int32Array.from(rows, ({ record, beat }) => recordings[record]!.positions[beat]!),
    records: recordings.map(({ id, patientId, leads }) => ({ id, patientId, lead: leads[0]! })),
    input,
    classMap: {
      name: classMap,
      symbols: Object.fromEntries(
        classes.map((name) => [name, symbols.filter(([, owner]) => owner === name).map(([symbol]) => symbol)]),
      ),
    },
    scaling: "none" as const,
    notices: [
      {
        code: "other-class",
        message: `${others} beats are part of the sequences but neither learnt nor scored, because their class is not one of ${classes.join(", ")}.`,
      },
    ],
  };
}

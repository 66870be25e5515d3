import { rhythmIntervals } from "../beats/index.ts";
import { UserError } from "../core/errors.ts";
import { type LocatedDataset, watchOpened } from "../datasets/index.ts";
import { isBeatSymbol } from "../formats/index.ts";
import type { Predictor } from "../runtime/index.ts";
import type { ExampleSet } from "../train/index.node.ts";

/** What the recordings of a dataset have, as far as they were opened. */
export interface SeenRecordings {
  recordings: number;
  beats: number;
  rhythms: number;
  readonly leads: Set<string>;
}

/** A dataset that notes what its recordings have as they are opened: long ones are not read again to explain a failure. */
export function noteRecordings(dataset: LocatedDataset): {
  readonly noted: LocatedDataset;
  readonly seen: SeenRecordings;
} {
  const seen: SeenRecordings = { recordings: 0, beats: 0, rhythms: 0, leads: new Set() };
  const noted = watchOpened(dataset, (recording) => {
    seen.recordings++;
    seen.beats += recording.annotations.filter(({ symbol }) => isBeatSymbol(symbol)).length;
    seen.rhythms += rhythmIntervals(recording).length;
    for (const { name } of recording.leads) seen.leads.add(name);
  });
  return { noted, seen };
}

/** Why a dataset gave a model no examples: no such labels, no such leads, or none of its classes. */
export function noExamples(
  { unit, classes, records }: ExampleSet,
  {
    card,
    dataset,
    seen,
  }: { readonly card: Predictor["card"]; readonly dataset: string; readonly seen: SeenRecordings },
): UserError {
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot score the model: expected ${wanted} in dataset ${dataset}, found ${found}.`);
  const none = `none in its ${seen.recordings} records`;
  if (card.task === "beats" && seen.beats === 0) return mistake("annotated beats", none);
  if (card.task === "segments" && card.cutting.task === undefined && seen.rhythms === 0)
    return mistake("annotated rhythms", none);
  const leads = wantedLeads(card);
  if (leads !== undefined && seen.recordings > 0 && records.length === 0) {
    return mistake(`recordings with ${leads}`, [...seen.leads].slice(0, 12).join(", "));
  }
  return mistake(`${unit}s of ${classes.join(", ")}`, "none that it can read");
}

function wantedLeads(card: Predictor["card"]): string | undefined {
  if (card.task === "beat-sequences") return undefined;
  const { leads } = card.preprocessing;
  // Beats and segments take the first of the leads that is there, recordings take each.
  const each = card.task === "recordings" ? [leads].flat().map((names) => [names].flat()) : [card.preprocessing.leads];
  const count = card.task === "beats" ? (card.preprocessing.leadCount ?? 1) : 1;
  const more = count > 1 ? ` and ${count - 1} more` : "";
  return `lead ${each.map((names) => names.join(" or ")).join(", ")}${more}`;
}

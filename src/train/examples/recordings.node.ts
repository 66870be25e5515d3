import { compileRecordingPreprocessing, namedLeads, recordingInput } from "../../beats/index.ts";
import { UserError } from "../../core/errors.ts";
import type { Notice, Recording } from "../../core/recording.ts";
import type { LocatedDataset, RecordLabels } from "../../datasets/index.ts";
import type { RecordingSettings } from "./example-settings.ts";
import { choiceByClass, mergeClasses } from "./class-merge.ts";
import type { ExampleRecord } from "./example-set.node.ts";
import type { ExampleKind, ExampleOutline } from "./example-kind.node.ts";
import { createSignalStore } from "./signal-store.ts";
import { hasLead } from "./take-recordings.node.ts";

/** What the normalisation leaves to the folds. */
const scalings = { none: "none", lead: "none", recording: "none", dataset: "one", feature: "channel" } as const;

/** How many recordings are read at once. */
const ahead = 8;

/** One example per labelled recording. */
export const recordings: ExampleKind<RecordingSettings, "recordings"> = {
  outline: async (settings, dataset) => {
    const labels = await labelsOf(dataset, settings.task);
    const { classes } = mergeClasses(settings.classes, { known: labels.classes, what: whatOf(dataset, labels) });
    const preprocessing = await nameLeads(settings.preprocessing, { dataset, labels });
    return {
      settings: { ...settings, task: labels.task, preprocessing },
      input: recordingInput(preprocessing),
      classes,
      labelling: labels.kind,
    };
  },
  read: async function* (outline, { dataset, recordNames, unusable }) {
    const { settings, input, classes, labelling } = outline;
    const labels = await labelsOf(dataset, settings.task);
    const { of } = mergeClasses(settings.classes, { known: labels.classes, what: whatOf(dataset, labels) });
    const prepare = compileRecordingPreprocessing(settings.preprocessing);
    const labelsOfRecord = (name: string) => [
      ...new Set((labels.of.get(name) ?? []).flatMap((own) => of.get(own) ?? [])),
    ];
    const wanted = recordNames.filter((name) => labelsOfRecord(name).length > 0);
    const leads = settings.preprocessing.leads as readonly (string | readonly string[])[];
    const isUsable = (recording: Recording) => leads.every((names) => hasLead(recording, [names].flat()));
    const store = createSignalStore(wanted.length);
    const records: ExampleRecord[] = [];
    const gaps: string[] = [];
    let unknown = 0;
    let done = 0;
    for await (const recording of openAhead(dataset, wanted)) {
      const name = wanted[done]!;
      if (unusable === "refuse" || isUsable(recording)) {
        const { channels, leads, bridged } = prepare(recording);
        store.add(channels);
        if (bridged > 0) gaps.push(name);
        const patientId = labels.patients?.get(name) ?? recording.patientId;
        if (patientId === undefined) unknown++;
        records.push({
          id: name,
          patientId: patientId ?? name,
          lead: leads[0]!,
          fold: labels.folds?.get(name),
        });
      }
      yield { kind: "record", record: name, done: ++done, records: wanted.length };
    }
    const { inputs, lengths } = store.finish();
    const size = records.length;
    const truth = labelRows(
      records.map(({ id }) => labelsOfRecord(id)),
      { labelling, classCount: classes.length },
    );
    const set = { unit: "recording" as const, size, classes, records, input, ...truth };
    return {
      data: { inputs, lengths, size, ...truth },
      examples: {
        ...set,
        recordOf: Int32Array.from(records, (_, index) => index),
        positions: new Int32Array(size),
        classMap: { name: `${dataset.name} ${labels.task}`, ...symbolsOf(settings) },
        scaling: scalings[settings.preprocessing.normalise],
        notices: [
          ...labels.notices,
          ...leftOut(recordNames, { labels, wanted, used: size }),
          ...bridgedNotice(gaps),
          ...unknownPersons(unknown, size),
        ],
      },
    };
  },
  toCard: ({ settings: { task, classes, preprocessing }, labelling }) => ({
    task: "recordings",
    preprocessing,
    labelling: {
      ...(task === undefined ? {} : { task }),
      kind: labelling,
      ...(classes === undefined ? {} : { classes: choiceByClass(classes) }),
    },
  }),
  fromCard: ({ preprocessing, labelling: { task, classes } }) => ({ task, classes, preprocessing }),
};

/** @throws UserError where the dataset labels no recordings. */
export async function labelsOf(dataset: LocatedDataset, task: string | undefined): Promise<RecordLabels> {
  const labels = await dataset.labels?.(task);
  if (labels !== undefined) return labels;
  throw new UserError(
    `Cannot take labels of recordings from dataset ${dataset.name}: expected a dataset that has them, found annotations alone.`,
  );
}

export function whatOf(dataset: LocatedDataset, { task }: RecordLabels): string {
  return `task ${task} of dataset ${dataset.name}`;
}

async function nameLeads(
  preprocessing: RecordingSettings["preprocessing"],
  { dataset, labels }: { readonly dataset: LocatedDataset; readonly labels: RecordLabels },
): Promise<RecordingSettings["preprocessing"]> {
  if (preprocessing.leads !== "all") return preprocessing;
  const first = dataset.recordNames.find((name) => labels.of.has(name));
  if (first === undefined) throw new UserError(`Cannot use ${whatOf(dataset, labels)}: it labels no record at hand.`);
  return namedLeads(preprocessing, await dataset.open(first));
}

/** Recordings in order, the next few being read while one is worked on. */
async function* openAhead(dataset: LocatedDataset, names: readonly string[]): AsyncGenerator<Recording> {
  const open = (name: string) => {
    const opening = dataset.open(name);
    // Its failure is thrown where it is waited for.
    opening.catch(() => {});
    return opening;
  };
  const opening = names.slice(0, ahead).map(open);
  for (let next = ahead; opening.length > 0; next++) {
    const recording = await opening.shift()!;
    if (next < names.length) opening.push(open(names[next]!));
    yield recording;
  }
}

/** In shared memory: the class of each row, or its targets [row, class]. */
function labelRows(
  rows: readonly (readonly number[])[],
  { labelling, classCount }: { readonly labelling: ExampleOutline<unknown>["labelling"]; readonly classCount: number },
): { readonly labels: Uint8Array } | { readonly targets: Float32Array } {
  if (labelling === "one") {
    const labels = new Uint8Array(new SharedArrayBuffer(rows.length));
    labels.set(rows.map((row) => row[0]!));
    return { labels };
  }
  const targets = new Float32Array(new SharedArrayBuffer(4 * rows.length * classCount));
  rows.forEach((row, index) => row.forEach((label) => (targets[index * classCount + label] = 1)));
  return { targets };
}

function symbolsOf({ classes }: RecordingSettings) {
  return classes === undefined ? {} : { symbols: choiceByClass(classes) };
}

function leftOut(
  recordNames: readonly string[],
  { labels, wanted, used }: { labels: RecordLabels; wanted: readonly string[]; used: number },
): Notice[] {
  const unlabelled = recordNames.filter((name) => !labels.of.has(name)).length;
  const other = recordNames.length - unlabelled - wanted.length;
  const told = labels.notices.some(({ code }) => code === "unlabelled");
  const reasons = [
    [told ? 0 : unlabelled, `without a label of task ${labels.task}`],
    [other, "whose classes are not among those asked for"],
    [wanted.length - used, "that lack a lead"],
  ] as const;
  return reasons
    .filter(([count]) => count > 0)
    .map(([count, reason]) => ({ code: "left-out", message: `${count} recordings ${reason} were left out.` }));
}

function unknownPersons(unknown: number, size: number): Notice[] {
  if (unknown === 0) return [];
  const message =
    `The dataset does not say whose ${unknown} of the ${size} recordings are: each counts as a person of its own, ` +
    "and one person's may be on both sides of the split.";
  return [{ code: "unknown-persons", message }];
}

function bridgedNotice(gaps: readonly string[]): Notice[] {
  if (gaps.length === 0) return [];
  const some = gaps.slice(0, 5).join(", ") + (gaps.length > 5 ? ", …" : "");
  return [
    { code: "gap", message: `Invalid samples of ${gaps.length} recordings (${some}) were bridged by straight lines.` },
  ];
}

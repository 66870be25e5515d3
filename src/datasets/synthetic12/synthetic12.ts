import { z } from "zod";

import { createRandom } from "../../core/random.ts";
import type { Recording } from "../../core/recording.ts";
import { parseDatasetOptions, requireTask } from "../dataset-files.ts";
import { type LocatedDataset, unknownRecord } from "../located-dataset.ts";
import type { RecordLabels } from "../record-labels.ts";
import { standardLeads } from "../synthetic/lead-vectors.ts";
import { drawPatient, type Patient } from "../synthetic/patient.ts";
import { recordPatient } from "../synthetic/synthesise-recording.ts";
import type { Licence } from "../wfdb-entry.ts";
import { type Condition, type ConditionCode, conditionClasses, conditions, drawConditions } from "./conditions.ts";

const name = "synthetic12";
const defaultRecordings = 400;
const tasks = ["conditions", "superdiagnostic"] as const;
/** As in PTB-XL's task of that name. */
const superclasses = ["CD", "HYP", "MI", "NORM", "STTC"];

const optionsSchema = z.strictObject({
  recordings: z.int().min(1).max(1_000_000).default(defaultRecordings),
  seed: z.union([z.int(), z.string()]).default(1),
  /** Hz. */
  rate: z.number().min(100).max(1000).default(100),
  seconds: z.number().min(2).max(600).default(10),
  /** Factor on all noise. */
  noise: z.number().min(0).max(10).default(1),
});

export type Synthetic12Options = z.input<typeof optionsSchema>;

/** A dataset that the program makes: nothing to download. */
export interface GeneratedEntry {
  readonly kind: "generated";
  readonly name: string;
  readonly title: string;
  /** Of the default options. */
  readonly recordNames: readonly string[];
  readonly licence: Licence;
  readonly citation: string;
  readonly tasks: readonly string[];
  readonly open: (options: Readonly<Record<string, unknown>>) => LocatedDataset;
}

export const synthetic12: GeneratedEntry = {
  kind: "generated",
  name,
  title: "Virtual twelve-lead recordings with several conditions each",
  recordNames: recordNames(defaultRecordings),
  licence: { name: "Apache-2.0 (as the program)", url: "https://www.apache.org/licenses/LICENSE-2.0" },
  citation:
    "McSharry PE et al. A dynamical model for generating synthetic electrocardiogram signals. IEEE Trans Biomed Eng " +
    "50(3):289-294 (2003); Sameni R et al. Multichannel ECG and noise modeling. EURASIP J Adv Signal Process 2007:043407.",
  tasks,
  open: openSynthetic12,
};

/**
 * Ten-second recordings of twelve leads, each of another virtual person with none to three conditions; made when they are opened.
 * The same options give the same samples, and a recording does not depend on how many there are.
 */
export function openSynthetic12(options: Readonly<Record<string, unknown>> = {}): LocatedDataset {
  const { recordings, ...making } = parseDatasetOptions(optionsSchema, options, name);
  const dataset = { name, recordNames: recordNames(recordings) };
  return {
    ...dataset,
    open: async (record) => {
      if (dataset.recordNames[Number(record) - 1] !== record) throw unknownRecord(dataset, record);
      return synthesise12(Number(record), making);
    },
    labels: async (task) => labelsOf(dataset.recordNames, { task: requireTask(name, tasks, task), seed: making.seed }),
  };
}

interface Making {
  readonly seed: number | string;
  readonly rate: number;
  readonly seconds: number;
  readonly noise: number;
}

/** One recording of the dataset, from 1. */
export function synthesise12(number: number, { seed, rate, seconds, noise }: Making): Recording {
  const random = streamOf(seed, number);
  const found = conditionsOf(seed, number);
  const own = found.map((code): Condition => conditions[code]);
  const profile = own.find((condition) => condition.profile !== undefined)?.profile ?? "quiet";
  const drawn = drawPatient(random, profile);
  // Ectopic beats are no class here: a few at most, in any recording.
  const episodes = { atrialPremature: 0.004, ventricularPremature: 0.004 };
  const healthy: Patient = { ...drawn, profile: { ...drawn.profile, episodes } };
  const patient = own.reduce(
    (person, { change }, i) => change?.(person, random.fork("condition").fork(i)) ?? person,
    healthy,
  );
  const recording = recordPatient(patient, { random, sampleRate: rate, seconds, noise, leads: standardLeads });
  return {
    ...recording,
    id: recordName(number),
    patientId: `${name}/${seed}-${number}`,
    comments: [
      `${patient.age} ${patient.sex} synthetic`,
      `Virtual person ${number} of seed ${seed}: ${found.join(", ") || "NORM"}; no real person.`,
    ],
  };
}

/** The conditions of a recording; empty for a healthy person. */
export function conditionsOf(seed: number | string, number: number): readonly ConditionCode[] {
  return drawConditions(streamOf(seed, number).fork("conditions"));
}

function streamOf(seed: number | string, number: number) {
  return createRandom(seed).fork("synthetic12").fork(number);
}

function recordNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => recordName(i + 1));
}

function recordName(number: number): string {
  return String(number).padStart(5, "0");
}

function labelsOf(
  names: readonly string[],
  { task, seed }: { readonly task: (typeof tasks)[number]; readonly seed: number | string },
): RecordLabels {
  const of = new Map<string, readonly string[]>();
  for (const record of names) {
    const found = conditionsOf(seed, Number(record));
    const labels = task === "conditions" ? codesOf(found) : superclassesOf(found);
    if (labels.length > 0) of.set(record, labels);
  }
  const labelled = [...of.keys()];
  return {
    task,
    classes: task === "conditions" ? conditionClasses : superclasses,
    kind: "several",
    of,
    folds: new Map(labelled.map((record) => [record, 1 + ((Number(record) - 1) % 10)])),
    patients: new Map(labelled.map((record) => [record, `${name}/${seed}-${Number(record)}`])),
    notices: [],
  };
}

function codesOf(found: readonly ConditionCode[]): readonly string[] {
  return found.length === 0 ? ["NORM"] : found;
}

function superclassesOf(found: readonly ConditionCode[]): readonly string[] {
  if (found.length === 0) return ["NORM"];
  const present = new Set(found.map((code) => (conditions[code] as Condition).superclass));
  return superclasses.filter((one) => present.has(one as "CD"));
}

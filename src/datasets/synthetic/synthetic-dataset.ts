import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import { encodeWfdb } from "../../formats/index.ts";
import { candidateDirectories, type DataPlaces } from "../data-directories.ts";
import { parseDatasetOptions } from "../dataset-files.ts";
import { type LocatedDataset, readRecordsFile, requireRecord, wfdbDirectory } from "../located-dataset.ts";
import { profileNames } from "./profiles.ts";
import { synthesiseRecording } from "./synthesise-recording.ts";
import {
  type SyntheticEntry,
  syntheticDefaults,
  type SyntheticOptions,
  syntheticRecordNames,
} from "./synthetic-entry.ts";

/** Stands beside the records of a written synthetic dataset and says how they were made. */
const manifestName = "synthetic.json";
const manifestSchema = z.object({ patientIds: z.record(z.string(), z.string()) });

const optionsSchema = z.strictObject({
  patients: z.int().min(1).max(1_000_000).exactOptional(),
  seed: z.union([z.int(), z.string()]).exactOptional(),
  /** Hz. */
  sampleRate: z.number().positive().exactOptional(),
  seconds: z.number().positive().exactOptional(),
  leads: z.array(z.string()).min(1).exactOptional(),
  profile: z.enum(profileNames).exactOptional(),
  /** Factors. */
  ectopy: z.number().nonnegative().exactOptional(),
  noise: z.number().nonnegative().exactOptional(),
  format: z.union([z.literal(16), z.literal(212)]).exactOptional(),
});

/** The dataset in memory: each record is made when it is opened. */
export function syntheticDataset(options: SyntheticOptions = {}): LocatedDataset {
  const asked = parseDatasetOptions(optionsSchema, { ...options }, "synthetic");
  const { patients = syntheticDefaults.patients, ...synthesis } = { ...syntheticDefaults, ...asked };
  const dataset = { name: "synthetic", recordNames: syntheticRecordNames(patients) };
  return {
    ...dataset,
    open: async (recordName) => {
      requireRecord(dataset, recordName);
      return synthesiseRecording({ ...synthesis, patient: dataset.recordNames.indexOf(recordName) + 1 });
    },
  };
}

/** Writes the dataset as WFDB: signals, headers, annotations (`.atr`), RECORDS, and how it was made. */
export async function writeSyntheticDataset(
  directory: string,
  options: SyntheticOptions = {},
): Promise<LocatedDataset> {
  const all = { ...syntheticDefaults, format: 212 as const, ...options };
  const dataset = syntheticDataset(all);
  const patientIds: Record<string, string> = {};
  for (const name of dataset.recordNames) {
    const recording = await dataset.open(name);
    patientIds[name] = recording.patientId ?? name;
    for (const [file, bytes] of encodeWfdb(recording, { format: all.format, annotator: "atr", name })) {
      await writeFileWhole(join(directory, file), bytes);
    }
  }
  await writeFileWhole(join(directory, "RECORDS"), dataset.recordNames.map((name) => `${name}\n`).join(""));
  // Last, so that an interrupted write does not look like a dataset.
  await writeFileWhole(join(directory, manifestName), JSON.stringify({ options: all, patientIds }, undefined, 2));
  return openWritten(directory, patientIds);
}

/** A written copy where `dataDirectory` holds one, otherwise what is asked for, or else the entry's default, made in memory. */
export async function locateSynthetic(
  entry: SyntheticEntry,
  places: DataPlaces & { readonly options?: SyntheticOptions },
): Promise<LocatedDataset> {
  for (const directory of places.dataDirectory === undefined ? [] : candidateDirectories(entry.name, places)) {
    const text = await readFile(join(directory, manifestName), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    return openWritten(directory, readPatientIds(text, join(directory, manifestName)));
  }
  return syntheticDataset({ ...entry.options, ...places.options });
}

async function openWritten(directory: string, patientIds: Readonly<Record<string, string>>): Promise<LocatedDataset> {
  const recordNames = await readRecordsFile(directory);
  if (recordNames === undefined) {
    throw new UserError(`Cannot open the synthetic dataset in ${directory}: expected a file RECORDS, found none`);
  }
  return wfdbDirectory(directory, {
    name: "synthetic",
    recordNames,
    patientIdOf: (record) => patientIds[record] ?? record,
  });
}

function readPatientIds(text: string, path: string): Readonly<Record<string, string>> {
  const parsed = manifestSchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data.patientIds;
  throw new UserError(`Cannot read ${path}: ${parsed.error.issues[0]?.message ?? "not the expected JSON"}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot read ${path}: expected JSON, found ${error instanceof Error ? error.message : "none"}`);
  }
}

import { z } from "zod";

import { UserError } from "../core/errors.ts";
import { datasetCatalogue, datasetEntry, patientIdOf } from "./catalogue.ts";
import { cacheDirectory, candidateDirectories, type DataPlaces, getCommand } from "./data-directories.ts";
import { namesIn, parseDatasetOptions } from "./dataset-files.ts";
import { type LocatedDataset, wfdbDirectory } from "./located-dataset.ts";
import { openFolderDataset } from "./folder/folder-dataset.ts";
import { partialCopyNotices } from "./partial-copy.ts";
import type { RecordingsEntry } from "./recordings-entry.ts";
import { locateSynthetic } from "./synthetic/synthetic-dataset.ts";
import { publishedFileCount } from "./published-files.ts";
import { datasetFiles, filesOfRecord, recordFiles, type WfdbEntry } from "./wfdb-entry.ts";

export interface LocateOptions extends DataPlaces {
  /**
   * What to do where only some of the files are there: `refuse` (the default, for results that claim to be on the
   * dataset), or `accept` and offer the records that are whole.
   */
  readonly incomplete?: "refuse" | "accept";
  /** The dataset's own options, such as `{ rate: 500 }` of ptb-xl. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * Finds a dataset: in `dataDirectory` alone where given, otherwise in EINTHOVEN_DATA, then in the cache.
 * @throws UserError with the command that gets it, where it isn't there.
 */
export async function locateDataset(name: string, options: LocateOptions): Promise<LocatedDataset> {
  const entry = datasetEntry(name);
  if (entry.kind === "synthetic") return locateSynthetic(entry, options);
  if (entry.kind === "generated") return entry.open(options.options ?? {});
  if (entry.kind === "folder") return openFolderDataset(options.options ?? {});
  if (entry.kind === "recordings") return locateRecordings(entry, options);
  parseDatasetOptions(z.strictObject({}), options.options ?? {}, name);
  const found = await findCopy(entry, options);
  const command = getCommand(name, options.dataDirectory);
  if (found === undefined) throw notFound(name, options);
  const { directory, missing } = found;
  if (missing.length > 0 && options.incomplete !== "accept") {
    const total = recordFiles(entry).length;
    const some = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", …" : "");
    throw new UserError(
      `Cannot open dataset ${name}: expected ${total} files in ${directory}, found ${total - missing.length} ` +
        `(missing ${some}). Get the rest with: ${command}`,
    );
  }
  const lacking = new Set(missing);
  const { leftOut, personInComments } = entry;
  const recordNames = entry.recordNames.filter(
    (record) => !filesOfRecord(entry, record).some((file) => lacking.has(file)),
  );
  const notices = leftOut === undefined ? [] : [{ code: "left-out", message: leftOut.reason }];
  notices.push(...partialCopyNotices(name, { found: recordNames.length, of: entry.recordNames.length }));
  return wfdbDirectory(directory, {
    name,
    recordNames,
    notices,
    patientIdOf: (record, { comments }) => {
      const number = comments
        .map((comment) => personInComments?.exec(comment)?.[1])
        .find((found) => found !== undefined);
      return number === undefined ? patientIdOf(entry, record) : `${name}/person-${number}`;
    },
  });
}

/** A partial copy is opened too: its notices say how much is there. */
async function locateRecordings(entry: RecordingsEntry, options: LocateOptions): Promise<LocatedDataset> {
  const found = await findRecordings(entry, options);
  if (found === undefined) throw notFound(entry.name, options);
  return entry.open(found.directory, options.options ?? {});
}

function notFound(name: string, places: DataPlaces): UserError {
  const asked = places.dataDirectory ?? places.env.EINTHOVEN_DATA ?? cacheDirectory(places);
  const command = getCommand(name, places.dataDirectory);
  return new UserError(`Cannot open dataset ${name}: found none of its files in ${asked}. Get it with: ${command}`);
}

/** The first directory that has any of its recordings. */
async function findRecordings(entry: RecordingsEntry, places: DataPlaces) {
  for (const directory of candidateDirectories(entry.name, places)) {
    const { present, expected } = await entry.countFiles(directory);
    if (present > 0) return { directory, present, expected };
  }
  return undefined;
}

/** One line of `einthoven data list`. */
export interface DatasetStatus {
  readonly name: string;
  readonly title: string;
  readonly version?: string;
  /** Size of a complete copy; absent where nothing has to be stored. */
  readonly bytes?: number;
  readonly licence: string;
  readonly recordCount: number;
  /** Where it is; absent where it isn't, or needs no place. */
  readonly directory?: string;
  /** By name and presence only; `verifyDataset` looks inside. */
  readonly files?: { readonly present: number; readonly expected: number };
  readonly complete: boolean;
}

export async function listDatasets(places: DataPlaces): Promise<readonly DatasetStatus[]> {
  return Promise.all(
    datasetCatalogue.map(async (entry): Promise<DatasetStatus> => {
      const { name, title } = entry;
      const recordCount = entry.kind === "recordings" ? entry.recordCount : entry.recordNames.length;
      const common = { name, title, licence: entry.licence.name, recordCount };
      if (entry.kind === "synthetic" || entry.kind === "generated") return { ...common, complete: true };
      const found = await (entry.kind === "wfdb" ? findCopy(entry, places) : findRecordings(entry, places));
      const expected = found?.expected ?? publishedFileCount(entry);
      return {
        ...common,
        version: entry.version,
        bytes: entry.bytes,
        ...(found === undefined ? {} : { directory: found.directory }),
        files: { present: found?.present ?? 0, expected },
        complete: found !== undefined && isComplete(found),
      };
    }),
  );
}

function isComplete(found: Copy | Omit<Copy, "missing">): boolean {
  return "missing" in found ? found.missing.length === 0 : found.present >= found.expected;
}

interface Copy {
  readonly directory: string;
  /** Files of records that are not there. */
  readonly missing: readonly string[];
  /** How many of all files are there. */
  readonly present: number;
  /** How many a complete copy has. */
  readonly expected: number;
}

/** The first complete copy, or else the first that has something. */
async function findCopy(entry: WfdbEntry, places: DataPlaces): Promise<Copy | undefined> {
  let partial: Copy | undefined;
  for (const directory of candidateDirectories(entry.name, places)) {
    const names = new Set(await namesIn(directory));
    const missing = recordFiles(entry).filter((file) => !names.has(file));
    if (missing.length === recordFiles(entry).length) continue;
    const all = datasetFiles(entry);
    const present = all.filter((file) => names.has(file)).length;
    const copy = { directory, missing, present, expected: all.length };
    if (missing.length === 0) return copy;
    partial ??= copy;
  }
  return partial;
}

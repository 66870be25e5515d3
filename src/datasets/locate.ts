import { readdir } from "node:fs/promises";

import { UserError } from "../core/errors.ts";
import { datasetCatalogue, datasetEntry, patientIdOf } from "./catalogue.ts";
import { cacheDirectory, candidateDirectories, type DataPlaces, getCommand } from "./data-directories.ts";
import { type LocatedDataset, wfdbDirectory } from "./located-dataset.ts";
import { locateSynthetic } from "./synthetic/synthetic-dataset.ts";
import { datasetFiles, recordFiles, type WfdbEntry } from "./wfdb-entry.ts";

export interface LocateOptions extends DataPlaces {
  /**
   * What to do where only some of the files are there: `refuse` (the default, for results that claim to be on the
   * dataset), or `accept` and offer the records that are whole.
   */
  readonly incomplete?: "refuse" | "accept";
}

/**
 * Finds a dataset: in `dataDirectory` alone where given, otherwise in EINTHOVEN_DATA, then in the cache.
 * @throws UserError with the command that gets it, where it isn't there.
 */
export async function locateDataset(name: string, options: LocateOptions): Promise<LocatedDataset> {
  const entry = datasetEntry(name);
  if (entry.kind === "synthetic") return locateSynthetic(entry, options);
  const found = await findCopy(entry, options);
  const command = getCommand(name, options.dataDirectory);
  if (found === undefined) {
    const asked = options.dataDirectory ?? options.env.EINTHOVEN_DATA ?? cacheDirectory(options);
    throw new UserError(`Cannot open dataset ${name}: found none of its files in ${asked}. Get it with: ${command}`);
  }
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
  return wfdbDirectory(directory, {
    name,
    recordNames: entry.recordNames.filter(
      (record) => !entry.extensions.some((extension) => lacking.has(`${record}.${extension}`)),
    ),
    patientIdOf: (record) => patientIdOf(entry, record),
  });
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
      const common = { name, title, licence: entry.licence.name, recordCount: entry.recordNames.length };
      if (entry.kind === "synthetic") return { ...common, complete: true };
      const found = await findCopy(entry, places);
      const expected = datasetFiles(entry).length;
      return {
        ...common,
        version: entry.version,
        bytes: entry.bytes,
        ...(found === undefined ? {} : { directory: found.directory }),
        files: { present: found?.present ?? 0, expected },
        complete: found !== undefined && found.missing.length === 0,
      };
    }),
  );
}

interface Copy {
  readonly directory: string;
  /** Files of records that are not there. */
  readonly missing: readonly string[];
  /** How many of all files are there. */
  readonly present: number;
}

/** The first complete copy, or else the first that has something. */
async function findCopy(entry: WfdbEntry, places: DataPlaces): Promise<Copy | undefined> {
  let partial: Copy | undefined;
  for (const directory of candidateDirectories(entry.name, places)) {
    const names = new Set(await namesIn(directory));
    const missing = recordFiles(entry).filter((file) => !names.has(file));
    if (missing.length === recordFiles(entry).length) continue;
    const copy = { directory, missing, present: datasetFiles(entry).filter((file) => names.has(file)).length };
    if (missing.length === 0) return copy;
    partial ??= copy;
  }
  return partial;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw new UserError(`Cannot look for data in ${directory}: ${error.message}`);
  });
}

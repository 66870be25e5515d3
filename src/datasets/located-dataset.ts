import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../core/errors.ts";
import { diskFolder } from "../core/file-source.node.ts";
import type { Notice, Recording } from "../core/recording.ts";
import { readWfdb } from "../formats/index.ts";
import type { RecordLabels } from "./record-labels.ts";

/** A dataset that is at hand. */
export interface LocatedDataset {
  readonly name: string;
  /** Where its files lie; absent where it is made in memory. */
  readonly directory?: string;
  readonly recordNames: readonly string[];
  /** Whether a complete copy has a record that this one lacks; absent where the names above are all. */
  readonly lacks?: (recordName: string) => boolean;
  /** What a person should know of this copy, such as how much of it is missing; absent where there is nothing. */
  readonly notices?: readonly Notice[];
  /** Where a record's WFDB header lies below `directory`, without extension; absent where it is the record's name. */
  readonly pathOf?: (recordName: string) => string | undefined;
  /** @throws UserError where it has no record of that name. */
  open(recordName: string): Promise<Recording>;
  /**
   * Labels of whole recordings; absent where the dataset has none. Default: its main task.
   * @throws UserError where it has no such task.
   */
  labels?(task?: string): Promise<RecordLabels>;
}

/** The same dataset, of which each recording is shown to `see` as it is opened. */
export function watchOpened(
  dataset: LocatedDataset,
  see: (recording: Recording, recordName: string) => void,
): LocatedDataset {
  return {
    ...dataset,
    open: async (recordName) => {
      const recording = await dataset.open(recordName);
      see(recording, recordName);
      return recording;
    },
  };
}

export interface WfdbDirectoryOptions {
  readonly name: string;
  readonly recordNames: readonly string[];
  readonly notices?: readonly Notice[];
  /** The recorded person; default: what the file says. */
  readonly patientIdOf?: (recordName: string, recording: Recording) => string;
}

/** A dataset over WFDB files in one directory. */
export function wfdbDirectory(directory: string, options: WfdbDirectoryOptions): LocatedDataset {
  const { name, recordNames, notices, patientIdOf } = options;
  const folder = diskFolder(directory);
  return {
    name,
    directory,
    recordNames,
    ...(notices === undefined ? {} : { notices }),
    open: async (recordName) => {
      requireRecord({ name, recordNames }, recordName);
      const recording = await readWfdb(folder, recordName);
      return patientIdOf === undefined ? recording : { ...recording, patientId: patientIdOf(recordName, recording) };
    },
  };
}

/** Record names of a directory's RECORDS file; `undefined` where it has none. */
export async function readRecordsFile(directory: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(directory, "RECORDS"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  return text
    ?.split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** @throws UserError where the dataset has no record of that name. */
export function requireRecord(dataset: Pick<LocatedDataset, "name" | "recordNames">, recordName: string): void {
  if (!dataset.recordNames.includes(recordName)) throw unknownRecord(dataset, recordName);
}

export function unknownRecord(
  { name, recordNames }: Pick<LocatedDataset, "name" | "recordNames">,
  recordName: string,
): UserError {
  const known = recordNames.length > 12 ? `${recordNames.slice(0, 12).join(", ")}, …` : recordNames.join(", ");
  return new UserError(`Cannot open ${name}/${recordName}: expected one of ${recordNames.length} records (${known})`);
}

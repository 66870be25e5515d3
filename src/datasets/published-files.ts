import type { RecordingsEntry } from "./recordings-entry.ts";
import { datasetFiles, type WfdbEntry } from "./wfdb-entry.ts";

/** The files of a complete copy, as far as a list of digests knows them where the catalogue does not list them itself. */
export function publishedFiles(
  entry: WfdbEntry | RecordingsEntry,
  digests: ReadonlyMap<string, string>,
): readonly string[] {
  return entry.kind === "wfdb" ? datasetFiles(entry) : [...digests.keys()].filter(entry.needs);
}

/** How many files a complete copy has. */
export function publishedFileCount(entry: WfdbEntry | RecordingsEntry): number {
  return entry.kind === "wfdb" ? datasetFiles(entry).length : entry.fileCount;
}

import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";

export interface RecordFile {
  /** In the folder, with its extension. */
  readonly file: string;
  /** The same for all names of one file: `r1`, `./r1.npy`, a symbolic link. Hard links are files of their own. */
  readonly identity: string;
}

/** Tried in this order where a record's name has none. */
const extensions = ["hea", "csv", "npy"];

/** The files that a record's name may stand for, best first. */
export function recordFileNames(record: string): readonly string[] {
  const names = [record, ...extensions.map((extension) => `${record}.${extension}`)];
  return names.filter((name) => extensions.some((extension) => name.endsWith(`.${extension}`)));
}

/** A record's file; `undefined` where there is none. */
export function findRecordFile(directory: string, record: string): RecordFile | undefined {
  for (const file of recordFileNames(record)) {
    const identity = pathOfFile(resolve(directory, file));
    if (identity !== undefined) return { file, identity };
  }
  return undefined;
}

/** A file's own path, in the file system's way of writing it where capitals don't matter. */
function pathOfFile(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? realpathSync.native(path) : undefined;
  } catch {
    return undefined;
  }
}

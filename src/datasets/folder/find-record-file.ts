import { type BigIntStats, statSync } from "node:fs";
import { resolve } from "node:path";

export interface RecordFile {
  /** In the folder, with its extension. */
  readonly file: string;
  /** The same for all names of one file: `r1`, `./r1.npy`, a link. */
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
    const found = lookUp(resolve(directory, file));
    if (found?.isFile() === true) return { file, identity: `${found.dev}:${found.ino}` };
  }
  return undefined;
}

/** As large integers, since a file's number may not fit into a double. */
function lookUp(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

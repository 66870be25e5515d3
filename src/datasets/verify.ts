import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { UserError } from "../core/errors.ts";
import { publishedEntry } from "./catalogue.ts";
import { parseChecksums, sha256File } from "./checksums.ts";
import { getCommand } from "./data-directories.ts";
import { publishedFileCount, publishedFiles } from "./published-files.ts";
import { checksumFile } from "./wfdb-entry.ts";

export interface VerifyOptions {
  /** What the person named with `--data`, for the command that a message offers. */
  readonly dataDirectory?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly file: string; readonly done: number; readonly total: number }) => void;
}

export interface Verification {
  /** Every needed file is there with its published digest, and none is wrong; extra files don't matter. */
  readonly ok: boolean;
  /** Files whose digest is the published one. */
  readonly right: number;
  readonly missing: readonly string[];
  readonly wrong: readonly { readonly file: string; readonly expected: string; readonly found: string }[];
  /** Files of a complete copy that the list of digests beside it does not have: it is not the published list. */
  readonly unlisted: number;
  /** In the directory, but not in the list of digests: nothing is known about them. */
  readonly extra: readonly string[];
}

/** Compares a dataset's files with the published digests that lie beside them. */
export async function verifyDataset(
  name: string,
  directory: string,
  { dataDirectory, signal, onProgress = () => {} }: VerifyOptions = {},
): Promise<Verification> {
  const entry = publishedEntry(name);
  const path = join(directory, checksumFile);
  const list = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    throw new UserError(
      `Cannot verify dataset ${name}: expected the published digests in ${path}, found no such file. ` +
        `Get it with: ${getCommand(name, dataDirectory)}`,
    );
  });
  const digests = parseChecksums(list, path);
  const needed = publishedFiles(entry, digests);
  const present = new Set(await filesBelow(directory));
  present.delete(checksumFile);
  const known = [...present].filter((file) => digests.has(file)).sort();
  const wrong: { file: string; expected: string; found: string }[] = [];
  for (const [i, file] of known.entries()) {
    const expected = digests.get(file)!;
    const found = await sha256File(join(directory, file), signal);
    if (found !== undefined && found !== expected) wrong.push({ file, expected, found });
    onProgress({ file, done: i + 1, total: known.length });
  }
  const missing = needed.filter((file) => !present.has(file));
  return {
    unlisted: publishedFileCount(entry) - needed.length,
    ok:
      wrong.length === 0 &&
      needed.length === publishedFileCount(entry) &&
      needed.every((file) => present.has(file) && digests.has(file)),
    right: known.length - wrong.length,
    missing,
    wrong,
    extra: [...present].filter((file) => !digests.has(file)).sort(),
  };
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

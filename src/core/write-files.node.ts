import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { makeFolder } from "./make-folder.node.ts";

/**
 * Writes files that belong together so that they appear only when all of them are complete: each into a neighbour of
 * another name, flushed to the disk, then all renamed in the order given (name the file last that refers to the
 * others). Makes the folders above them. Where not all can be written, or `signal` is aborted, nothing of them remains, and
 * what was there before is unchanged.
 */
export async function writeFilesWhole(
  files: ReadonlyMap<string, Uint8Array | string>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  try {
    for (const [path, content] of files) {
      signal?.throwIfAborted();
      await makeFolder(dirname(path));
      await writeFlushed(beside(path), content);
    }
    signal?.throwIfAborted();
    for (const path of files.keys()) await rename(beside(path), path);
  } catch (error) {
    await Promise.allSettled([...files.keys()].map((path) => rm(beside(path), { force: true })));
    throw error;
  }
}

function beside(path: string): string {
  return `${path}.part-${process.pid}`;
}

/** An error of the system then names the file and says that it was to be written. */
async function writeFlushed(path: string, content: Uint8Array | string): Promise<void> {
  try {
    const file = await open(path, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw Object.assign(error as NodeJS.ErrnoException, { path, syscall: "write" });
  }
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { UserError } from "../core/errors.ts";

/** Names in a directory; empty where there is no such directory. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw new UserError(`Cannot look for data in ${directory}: ${error.message}`);
  });
}

/** Text of a file; `undefined` where there is none. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new UserError(`Cannot read ${path}: ${error.message}`);
  });
}

/**
 * Record names with the paths of their files without extension, below a directory, in order of name: records that have one
 * file of each extension. Looks into the folders named.
 */
export async function findRecords(
  directory: string,
  options: { readonly folders: readonly string[]; readonly pattern: RegExp; readonly extensions: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const { folders, pattern, extensions } = options;
  const paths: [record: string, path: string][] = [];
  for (const folder of folders) {
    const names = new Set(await namesIn(join(directory, folder)));
    for (const name of names) {
      if (!name.endsWith(`.${extensions[0]}`)) continue;
      const stem = name.slice(0, -1 - extensions[0]!.length);
      const record = pattern.exec(stem)?.[1];
      if (record === undefined || !extensions.every((extension) => names.has(`${stem}.${extension}`))) continue;
      paths.push([record, folder === "" ? stem : `${folder}/${stem}`]);
    }
  }
  return new Map(paths.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A dataset's own options, checked. */
export function parseDatasetOptions<T extends z.ZodType>(
  schema: T,
  options: Readonly<Record<string, unknown>>,
  name: string,
): z.output<T> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "options"}: ${message}`);
  throw new UserError(`Cannot open dataset ${name}: ${problems.join("; ")}`);
}

/** @throws UserError where the dataset has no such task. */
export function requireTask<T extends string>(name: string, tasks: readonly T[], task: string | undefined): T {
  const found = task === undefined ? tasks[0] : tasks.find((known) => known === task);
  if (found !== undefined) return found;
  throw new UserError(`Cannot find task ${task} of dataset ${name}: expected one of ${tasks.join(", ")}`);
}

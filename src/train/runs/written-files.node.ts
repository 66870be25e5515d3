import { createHash } from "node:crypto";

import { UserError } from "../../core/errors.ts";
import type { RunFolder } from "./run-folder.node.ts";

/** SHA-256 of files, by name. */
export type FileDigests = Readonly<Record<string, string>>;

/** Writes into a run's folder and remembers what, so that a later run takes these files only as they were written. */
export function digestingFolder(folder: RunFolder): {
  readonly folder: Pick<RunFolder, "write">;
  readonly digests: () => FileDigests;
} {
  const digests: Record<string, string> = {};
  return {
    folder: {
      write: (name, content) => {
        digests[name] = digestOf(content);
        return folder.write(name, content);
      },
    },
    digests: () => ({ ...digests }),
  };
}

/** @throws UserError that names the first file which is not as it was written. */
export async function requireAsWritten(
  folder: RunFolder,
  { digests, what }: { readonly digests: FileDigests; readonly what: string },
): Promise<void> {
  for (const [name, digest] of Object.entries(digests)) {
    const found = await folder.readBytes(name);
    if (found !== undefined && digestOf(found) === digest) continue;
    const state = found === undefined ? "none" : "a damaged one";
    throw new UserError(
      `Cannot resume the run in ${folder.directory}: expected the file ${name} of its finished ${what}, found ${state}.`,
    );
  }
}

function digestOf(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

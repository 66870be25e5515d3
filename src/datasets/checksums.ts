import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { FormatError, UserError } from "../core/errors.ts";
import { reasonOf } from "./patience.ts";

/**
 * Reads a list of digests as `sha256sum` writes it: `<64 hexadecimal digits> <path>`, or ` *<path>` for binary mode.
 * @returns path → digest in lower case.
 */
export function parseChecksums(text: string, file: string): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === "") return;
    const match = /^([0-9a-fA-F]{64})\s+\*?(.+)$/.exec(line);
    if (match === null) {
      const found = JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
      throw new FormatError(`Cannot read the list of digests: expected "<SHA-256> <path>", found ${found}`, {
        file,
        line: i + 1,
      });
    }
    digests.set(match[2]!.replace(/^\.\//, ""), match[1]!.toLowerCase());
  });
  return digests;
}

/**
 * SHA-256 of a file, read as a stream; `undefined` where there is none.
 * @throws UserError naming the file where it can't be read.
 */
export async function sha256File(path: string, signal?: AbortSignal): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Uint8Array);
  } catch (error) {
    signal?.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    // The system's own error of a read, unlike that of an opening, does not say which file.
    const why = code === "EISDIR" ? "expected a file, found a folder" : reasonOf(error);
    throw new UserError(`Cannot read ${path}: ${why}`, { cause: error });
  }
  return hash.digest("hex");
}

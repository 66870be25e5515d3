import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { UserError } from "../core/errors.ts";
import { makeFolder } from "../core/make-folder.node.ts";
import type { FileOrigin } from "./file-origin.ts";
import { type Patience, pause, reasonOf, watchStall } from "./patience.ts";

export interface DownloadFileOptions {
  readonly origin: FileOrigin;
  /** The directory that the file is put below. */
  readonly to: string;
  /** Its SHA-256, in lower-case hexadecimal. */
  readonly digest: string;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  /** Bytes of the file that are at hand. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Brings one file. Bytes go to `<file>.part`, which a later call continues; only when the digest is right does the file get its
 * name. Aborting leaves the part and throws the signal's reason.
 * @throws UserError where the origin has no such file, keeps failing, or twice sends bytes with another digest.
 */
export async function downloadFile(file: string, options: DownloadFileOptions): Promise<void> {
  const { origin, to, digest, signal, patience } = options;
  const path = join(to, file);
  const part = `${path}.part`;
  await onDisk(`make the folder ${dirname(path)}`, () => makeFolder(dirname(path)));
  let wrong: string | undefined;
  let furthest = 0;
  let failures = 0;
  for (;;) {
    signal.throwIfAborted();
    const outcome = await attempt(file, { ...options, part });
    if (outcome.status === "complete") {
      if (outcome.digest === digest) {
        await onDisk(`write ${path}`, () => rename(part, path));
        return;
      }
      await rm(part, { force: true });
      if (wrong !== undefined) {
        throw new UserError(
          `Cannot download ${file} from ${origin.name}: expected SHA-256 ${digest}, found ${outcome.digest} ` +
            `(tried twice${wrong === outcome.digest ? "" : `, first ${wrong}`})`,
        );
      }
      wrong = outcome.digest;
      furthest = 0;
      continue;
    }
    if (outcome.status === "missing") {
      throw new UserError(`Cannot download ${file} from ${origin.name}: expected it there, found ${outcome.reason}`);
    }
    if (outcome.bytes > furthest) failures = 0;
    furthest = Math.max(furthest, outcome.bytes);
    failures++;
    if (!outcome.temporary || failures > patience.retries) {
      const tries = failures > 1 ? ` (${failures} tries; what has arrived is kept, the same command goes on)` : "";
      throw new UserError(`Cannot download ${file} from ${origin.name}: ${outcome.reason}${tries}`);
    }
    await pause(failures, { patience, signal, waitSeconds: outcome.waitSeconds });
  }
}

type Outcome =
  | { readonly status: "complete"; readonly digest: string }
  | { readonly status: "missing"; readonly reason: string }
  | {
      readonly status: "failed";
      readonly reason: string;
      readonly temporary: boolean;
      readonly bytes: number;
      readonly waitSeconds?: number;
    };

/** Continues the part by one connection. */
async function attempt(file: string, options: DownloadFileOptions & { readonly part: string }): Promise<Outcome> {
  const { origin, part, signal, digest, onBytes } = options;
  let { hash, bytes } = await hashPart(part, signal);
  // Killed between the last byte and the renaming.
  if (bytes > 0 && hash.copy().digest("hex") === digest) return { status: "complete", digest };
  onBytes(bytes);
  const watch = watchStall(signal, options.patience);
  let handle: FileHandle | undefined;
  try {
    const answer = await origin.open(file, { start: bytes, signal: watch.signal });
    if (answer.status === "missing") return answer;
    if (answer.status === "refused") return { ...answer, status: "failed", bytes };
    if (answer.status === "past-end") {
      await rm(part, { force: true });
      return { status: "failed", reason: "the file is shorter than its part here", temporary: true, bytes: 0 };
    }
    if (answer.start !== bytes) {
      hash = createHash("sha256");
      bytes = answer.start;
    }
    const opened = await onDisk(`write ${part}`, () => open(part, bytes === 0 ? "w" : "r+"));
    handle = opened;
    for await (const chunk of answer.chunks) {
      watch.touch();
      const at = bytes;
      await onDisk(`write ${part}`, () => writeAll(opened, { chunk, at }));
      hash.update(chunk);
      bytes += chunk.length;
      onBytes(bytes);
    }
    await onDisk(`write ${part}`, () => opened.sync());
    return { status: "complete", digest: hash.digest("hex") };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    return { status: "failed", reason: watch.stalled() ?? reasonOf(error), temporary: true, bytes };
  } finally {
    watch.end();
    await handle?.close();
  }
}

/** Digest so far and length of what earlier tries left. */
async function hashPart(part: string, signal: AbortSignal) {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(part, { signal })) {
      hash.update(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
    }
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw diskError(`read ${part}`, error);
  }
  return { hash, bytes };
}

async function writeAll(
  handle: FileHandle,
  { chunk, at }: { readonly chunk: Uint8Array; readonly at: number },
): Promise<void> {
  let written = 0;
  while (written < chunk.length) {
    written += (await handle.write(chunk, written, chunk.length - written, at + written)).bytesWritten;
  }
}

/** Problems of the disk are the person's to solve: no further try helps. */
async function onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(what, error);
  }
}

function diskError(what: string, error: unknown): UserError {
  const { code } = error as NodeJS.ErrnoException;
  const why = code === "ENOSPC" ? "no space is left on the disk" : reasonOf(error);
  return new UserError(`Cannot ${what}: ${why}`, { cause: error });
}

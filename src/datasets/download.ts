import { stat } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../core/errors.ts";
import { writeFileWhole } from "../core/write-file.node.ts";
import { publishedEntry } from "./catalogue.ts";
import { parseChecksums, sha256File } from "./checksums.ts";
import { downloadFile } from "./download-file.ts";
import { type FileOrigin, joinPlace, openOrigin } from "./file-origin.ts";
import { type Patience, reasonOf } from "./patience.ts";
import { publishedFileCount, publishedFiles } from "./published-files.ts";
import type { RecordingsEntry } from "./recordings-entry.ts";
import { readOrigin } from "./read-origin.ts";
import { checksumFile, type WfdbEntry } from "./wfdb-entry.ts";

export const physionet = "https://physionet.org/files/";

export interface DownloadOptions {
  /** The directory to put the dataset's files in. */
  readonly to: string;
  /** A base address or a local directory: the dataset is looked for at its published path below it, or in it. */
  readonly from?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Aborting throws the signal's reason; what has arrived stays, and the next call goes on from there. */
  readonly signal?: AbortSignal;
  /** Files at a time. */
  readonly concurrency?: number;
  /** Tries in a row that bring nothing new, before it gives up on a file. */
  readonly retries?: number;
  /** Pause before a file's second try; doubles with each further one. */
  readonly backoffSeconds?: number;
  /** A connection that brings nothing for so long is cut and tried again. */
  readonly stallSeconds?: number;
}

export interface DownloadProgress {
  /** The file that this news is about. */
  readonly file: string;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export interface DownloadResult {
  readonly directory: string;
  readonly downloaded: readonly string[];
  /** Were there already, with the right digest. */
  readonly skipped: readonly string[];
  /** Were there with a wrong digest; now among the downloaded. */
  readonly replaced: readonly string[];
}

/** Downloads (or copies) a dataset of the catalogue, each file checked against the published SHA-256. */
export async function downloadDataset(name: string, options: DownloadOptions): Promise<DownloadResult> {
  return downloadEntry(publishedEntry(name), options);
}

export async function downloadEntry(
  entry: WfdbEntry | RecordingsEntry,
  options: DownloadOptions,
): Promise<DownloadResult> {
  const { name } = entry;
  const { to, onProgress = () => {}, concurrency = 4 } = options;
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const { origin, digests } = await findOrigin(entry, { ...options, signal });
  const files = publishedFiles(entry, digests);
  const wanted = publishedFileCount(entry);
  const unlisted = files.filter((file) => !digests.has(file));
  if (unlisted.length > 0 || files.length < wanted) {
    const some = unlisted.slice(0, 5).join(", ") + (unlisted.length > 5 ? ", …" : "");
    throw new UserError(
      `Cannot download ${name} from ${origin.name}: expected all ${wanted} files in its ${checksumFile}, ` +
        `found ${unlisted.length > 0 ? `no ${some}` : String(files.length)}`,
    );
  }

  const bytes = new Map<string, number>();
  let bytesDone = 0;
  const count = (file: string, size: number) => {
    bytesDone += size - (bytes.get(file) ?? 0);
    bytes.set(file, size);
  };
  const done = { downloaded: [] as string[], skipped: [] as string[], replaced: [] as string[] };
  const report = (file: string) =>
    onProgress({
      file,
      filesDone: done.downloaded.length + done.skipped.length,
      filesTotal: files.length,
      bytesDone,
      bytesTotal: entry.bytes,
    });
  const bring = async (file: string) => {
    const digest = digests.get(file)!;
    const present = await sha256File(join(to, file), signal);
    if (present === digest) {
      count(file, (await stat(join(to, file))).size);
      done.skipped.push(file);
    } else {
      const onBytes = (size: number) => {
        count(file, size);
        report(file);
      };
      await downloadFile(file, { origin, to, digest, signal, patience: patienceOf(options), onBytes });
      done.downloaded.push(file);
      if (present !== undefined) done.replaced.push(file);
    }
    report(file);
  };

  const queue = files[Symbol.iterator]();
  const worker = async () => {
    for (const file of queue) await bring(file);
  };
  const workers = Array.from({ length: Math.max(1, concurrency) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(workers);
    throw error;
  }
  return { directory: to, ...done };
}

/** The first place that has the list of digests, which is kept beside the files for `verifyDataset`. */
async function findOrigin(
  entry: Pick<WfdbEntry, "name" | "path">,
  options: DownloadOptions & { readonly signal: AbortSignal },
) {
  const { from = physionet, to, signal } = options;
  const places = [joinPlace(from, entry.path), joinPlace(from, entry.name), from];
  for (const place of from === physionet ? places.slice(0, 1) : places) {
    const origin: FileOrigin = openOrigin(place);
    const bytes = await readOrigin(origin, { file: checksumFile, signal, patience: patienceOf(options) });
    if (bytes === undefined) continue;
    const list = new TextDecoder().decode(bytes);
    const digests = parseChecksums(list, joinPlace(place, checksumFile));
    await writeFileWhole(join(to, checksumFile), list).catch((error: unknown) => {
      throw new UserError(`Cannot write ${join(to, checksumFile)}: ${reasonOf(error)}`, { cause: error });
    });
    return { origin, digests };
  }
  throw new UserError(`Cannot download ${entry.name}: expected ${checksumFile} in ${places.join(" or ")}, found none`);
}

function patienceOf({ retries = 5, backoffSeconds = 0.5, stallSeconds = 30 }: DownloadOptions): Patience {
  return { retries, backoffSeconds, stallSeconds };
}

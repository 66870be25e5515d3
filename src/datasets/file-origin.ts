import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";

/** Where files are downloaded or copied from. */
export interface FileOrigin {
  /** For messages. */
  readonly name: string;
  /**
   * Opens a file from a byte on. What fails on the way (a cut connection) is thrown by this call or by the chunks, and
   * may be tried again.
   */
  open(file: string, options: { readonly start: number; readonly signal: AbortSignal }): Promise<OriginAnswer>;
}

export type OriginAnswer =
  /** `start` is the byte that the chunks begin at: the one asked for, or 0 where the origin can't begin elsewhere. */
  | { readonly status: "found"; readonly start: number; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly status: "missing"; readonly reason: string }
  | { readonly status: "refused"; readonly reason: string; readonly temporary: boolean; readonly waitSeconds?: number }
  /** There is nothing from that byte on. */
  | { readonly status: "past-end" };

export function openOrigin(place: string): FileOrigin {
  return /^https?:\/\//i.test(place) ? httpOrigin(place) : directoryOrigin(place);
}

/** Joins a place (an address or a directory) and a path below it. */
export function joinPlace(place: string, path: string): string {
  return /^https?:\/\//i.test(place) ? `${place.replace(/\/+$/, "")}/${path}` : join(place, path);
}

function directoryOrigin(directory: string): FileOrigin {
  return {
    name: directory,
    open: async (file, { start, signal }) => {
      const path = join(directory, file);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true) return { status: "missing", reason: "no such file" };
      if (start > found.size) return { status: "past-end" };
      return { status: "found", start, chunks: readChunks(path, { start, signal }) };
    },
  };
}

/** Opens the file only when it is read: a stream that nobody reads yet would throw its abort at nobody, and end the process. */
async function* readChunks(path: string, options: { readonly start: number; readonly signal: AbortSignal }) {
  options.signal.throwIfAborted();
  for await (const chunk of createReadStream(path, options)) yield chunk as Uint8Array;
}

/**
 * Files below a web address. A range is asked for without `If-Range`: whether the bytes still belong together is decided by the
 * SHA-256 of the whole file, which also notices what an ETag does not.
 */
function httpOrigin(base: string): FileOrigin {
  return {
    name: base,
    open: async (file, { start, signal }) => {
      const url = joinPlace(base, file.split("/").map(encodeURIComponent).join("/"));
      const headers = { "accept-encoding": "identity", ...(start > 0 ? { range: `bytes=${start}-` } : {}) };
      const response = await fetch(url, { headers, signal });
      if (response.ok && response.body !== null) {
        const begins = response.status === 206 ? rangeStart(response) : 0;
        if (begins === 0 || begins === start) {
          return { status: "found", start: begins, chunks: untilAborted(response.body, signal) };
        }
      }
      await response.body?.cancel();
      const { status } = response;
      const reason = `the server answered ${status} ${response.statusText}`.trim();
      if (status === 404 || status === 410) return { status: "missing", reason };
      if (status === 416) return { status: "past-end" };
      const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
      const temporary = status >= 500 || status === 408 || status === 425 || status === 429 || status === 206;
      return { status: "refused", reason, temporary, ...(wait > 0 ? { waitSeconds: Math.min(wait, 120) } : {}) };
    },
  };
}

/**
 * The chunks of a body, each read raced against the signal: Node's `fetch` can lose the signal once it has answered, and a read
 * then waits for ever.
 */
async function* untilAborted(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
  });
  aborted.catch(() => {});
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    // Not awaited: it waits for the connection, and what it throws was thrown above.
    reader.cancel().catch(() => {});
  }
}

/** First byte of a partial answer; −1 where it doesn't say. */
function rangeStart(response: Response): number {
  const match = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "");
  return match === null ? -1 : Number(match[1]);
}

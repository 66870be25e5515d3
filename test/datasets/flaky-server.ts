import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with one request for a file. */
export type Mood =
  /** Sends what was asked for; ranges too. */
  | { readonly kind: "good" }
  /** Promises the whole, sends `bytes` of it and cuts the connection. */
  | { readonly kind: "cut"; readonly bytes: number }
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: number }
  /** Sends the whole file whatever range was asked for. */
  | { readonly kind: "ignores-range"; readonly cutAfter?: number }
  /** As many bytes, but others. */
  | { readonly kind: "wrong-bytes" }
  /** Sends `bytes` and then nothing, without closing. */
  | { readonly kind: "hangs"; readonly bytes: number };

export interface Request {
  readonly path: string;
  readonly range: string | undefined;
}

export interface FlakyServer {
  readonly url: string;
  readonly requests: Request[];
  close(): Promise<void>;
}

/** A web server on this machine that is good or bad as `mood` says, per file and its how-manieth request (from 1). */
export async function startFlakyServer(
  files: ReadonlyMap<string, Uint8Array>,
  mood: (path: string, time: number) => Mood = () => ({ kind: "good" }),
): Promise<FlakyServer> {
  const requests: Request[] = [];
  const times = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    requests.push({ path, range: request.headers.range });
    const time = (times.get(path) ?? 0) + 1;
    times.set(path, time);
    const bytes = files.get(path);
    if (bytes === undefined) return void response.writeHead(404).end("no such file");
    answer(response, { bytes, range: request.headers.range, mood: mood(path, time) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly bytes: Uint8Array;
  readonly range: string | undefined;
  readonly mood: Mood;
}

function answer(response: ServerResponse, { bytes, range, mood }: Answer): void {
  if (mood.kind === "status") {
    const wait = mood.retryAfter === undefined ? {} : { "retry-after": String(mood.retryAfter) };
    return void response.writeHead(mood.status, wait).end("not now");
  }
  const ignores = mood.kind === "ignores-range";
  const start = ignores ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  if (start > 0 && start >= bytes.length) return void response.writeHead(416).end();
  const rest = bytes.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": rest.length,
    ...(start > 0 ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  // A moment's wait: what the other side has not read when it meets the end is lost to it.
  const cut = () => setTimeout(() => response.destroy(), 20);
  if (mood.kind === "cut") return void response.write(rest.subarray(0, mood.bytes), cut);
  if (mood.kind === "hangs") return void response.write(rest.subarray(0, mood.bytes));
  if (mood.kind === "wrong-bytes") return void response.end(rest.map((byte) => byte ^ 0xff));
  if (ignores && mood.cutAfter !== undefined) {
    return void response.write(rest.subarray(0, mood.cutAfter), cut);
  }
  response.end(rest);
}

/** Files below a path, with the list of their digests as PhysioNet has it. */
export function withChecksums(files: ReadonlyMap<string, Uint8Array>, path: string): ReadonlyMap<string, Uint8Array> {
  const list = [...files].map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")} ${name}\n`);
  const below = [...files].map(([name, bytes]) => [`${path}${name}`, bytes] as const);
  return new Map([...below, [`${path}SHA256SUMS.txt`, new TextEncoder().encode(list.join(""))]]);
}

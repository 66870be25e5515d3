import { UserError } from "../core/errors.ts";
import type { FileOrigin } from "./file-origin.ts";
import { type Patience, pause, reasonOf, watchStall } from "./patience.ts";

export interface ReadOriginOptions {
  readonly file: string;
  readonly signal: AbortSignal;
  readonly patience: Patience;
}

/**
 * A small file as a whole, in memory; `undefined` where the origin has none.
 * @throws UserError where it keeps failing.
 */
export async function readOrigin(origin: FileOrigin, options: ReadOriginOptions): Promise<Uint8Array | undefined> {
  const { file, signal, patience } = options;
  for (let failures = 1; ; failures++) {
    signal.throwIfAborted();
    const found = await readOnce(origin, options);
    if (found.status === "found") return found.bytes;
    if (found.status === "missing") return undefined;
    if (!found.temporary || failures > patience.retries) {
      const tries = failures > 1 ? ` (${failures} tries)` : "";
      throw new UserError(`Cannot download ${file} from ${origin.name}: ${found.reason}${tries}`);
    }
    await pause(failures, { patience, signal, waitSeconds: found.waitSeconds });
  }
}

type Read =
  | { readonly status: "found"; readonly bytes: Uint8Array }
  | { readonly status: "missing" }
  | { readonly status: "failed"; readonly reason: string; readonly temporary: boolean; readonly waitSeconds?: number };

async function readOnce(origin: FileOrigin, { file, signal, patience }: ReadOriginOptions): Promise<Read> {
  const watch = watchStall(signal, patience);
  try {
    const answer = await origin.open(file, { start: 0, signal: watch.signal });
    if (answer.status === "missing") return { status: "missing" };
    if (answer.status === "past-end") return { status: "found", bytes: new Uint8Array(0) };
    if (answer.status === "refused") return { ...answer, status: "failed" };
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.chunks) {
      watch.touch();
      chunks.push(chunk);
    }
    return { status: "found", bytes: concatenate(chunks) };
  } catch (error) {
    signal.throwIfAborted();
    return { status: "failed", reason: watch.stalled() ?? reasonOf(error), temporary: true };
  } finally {
    watch.end();
  }
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

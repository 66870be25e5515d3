/** Most bytes that one element is inflated to. */
const maxInflatedBytes = 2 ** 30;

export interface InflateBoundedOptions {
  /** The whole length, told by the first bytes; `undefined` where they are too few. */
  readonly lengthOf: (first: Uint8Array) => number | undefined;
  readonly fail: (wanted: string, found: string) => Error;
}

/** Inflates zlib data that says its own length, and no further than that. */
export async function inflateBounded(data: Uint8Array, { lengthOf, fail }: InflateBoundedOptions): Promise<Uint8Array> {
  const blob = new Blob([data as Uint8Array<ArrayBuffer>]);
  const reader = blob.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const chunks: Uint8Array[] = [];
  let found = 0;
  let wanted: number | undefined;
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw fail("zlib data", error instanceof Error ? error.message : String(error));
    });
    if (done) break;
    chunks.push(value);
    found += value.length;
    wanted ??= lengthOf(chunks.length === 1 ? value : concatenate(chunks, found));
    if (found > (wanted ?? maxInflatedBytes) || (wanted ?? 0) > maxInflatedBytes) {
      await reader.cancel();
      throw fail(`at most ${Math.min(wanted ?? maxInflatedBytes, maxInflatedBytes)} inflated bytes`, "more");
    }
  }
  if (wanted === undefined || found < wanted) throw fail(`${wanted ?? "at least 8"} inflated bytes`, String(found));
  return concatenate(chunks, found);
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

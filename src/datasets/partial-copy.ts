import type { Notice } from "../core/recording.ts";

/** What to say of a copy that lacks recordings; nothing of a whole one. */
export function partialCopyNotices(
  name: string,
  { found, of: total, at }: { readonly found: number; readonly of: number; readonly at?: string },
): Notice[] {
  if (found >= total) return [];
  const count = (value: number) => value.toLocaleString("en-US");
  const rate = at === undefined ? "" : ` at ${at}`;
  const message = `This copy of ${name} is partial: it has ${count(found)} of ${count(total)} recordings${rate}.`;
  return [{ code: "partial", message }];
}

/**
 * Tells the records that a copy lacks from names that no copy has, for a dataset whose records are numbered from 1 to `last`.
 * A copy with all `of` its records lacks none, whatever numbers were never given.
 */
export function lackedRecords(
  recordNames: readonly string[],
  options: { readonly of: number; readonly pattern: RegExp; readonly last?: number },
): (recordName: string) => boolean {
  const { of: total, pattern, last = total } = options;
  const present = new Set(recordNames);
  return (recordName) => {
    const number = Number(pattern.exec(recordName)?.[1]);
    return present.size < total && !present.has(recordName) && number >= 1 && number <= last;
  };
}

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

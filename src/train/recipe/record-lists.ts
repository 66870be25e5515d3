import type { z } from "zod";

/** Refuses lists in which a record stands twice: once on each side of a split it is a leak, twice on one it counts double. */
export function refuseRepeatedRecords(
  { train, test }: { readonly train: readonly string[]; readonly test: readonly string[] },
  context: z.core.$RefinementCtx,
): void {
  const lists = { train, test };
  const seen = new Map<string, string>();
  for (const [name, records] of Object.entries(lists)) {
    for (const [index, record] of records.entries()) {
      const earlier = seen.get(record);
      seen.set(record, name);
      if (earlier === undefined) continue;
      const message = `expected each record in one list and once, found ${record} in ${earlier} and ${name}`;
      context.addIssue({ code: "custom", path: [name, index], message });
    }
  }
}

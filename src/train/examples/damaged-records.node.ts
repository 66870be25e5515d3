import type { Notice } from "../../core/recording.ts";
import { type LocatedDataset, watchOpened } from "../../datasets/index.ts";

/** What a reader says of files that are not as they were written: of another length than their header's, or of other samples. */
const damage = new Set(["length", "checksum"]);

/** The same dataset, and what it turns out to be once recordings have been opened. */
export function watchDamage(dataset: LocatedDataset): {
  readonly dataset: LocatedDataset;
  /** One notice for all recordings opened so far that are damaged; such a copy is partial. */
  readonly notices: () => readonly Notice[];
} {
  const damaged = new Map<string, string>();
  return {
    dataset: watchOpened(dataset, ({ notices }, name) => {
      const notice = notices.find(({ code }) => damage.has(code));
      if (notice !== undefined) damaged.set(name, notice.message);
    }),
    notices: () => (damaged.size === 0 ? [] : [{ code: "partial-damaged", message: messageOf([...damaged]) }]),
  };
}

function messageOf(damaged: readonly (readonly [string, string])[]): string {
  const some = damaged.slice(0, 5).map(([name, message]) => `${name}: ${message}`);
  const more = damaged.length > 5 ? ` and ${damaged.length - 5} more` : "";
  return `${damaged.length} of the recordings are damaged or incomplete (${some.join(" ")}${more}).`;
}

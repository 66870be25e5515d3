import { FormatError } from "../../core/errors.ts";
import { quote } from "../wfdb/text.ts";

/** What a column of a CSV recording is where it is no lead. */
export type IndexColumn =
  | { readonly kind: "times"; readonly ticksPerSecond: number }
  /** Numbers of the samples. */
  | { readonly kind: "counter" };

export type NamedIndexColumn = IndexColumn & { readonly name: string };

/** Ticks per second of the units that a header may name. */
const ticksByUnit: ReadonlyMap<string, number> = new Map([
  ...["s", "sec", "secs", "second", "seconds"].map((unit) => [unit, 1] as const),
  ...["ms", "msec", "msecs", "millisecond", "milliseconds"].map((unit) => [unit, 1000] as const),
]);

/**
 * The columns before the leads, by their names: times, a counter, or both in either order.
 * @throws FormatError for another such column, or one behind a lead.
 */
export function indexColumnsOf(
  names: readonly string[],
  { file }: { readonly file: string },
): readonly NamedIndexColumn[] {
  const columns = names.map((name) => indexColumnOf(name, { file }));
  const odd = columns.findIndex((column, i) =>
    columns.slice(0, i).some((before) => column !== undefined && (before === undefined || before.kind === column.kind)),
  );
  if (odd >= 0) {
    const found = quote(names[odd]!);
    const message = `Cannot read the recording: expected leads after a column of times, a counter or both, found ${found}`;
    throw new FormatError(message, { file, line: 1 });
  }
  return columns.flatMap((column, i) => (column === undefined ? [] : [{ ...column, name: names[i]! }]));
}

/**
 * What a column is by its name: times (`t`, `time`, `Time (s)`, `time_ms`, `seconds`, …; without a unit in seconds), a counter
 * of samples (`sample`, `samples`, `index`, `sample #`), or `undefined` for a lead. Case, brackets and underscores don't matter.
 * @throws FormatError for a time in another unit, which would otherwise become a lead.
 */
function indexColumnOf(name: string, { file }: { readonly file: string }): IndexColumn | undefined {
  const words = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  if (/^(?:samples?(?: (?:index|number|no|nr))?|index)$/.test(words)) return { kind: "counter" };
  const time = /^(?:elapsed )?(?:t|time|timestamp)(?: in)?(?: |$)/.exec(words)?.[0] ?? "";
  const unit = words.slice(time.length);
  const ticksPerSecond = time !== "" && unit === "" ? 1 : ticksByUnit.get(unit);
  // S alone is one of the EASI leads.
  if (ticksPerSecond !== undefined && words !== "s") return { kind: "times", ticksPerSecond };
  if (/^(?:elapsed )?time/.test(words)) {
    const message = `Cannot read the recording: expected times in seconds (s) or milliseconds (ms), found ${quote(name)}`;
    throw new FormatError(message, { file, line: 1 });
  }
  return undefined;
}

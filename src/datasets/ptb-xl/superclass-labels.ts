import { FormatError } from "../../core/errors.ts";
import { csvColumn, parseCsvTable } from "../../formats/index.ts";
import { ptbXlRecordName } from "./ptb-xl-database.ts";

/** No file of PTB-XL's: superclasses and parts for recordings whose metadata rows a partial copy lacks. */
export const superclassFile = "superclass-labels.csv";

export interface SuperclassRow {
  readonly classes: readonly string[];
  readonly part: "train" | "val" | "test";
}

/**
 * Parses a table `ecg_id, one 0/1 column per superclass, part`: record name → row.
 * @throws FormatError naming the line.
 */
export function parseSuperclassLabels(
  text: string,
  { file, classes }: { readonly file: string; readonly classes: readonly string[] },
): ReadonlyMap<string, SuperclassRow> {
  const table = parseCsvTable(text, { file, required: ["ecg_id", ...classes, "part"] });
  const id = csvColumn(table, "ecg_id");
  const part = csvColumn(table, "part");
  const columns = classes.map((name) => ({ name, field: csvColumn(table, name) }));
  return new Map(
    table.rows.map((row) => {
      const fail = (wanted: string, found: string | undefined) =>
        new FormatError(`Cannot read the superclasses: expected ${wanted}, found ${JSON.stringify(found)}`, {
          file,
          line: row.line,
        });
      const ecgId = Number(id(row));
      if (!Number.isInteger(ecgId) || ecgId < 1) throw fail("an ecg_id", id(row));
      const rowPart = part(row);
      if (rowPart !== "train" && rowPart !== "val" && rowPart !== "test") throw fail("train, val or test", rowPart);
      const present = columns.filter(({ name, field }) => {
        const value = field(row);
        if (value !== "0" && value !== "1") throw fail(`0 or 1 for ${name}`, value);
        return value === "1";
      });
      return [ptbXlRecordName(ecgId), { classes: present.map(({ name }) => name), part: rowPart }];
    }),
  );
}

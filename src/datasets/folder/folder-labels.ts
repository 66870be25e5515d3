import { FormatError } from "../../core/errors.ts";
import { csvColumn, type CsvTable, parseCsvTable } from "../../formats/index.ts";
import type { RecordLabels } from "../record-labels.ts";

/** Columns that are no classes. */
const ownColumns = ["record", "label", "patient", "fold"];

export interface ParseFolderLabelsOptions {
  /** The table's name, for messages. */
  readonly file: string;
  /** What a record's name stands for, the same for all names of one file; `undefined` where the name says all there is. */
  readonly identify?: (record: string) => string | undefined;
}

/**
 * Parses a person's own table of labels: a column `record`; then either a column `label` (several separated by `;`) or one column
 * per class with 0 or 1; optionally `patient` and `fold`. A last column without name and values is left out.
 * @throws FormatError naming the line, of two rows for one record both.
 */
export function parseFolderLabels(text: string, { file, identify }: ParseFolderLabelsOptions): RecordLabels {
  const table = parseCsvTable(text, { file, required: ["record"] });
  const [record, label, patient, fold] = ownColumns.map((name) => csvColumn(table, name));
  const hasLabel = table.columns.includes("label");
  const columns = columnsOf(table);
  const classColumns = columns.filter((name) => !ownColumns.includes(name));
  if (!hasLabel && classColumns.length < 2) {
    const found = columns.join(", ");
    throw new FormatError(`Cannot read the labels: expected a column label, or one per class, found ${found}`, {
      file,
      line: 1,
    });
  }
  if (!hasLabel && classColumns.includes("")) {
    throw new FormatError("Cannot read the labels: expected a name for each class, found a column without one", {
      file,
      line: 1,
    });
  }
  const of = new Map<string, readonly string[]>();
  const rowOf = new Map<string, { readonly name: string; readonly line: number }>();
  const patients = new Map<string, string>();
  const folds = new Map<string, number>();
  const fields = hasLabel ? [] : classColumns.map((name) => ({ name, field: csvColumn(table, name) }));
  for (const row of table.rows) {
    const fail = (wanted: string, found: string | undefined) =>
      new FormatError(`Cannot read the labels: expected ${wanted}, found ${JSON.stringify(found)}`, {
        file,
        line: row.line,
      });
    const name = record!(row)!.trim();
    if (name === "") throw fail("a record's name", name);
    const identity = identify?.(name) ?? name;
    const before = rowOf.get(identity);
    if (before !== undefined) {
      throw new FormatError(
        `Cannot read the labels: expected each record once, found "${name}", the same as "${before.name}" in line ${before.line}`,
        { file, line: row.line },
      );
    }
    rowOf.set(identity, { name, line: row.line });
    const labels = hasLabel
      ? label!(row)!
          .split(";")
          .map((one) => one.trim())
          .filter((one) => one !== "")
      : fields.flatMap(({ name: own, field }) => {
          const value = field(row)!.trim();
          if (value !== "0" && value !== "1") throw fail(`0 or 1 for ${own}`, value);
          return value === "1" ? [own] : [];
        });
    of.set(name, [...new Set(labels)]);
    const person = patient!(row)?.trim() ?? "";
    if (person !== "") patients.set(name, `folder/${person}`);
    const ownFold = fold!(row)?.trim() ?? "";
    if (ownFold === "") continue;
    if (!/^[1-9]\d{0,3}$/.test(ownFold)) throw fail("a fold from 1 on", ownFold);
    folds.set(name, Number(ownFold));
  }
  if (folds.size > 0 && folds.size < of.size) {
    throw new FormatError(
      `Cannot read the labels: expected a fold for all ${of.size} records or none, found ${folds.size}`,
      { file },
    );
  }
  const labelled = [...of].filter(([, labels]) => labels.length > 0);
  const message = `${of.size - labelled.length} records of the table have no label and are left out.`;
  return {
    task: "labels",
    classes: hasLabel ? [...new Set(labelled.flatMap(([, labels]) => labels))].sort() : classColumns,
    kind: labelled.every(([, labels]) => labels.length === 1) ? "one" : "several",
    of: new Map(labelled),
    ...(folds.size === 0 ? {} : { folds }),
    ...(patients.size === 0 ? {} : { patients }),
    notices: labelled.length === of.size ? [] : [{ code: "unlabelled", message }],
  };
}

/** The columns' names, without the empty one that a comma at the end of each line makes. */
function columnsOf({ columns, rows }: CsvTable): readonly string[] {
  const isOver = columns.at(-1) === "" && rows.every(({ fields }) => fields.at(-1)!.trim() === "");
  return isOver ? columns.slice(0, -1) : columns;
}

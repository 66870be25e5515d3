import { FormatError } from "../../core/errors.ts";
import { csvColumn, type CsvRow, parseCsvTable } from "../../formats/index.ts";
import { ptbXlClassCounts, type PtbXlTask, ptbXlTasks } from "./ptb-xl-facts.ts";

/** What the statements mean for each task: code → class; codes outside the task are absent. */
export type PtbXlClasses = Readonly<Record<PtbXlTask, ReadonlyMap<string, string>>>;

/**
 * Parses `scp_statements.csv`. A statement belongs to `diagnostic`, `form` or `rhythm` where the column says 1; super- and
 * subdiagnostic take its `diagnostic_class` and `diagnostic_subclass`.
 * @throws FormatError where a task does not come out with its published number of classes.
 */
export function parsePtbXlStatements(text: string, { file }: { readonly file: string }): PtbXlClasses {
  const columns = ["diagnostic", "form", "rhythm", "diagnostic_class", "diagnostic_subclass"] as const;
  const table = parseCsvTable(text, { file, required: columns });
  const [diagnostic, form, rhythm, superclass, subclass] = columns.map((name) => csvColumn(table, name));
  const isSet = (column: ((row: CsvRow) => string | undefined) | undefined) => (row: CsvRow) =>
    Number(column!(row)) === 1;
  const code = (row: CsvRow) => row.fields[0]!;
  const classesOf = (belongs: (row: CsvRow) => boolean, nameOf: (row: CsvRow) => string | undefined) =>
    new Map(table.rows.filter(belongs).map((row) => [code(row), nameOf(row) ?? ""]));
  const classes: PtbXlClasses = {
    all: classesOf(() => true, code),
    diagnostic: classesOf(isSet(diagnostic), code),
    superdiagnostic: classesOf(isSet(diagnostic), superclass!),
    subdiagnostic: classesOf(isSet(diagnostic), subclass!),
    form: classesOf(isSet(form), code),
    rhythm: classesOf(isSet(rhythm), code),
  };
  for (const task of ptbXlTasks) {
    const found = ptbXlClassNames(classes, task).length;
    if (found !== ptbXlClassCounts[task]) {
      throw new FormatError(
        `Cannot read the statements of ptb-xl: expected ${ptbXlClassCounts[task]} classes of task ${task}, found ${found}`,
        { file },
      );
    }
  }
  return classes;
}

/** The classes of a task, by name. */
export function ptbXlClassNames(classes: PtbXlClasses, task: PtbXlTask): readonly string[] {
  return [...new Set(classes[task].values())].sort();
}

import type { Notice } from "../../core/recording.ts";
import type { RecordLabels } from "../record-labels.ts";
import type { PtbXlRow } from "./ptb-xl-database.ts";
import type { PtbXlTask } from "./ptb-xl-facts.ts";
import { type PtbXlClasses, ptbXlClassNames } from "./ptb-xl-statements.ts";
import { type SuperclassRow, superclassFile } from "./superclass-labels.ts";

/** What a copy of PTB-XL holds. */
export interface PtbXlCopy {
  readonly recordNames: readonly string[];
  /** Hz. */
  readonly rate: number;
  readonly classes: PtbXlClasses;
  readonly rows: ReadonlyMap<string, PtbXlRow>;
  readonly superclasses: ReadonlyMap<string, SuperclassRow>;
  readonly notices: readonly Notice[];
}

/** Training folds can't be told apart for a recording without a metadata row: all go to the first. */
const foldOfPart = { train: 1, val: 9, test: 10 } as const;

/** Labels of one of the benchmark's tasks, by name of the class; recordings with none are absent (Strodthoff et al. 2020). */
export function ptbXlLabels(copy: PtbXlCopy, task: PtbXlTask): RecordLabels {
  const { recordNames, classes, rows, superclasses } = copy;
  const order = ptbXlClassNames(classes, task);
  const of = new Map<string, readonly string[]>();
  const folds = new Map<string, number>();
  const patients = new Map<string, string>();
  let derived = 0;
  let unlabelled = 0;
  for (const record of recordNames) {
    const row = rows.get(record);
    const substitute = task === "superdiagnostic" && row === undefined ? superclasses.get(record) : undefined;
    if (row === undefined && substitute === undefined) continue;
    const found = new Set(substitute?.classes ?? row!.codes.map((code) => classes[task].get(code)));
    const labels = order.filter((name) => found.has(name));
    if (labels.length === 0) {
      unlabelled++;
      continue;
    }
    if (substitute !== undefined) derived++;
    of.set(record, labels);
    folds.set(record, row?.fold ?? foldOfPart[substitute!.part]);
    patients.set(record, row === undefined ? `ptb-xl/record-${record}` : `ptb-xl/${row.patient}`);
  }
  const notices = [...copy.notices];
  if (derived > 0) {
    const message = `${derived} recordings without a metadata row take their superclasses from ${superclassFile}, which is no file of PTB-XL's: of training recordings all stand in fold 1, validation is 9, test 10; each counts as a person of its own.`;
    notices.push({ code: "derived-labels", message });
  }
  if (unlabelled > 0) {
    const message = `${unlabelled} recordings have no label in task ${task} and are left out, as in the benchmark.`;
    notices.push({ code: "unlabelled", message });
  }
  return { task, classes: order, kind: "several", of, folds, patients, notices };
}

import { join } from "node:path";

import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { diskFolder } from "../../core/file-source.node.ts";
import type { Notice } from "../../core/recording.ts";
import { readWfdb } from "../../formats/index.ts";
import { findRecords, namesIn, parseDatasetOptions, readTextIfThere, requireTask } from "../dataset-files.ts";
import { type LocatedDataset, unknownRecord } from "../located-dataset.ts";
import { lackedRecords, partialCopyNotices } from "../partial-copy.ts";
import { parsePtbXlDatabase } from "./ptb-xl-database.ts";
import {
  ptbXlDatabaseFile,
  ptbXlLastRecord,
  ptbXlRecordCount,
  ptbXlStatementsFile,
  ptbXlTasks,
} from "./ptb-xl-facts.ts";
import { type PtbXlCopy, ptbXlLabels } from "./ptb-xl-labels.ts";
import { parsePtbXlStatements, ptbXlClassNames } from "./ptb-xl-statements.ts";
import { parseSuperclassLabels, superclassFile } from "./superclass-labels.ts";

export type PtbXlRate = 100 | 500;

const name = "ptb-xl";
const optionsSchema = z.strictObject({
  /** Which of the two copies of each recording, Hz. */
  rate: z.union([z.literal(100), z.literal(500)]).default(100),
});

/** The recordings of one rate below a directory: record name → path without extension. */
export async function ptbXlRecords(directory: string, rate: PtbXlRate): Promise<ReadonlyMap<string, string>> {
  const [top, suffix] = rate === 100 ? ["records100", "lr"] : ["records500", "hr"];
  const folders = (await namesIn(join(directory, top))).filter((folder) => /^\d{5}$/.test(folder));
  return findRecords(directory, {
    folders: folders.map((folder) => `${top}/${folder}`),
    pattern: new RegExp(`^(\\d{5})_${suffix}$`),
    extensions: ["hea", "dat"],
  });
}

/**
 * PTB-XL, or a part of it, in the published layout. Records are named by their `ecg_id` with five digits.
 * @throws UserError where the metadata files are missing; FormatError where they are damaged.
 */
export async function openPtbXl(
  directory: string,
  options: Readonly<Record<string, unknown>>,
): Promise<LocatedDataset> {
  const { rate } = parseDatasetOptions(optionsSchema, options, name);
  const paths = await ptbXlRecords(directory, rate);
  const recordNames = [...paths.keys()];
  if (recordNames.length === 0) {
    throw new UserError(`Cannot open dataset ${name}: expected recordings at ${rate} Hz in ${directory}, found none`);
  }
  const statements = join(directory, ptbXlStatementsFile);
  const database = join(directory, ptbXlDatabaseFile);
  const superclasses = join(directory, superclassFile);
  const classes = parsePtbXlStatements(await requireText(statements), { file: statements });
  const rows = parsePtbXlDatabase(await requireText(database), {
    file: database,
    known: new Set(classes.all.keys()),
  });
  const superclassText = await readTextIfThere(superclasses);
  const copy: PtbXlCopy = {
    recordNames,
    rate,
    classes,
    rows,
    superclasses:
      superclassText === undefined
        ? new Map()
        : parseSuperclassLabels(superclassText, {
            file: superclasses,
            classes: ptbXlClassNames(classes, "superdiagnostic"),
          }),
    notices: noticesOf({ recordNames, rate, rows }),
  };
  const folder = diskFolder(directory);
  return {
    name,
    directory,
    recordNames,
    lacks: lackedRecords(recordNames, { of: ptbXlRecordCount, pattern: /^(\d{5})$/, last: ptbXlLastRecord }),
    notices: copy.notices,
    pathOf: (record) => paths.get(record),
    open: async (record) => {
      const path = paths.get(record);
      if (path === undefined) throw unknownRecord({ name, recordNames }, record);
      const recording = await readWfdb(folder, path, { annotators: [] });
      const person = rows.get(record)?.patient;
      return { ...recording, id: record, ...(person === undefined ? {} : { patientId: `${name}/${person}` }) };
    },
    labels: async (task) => ptbXlLabels(copy, requireTask(name, ptbXlTasks, task)),
  };
}

async function requireText(path: string): Promise<string> {
  const text = await readTextIfThere(path);
  if (text !== undefined) return text;
  throw new UserError(`Cannot open dataset ${name}: expected ${path}, found no such file`);
}

function noticesOf({ recordNames, rate, rows }: Pick<PtbXlCopy, "recordNames" | "rate" | "rows">): Notice[] {
  const count = (value: number) => value.toLocaleString("en-US");
  const names = new Set(recordNames);
  const withoutRow = recordNames.filter((record) => !rows.has(record)).length;
  const withoutFiles = [...rows.keys()].filter((record) => !names.has(record)).length;
  const notices = partialCopyNotices(name, { found: recordNames.length, of: ptbXlRecordCount, at: `${rate} Hz` });
  if (withoutRow > 0) {
    const message = `${count(withoutRow)} of these recordings have no row in ${ptbXlDatabaseFile}: person, statements and fold are unknown.`;
    notices.push({ code: "partial-metadata", message });
  }
  if (withoutFiles > 0) {
    const message = `${count(withoutFiles)} rows of ${ptbXlDatabaseFile} have no recording at ${rate} Hz here.`;
    notices.push({ code: "partial-files", message });
  }
  return notices;
}

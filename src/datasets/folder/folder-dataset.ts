import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { diskFolder } from "../../core/file-source.node.ts";
import { formats } from "../../formats/index.ts";
import { decodeText } from "../../formats/wfdb/text.ts";
import { parseDatasetOptions, requireTask } from "../dataset-files.ts";
import { type LocatedDataset, requireRecord } from "../located-dataset.ts";
import type { RecordLabels } from "../record-labels.ts";
import type { Licence } from "../wfdb-entry.ts";
import { findRecordFile, recordFileNames } from "./find-record-file.ts";
import { parseFolderLabels } from "./folder-labels.ts";

/** What stands for any dataset of a person's own in reports and models. */
export interface FolderEntry {
  readonly kind: "folder";
  readonly name: string;
  readonly title: string;
  readonly licence: Licence;
  readonly citation: string;
}

export const folderEntry: FolderEntry = {
  kind: "folder",
  name: "folder",
  title: "A folder of recordings of one's own",
  licence: { name: "not stated", url: "" },
  citation: "A dataset of the user's own.",
};

const optionsSchema = z.strictObject({
  /** Where the recordings lie. */
  directory: z.string().min(1),
  /** The table of labels, in that folder unless absolute. */
  labels: z.string().min(1).default("labels.csv"),
  /** Hz, of NPY files and of CSV files without times or with rounded ones. */
  sampleRate: z.number().positive().optional(),
  /** Of NPY files; default: the shorter axis is the leads'. */
  axes: z.enum(["lead-sample", "sample-lead"]).optional(),
  /** The leads' names, of NPY files. */
  leads: z.array(z.string().min(1)).min(1).optional(),
});

/**
 * A dataset of one's own: a folder with a table of labels, and a WFDB, CSV or NPY file per record.
 * @throws UserError where an option is wrong or the folder has no table; FormatError where the table is damaged.
 */
export async function openFolderDataset(options: Readonly<Record<string, unknown>>): Promise<LocatedDataset> {
  const { directory, labels: labelFile, ...reading } = parseDatasetOptions(optionsSchema, options, "folder");
  const table = resolve(directory, labelFile);
  const bytes = await readFile(table).catch((error: unknown) => {
    throw new UserError(`Cannot open the folder ${directory}: expected labels in ${table}`, { cause: error });
  });
  const labels = parseFolderLabels(decodeText(bytes), {
    file: table,
    identify: (record) => findRecordFile(directory, record)?.identity,
  });
  const recordNames = [...labels.of.keys()];
  const folder = diskFolder(directory);
  const read = {
    ...(reading.sampleRate === undefined ? {} : { sampleRate: reading.sampleRate }),
    ...(reading.axes === undefined ? {} : { axes: reading.axes }),
    ...(reading.leads === undefined ? {} : { leadNames: reading.leads }),
  };
  return {
    name: "folder",
    directory,
    recordNames,
    open: async (record) => {
      requireRecord({ name: "folder", recordNames }, record);
      const file = fileOf(directory, record);
      const format = formats.find(({ match }) => match(file))!;
      const recording = await format.read!(folder, file, read);
      return { ...recording, id: record, patientId: labels.patients?.get(record) ?? `folder/record ${record}` };
    },
    labels: async (task): Promise<RecordLabels> => {
      requireTask("folder", ["labels"], task);
      return labels;
    },
  };
}

function fileOf(directory: string, record: string): string {
  const found = findRecordFile(directory, record);
  if (found !== undefined) return found.file;
  const names = recordFileNames(record).join(", ");
  throw new UserError(`Cannot open ${record}: expected one of ${names} in ${directory}, found none`);
}

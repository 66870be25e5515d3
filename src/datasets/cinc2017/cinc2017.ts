import { join } from "node:path";

import { z } from "zod";

import { FormatError, UserError } from "../../core/errors.ts";
import { diskFolder } from "../../core/file-source.node.ts";
import type { Notice } from "../../core/recording.ts";
import { parseCsvTable, readWfdb } from "../../formats/index.ts";
import { findRecords, namesIn, parseDatasetOptions, readTextIfThere, requireTask } from "../dataset-files.ts";
import { type LocatedDataset, unknownRecord } from "../located-dataset.ts";
import { lackedRecords, partialCopyNotices } from "../partial-copy.ts";
import type { RecordLabels } from "../record-labels.ts";
import type { RecordingsEntry } from "../recordings-entry.ts";

const name = "cinc2017";
const recordCount = 8528;
const fileCount = 2 * recordCount + 1;
const labelFile = "REFERENCE-v3.csv";
const tasks = ["rhythm", "af"] as const;
/** N normal, A atrial fibrillation, O other rhythm, ~ too noisy. */
const rhythms = ["N", "A", "O", "~"] as const;
/** Pairs of records with the same samples, found by comparing all: they must not be parted. */
const identical: ReadonlyMap<string, string> = new Map([
  ["A01176", "A00227"],
  ["A03123", "A02656"],
]);

/**
 * The training set of the PhysioNet/CinC Challenge 2017: one hand-held lead, 9 to 61 s, 300 Hz. Published as
 * `training/A00/A00001.mat`; a copy may also hold all records in one folder, as the challenge's zip file did. Persons are not
 * published.
 */
export const cinc2017: RecordingsEntry = {
  kind: "recordings",
  name,
  title: "PhysioNet/CinC Challenge 2017, training set",
  version: "1.0.0",
  path: "challenge-2017/1.0.0",
  recordCount,
  fileCount,
  bytes: 168_000_000,
  licence: {
    name: "Open Data Commons Attribution License v1.0",
    url: "https://opendatacommons.org/licenses/by/1-0/",
  },
  citation:
    "Clifford GD et al. AF classification from a short single lead ECG recording: the PhysioNet/Computing in Cardiology " +
    "Challenge 2017. Computing in Cardiology 44 (2017), doi 10.22489/CinC.2017.065-469; " +
    "Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).",
  tasks,
  needs: (file) => /^training\/(?:A0\d\/)?A\d{5}\.(?:hea|mat)$/.test(file) || file === labelFile,
  countFiles: async (directory) => {
    const records = await recordsIn(directory);
    const beside = records.size === 0 ? [] : await namesIn(directory);
    return { present: 2 * records.size + Number(beside.includes(labelFile)), expected: fileCount };
  },
  open: openCinc2017,
};

async function recordsIn(directory: string): Promise<ReadonlyMap<string, string>> {
  const nested = Array.from({ length: 9 }, (_, i) => `training/A0${i}`);
  const options = { pattern: /^(A\d{5})$/, extensions: ["hea", "mat"] };
  for (const folders of [[""], nested, ["training"]]) {
    const records = await findRecords(directory, { ...options, folders });
    if (records.size > 0) return records;
  }
  return new Map();
}

async function openCinc2017(directory: string, options: Readonly<Record<string, unknown>>): Promise<LocatedDataset> {
  parseDatasetOptions(z.strictObject({}), options, name);
  const paths = await recordsIn(directory);
  const recordNames = [...paths.keys()];
  const folder = diskFolder(directory);
  const notices = partialCopyNotices(name, { found: recordNames.length, of: recordCount });
  return {
    name,
    directory,
    recordNames,
    lacks: lackedRecords(recordNames, { of: recordCount, pattern: /^A(\d{5})$/ }),
    notices,
    pathOf: (record) => paths.get(record),
    open: async (record) => {
      const path = paths.get(record);
      if (path === undefined) throw unknownRecord({ name, recordNames }, record);
      const recording = await readWfdb(folder, path, { annotators: [] });
      return { ...recording, patientId: personOf(record) };
    },
    labels: async (task) => labelsOf(directory, { task: requireTask(name, tasks, task), recordNames, notices }),
  };
}

function personOf(record: string): string {
  return `${name}/${identical.get(record) ?? record}`;
}

interface LabelOptions {
  readonly task: (typeof tasks)[number];
  readonly recordNames: readonly string[];
  readonly notices: readonly Notice[];
}

async function labelsOf(directory: string, { task, recordNames, notices }: LabelOptions): Promise<RecordLabels> {
  const file = join(directory, labelFile);
  const text = await readTextIfThere(file);
  if (text === undefined) {
    throw new UserError(`Cannot read the labels of ${name}: expected ${file}, found no such file`);
  }
  const { rows } = parseCsvTable(text, { file, columns: ["record", "class"] });
  const rhythmOf = new Map<string, string>();
  for (const { fields, line } of rows) {
    const [record, label] = fields as [string, string];
    if (!rhythms.some((known) => known === label)) {
      throw new FormatError(`Cannot read the labels of ${name}: expected N, A, O or ~, found ${label}`, { file, line });
    }
    rhythmOf.set(record, label);
  }
  const labelled = recordNames.filter((record) => rhythmOf.has(record));
  const unlabelled = recordNames.length - labelled.length;
  const message = `${unlabelled} recordings of this copy have no label in ${labelFile} and are left out.`;
  return {
    task,
    classes: task === "rhythm" ? rhythms : ["A", "rest"],
    kind: "one",
    of: new Map(
      labelled.map((record) => {
        const rhythm = rhythmOf.get(record)!;
        return [record, [task === "af" && rhythm !== "A" ? "rest" : rhythm]];
      }),
    ),
    patients: new Map(labelled.map((record) => [record, personOf(record)])),
    notices: unlabelled === 0 ? notices : [...notices, { code: "unlabelled", message }],
  };
}

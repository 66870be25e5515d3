import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { diskFolder } from "../../core/file-source.node.ts";
import type { Notice } from "../../core/recording.ts";
import { readWfdb, readWfdbHeader } from "../../formats/index.ts";
import { findRecords, namesIn, parseDatasetOptions, readTextIfThere, requireTask } from "../dataset-files.ts";
import { type LocatedDataset, unknownRecord } from "../located-dataset.ts";
import { lackedRecords, partialCopyNotices } from "../partial-copy.ts";
import type { RecordLabels } from "../record-labels.ts";
import { iterativeStratification } from "../splits/iterative-stratification.ts";
import { type Cpsc2018Facts, cpsc2018Classes, factsOfComments, parseCpsc2018Reference } from "./cpsc2018-classes.ts";
import { readCpsc2018Mat } from "./read-cpsc2018-mat.ts";

export const cpsc2018RecordCount = 6877;

const name = "cpsc2018";
/** As many as PTB-XL has. */
const foldCount = 10;
const referenceFile = "REFERENCE.csv";
const optionsSchema = z.strictObject({
  /** Of the ten folds. */
  seed: z.int().default(1),
});

/** Records in either form: record name → path without extension. */
export async function cpsc2018Records(directory: string) {
  const folders = await cpsc2018Folders(directory);
  const options = { folders, pattern: /^(A\d{4})$/ };
  const converted = await findRecords(directory, { ...options, extensions: ["hea", "mat"] });
  if (converted.size > 0) return { converted, original: new Map<string, string>() };
  return { converted, original: await findRecords(directory, { ...options, extensions: ["mat"] }) };
}

/** The directory itself, the folders of the challenge's three archives, and those of the converted form. */
async function cpsc2018Folders(directory: string): Promise<readonly string[]> {
  const parents = ["", "training/cpsc_2018"];
  const folders = await Promise.all(
    parents.map(async (parent) =>
      (await namesIn(join(directory, parent)))
        .filter((folder) => /^(?:g\d|TrainingSet\d|Training_WFDB)$/i.test(folder))
        .map((folder) => (parent === "" ? folder : `${parent}/${folder}`)),
    ),
  );
  return [...parents, ...folders.flat().sort()];
}

/** Opens either form of the dataset, whole or in part. */
export async function openCpsc2018(
  directory: string,
  options: Readonly<Record<string, unknown>>,
): Promise<LocatedDataset> {
  const { seed } = parseDatasetOptions(optionsSchema, options, name);
  const { converted, original } = await cpsc2018Records(directory);
  const paths = converted.size > 0 ? converted : original;
  const recordNames = [...paths.keys()];
  const folder = diskFolder(directory);
  const readMat = async (record: string) => {
    const file = join(directory, `${paths.get(record)}.mat`);
    return readCpsc2018Mat(await readFile(file), { record, file });
  };
  const readReference = async () => {
    for (const parent of await cpsc2018Folders(directory)) {
      const file = join(directory, parent, referenceFile);
      const text = await readTextIfThere(file);
      if (text !== undefined) return parseCpsc2018Reference(text, file);
    }
    throw new UserError(`Cannot read the labels of ${name}: expected ${referenceFile} in ${directory}, found none`);
  };
  const notices = partialCopyNotices(name, { found: recordNames.length, of: cpsc2018RecordCount });
  return {
    name,
    directory,
    recordNames,
    lacks: lackedRecords(recordNames, { of: cpsc2018RecordCount, pattern: /^A(\d{4})$/ }),
    notices,
    pathOf: (record) => converted.get(record),
    open: async (record) => {
      if (!paths.has(record)) throw unknownRecord({ name, recordNames }, record);
      const recording =
        converted.size > 0
          ? await readWfdb(folder, paths.get(record)!, { annotators: [] })
          : (await readMat(record)).recording;
      return { ...recording, patientId: `${name}/${record}` };
    },
    labels: async (task) => {
      requireTask(name, ["icbeb"], task);
      const facts = new Map<string, Cpsc2018Facts>();
      const reference = converted.size > 0 ? undefined : await readReference();
      for (const record of recordNames) {
        if (reference === undefined) {
          facts.set(record, factsOfComments((await readWfdbHeader(folder, paths.get(record)!)).comments));
          continue;
        }
        const { recording: _, ...person } = await readMat(record);
        facts.set(record, { ...person, labels: reference.get(record) ?? [], otherCodes: [] });
      }
      return labelsOf(facts, { seed, notices });
    },
  };
}

function labelsOf(
  facts: ReadonlyMap<string, Cpsc2018Facts>,
  { seed, notices }: { readonly seed: number; readonly notices: readonly Notice[] },
): RecordLabels {
  const labelled = [...facts].filter(([, { labels }]) => labels.length > 0);
  if (labelled.length < foldCount) {
    throw new UserError(
      `Cannot make the folds of ${name}: expected at least ${foldCount} recordings with labels, one for each fold, found ${labelled.length}`,
    );
  }
  const folds = iterativeStratification(
    labelled.map(([record, own]) => ({ group: record, labels: [...own.labels, ...bands(own)] })),
    { folds: foldCount, seed },
  );
  const more: Notice[] = [];
  if (labelled.length < facts.size) {
    const message = `${facts.size - labelled.length} recordings have none of the nine classes and are left out.`;
    more.push({ code: "unlabelled", message });
  }
  const withOthers = labelled.filter(([, { otherCodes }]) => otherCodes.length > 0).length;
  if (withOthers > 0) {
    const message = `${withOthers} recordings have further diagnoses that are none of the nine classes; these are ignored.`;
    more.push({ code: "other-labels", message });
  }
  const message = `The persons of ${name} are not published: each recording counts as a person of its own. Its folds are this program's (iterative stratification, seed ${seed}).`;
  return {
    task: "icbeb",
    classes: cpsc2018Classes,
    kind: "several",
    of: new Map(labelled.map(([record, { labels }]) => [record, labels])),
    folds: new Map(labelled.map(([record], i) => [record, folds[i]!])),
    patients: new Map(labelled.map(([record]) => [record, `${name}/${record}`])),
    notices: [...notices, ...more, { code: "folds", message }],
  };
}

/** Sex and age, in bands of twenty years, as labels to stratify by. */
function bands({ sex, age }: Cpsc2018Facts): readonly string[] {
  const band = age === undefined ? "unknown" : String(Math.min(80, Math.floor(age / 20) * 20));
  return [`sex ${sex ?? "unknown"}`, `age ${band}`];
}

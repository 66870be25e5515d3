import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { diskFolder } from "../../core/file-source.node.ts";
import type { Notice } from "../../core/recording.ts";
import { readWfdb, readWfdbHeader } from "../../formats/index.ts";
import { parseDatasetOptions, requireTask } from "../dataset-files.ts";
import { type LocatedDataset, unknownRecord } from "../located-dataset.ts";
import { lackedRecords, partialCopyNotices } from "../partial-copy.ts";
import type { RecordLabels } from "../record-labels.ts";
import { iterativeStratification } from "../splits/iterative-stratification.ts";
import { type Cpsc2018Facts, cpsc2018Classes, factsOfComments, parseCpsc2018Reference } from "./cpsc2018-classes.ts";
import { type Cpsc2018Records, cpsc2018RecordCount, cpsc2018Records, cpsc2018Reference } from "./cpsc2018-records.ts";
import { readCpsc2018Mat } from "./read-cpsc2018-mat.ts";

const name = "cpsc2018";
/** As many as PTB-XL has. */
const foldCount = 10;
const optionsSchema = z.strictObject({
  /** Of the ten folds. */
  seed: z.int().default(1),
});

/** Opens the dataset, whole or in part; each record in the form in which it is there. */
export async function openCpsc2018(
  directory: string,
  options: Readonly<Record<string, unknown>>,
): Promise<LocatedDataset> {
  const { seed } = parseDatasetOptions(optionsSchema, options, name);
  const { converted, original } = await cpsc2018Records(directory);
  const recordNames = [...converted.keys(), ...original.keys()].sort();
  const folder = diskFolder(directory);
  const readMat = async (record: string) => {
    const file = join(directory, `${original.get(record)}.mat`);
    return readCpsc2018Mat(await readFile(file), { record, file });
  };
  const readReference = async () => {
    const found = await cpsc2018Reference(directory);
    if (found !== undefined) return parseCpsc2018Reference(found.text, found.file);
    const some = [...original.keys()].slice(0, 3).join(", ") + (original.size > 3 ? ", …" : "");
    throw new UserError(
      `Cannot read the labels of ${name}: expected REFERENCE.csv in ${directory} for the ${original.size} recordings ` +
        `without a header (${some}), found none`,
    );
  };
  const notices = [
    ...partialCopyNotices(name, { found: recordNames.length, of: cpsc2018RecordCount }),
    ...formNotices({ converted, original }),
  ];
  return {
    name,
    directory,
    recordNames,
    lacks: lackedRecords(recordNames, { of: cpsc2018RecordCount, pattern: /^A(\d{4})$/ }),
    notices,
    pathOf: (record) => converted.get(record),
    open: async (record) => {
      const path = converted.get(record);
      if (path === undefined && !original.has(record)) throw unknownRecord({ name, recordNames }, record);
      const recording =
        path === undefined ? (await readMat(record)).recording : await readWfdb(folder, path, { annotators: [] });
      return { ...recording, patientId: `${name}/${record}` };
    },
    labels: async (task) => {
      requireTask(name, ["icbeb"], task);
      const facts = new Map<string, Cpsc2018Facts>();
      const reference = original.size > 0 ? await readReference() : undefined;
      for (const record of recordNames) {
        const path = converted.get(record);
        if (path !== undefined) {
          facts.set(record, factsOfComments((await readWfdbHeader(folder, path)).comments));
          continue;
        }
        const { recording: _, ...person } = await readMat(record);
        facts.set(record, { ...person, labels: reference?.get(record) ?? [], otherCodes: [] });
      }
      return labelsOf(facts, { seed, notices });
    },
  };
}

function formNotices({ converted, original }: Cpsc2018Records): Notice[] {
  if (converted.size === 0 || original.size === 0) return [];
  const count = (records: ReadonlyMap<string, string>) => records.size.toLocaleString("en-US");
  const message = `This copy has ${count(original)} recordings of ${name} in the challenge's own form and ${count(converted)} converted to WFDB; both are used, each recording once.`;
  return [{ code: "forms", message }];
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

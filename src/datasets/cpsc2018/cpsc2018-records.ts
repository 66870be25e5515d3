import { join } from "node:path";

import { findRecords, namesIn, readTextIfThere } from "../dataset-files.ts";

export const cpsc2018RecordCount = 6877;

const referenceFile = "REFERENCE.csv";
const pattern = /^(A\d{4})$/;

/** What a directory holds of either form: record name → path without extension. No record is in both. */
export interface Cpsc2018Records {
  /** WFDB, diagnoses in the header. */
  readonly converted: ReadonlyMap<string, string>;
  /** As the challenge published them: one MATLAB file each, labels in REFERENCE.csv. */
  readonly original: ReadonlyMap<string, string>;
}

/** Finds the records of both forms; one that is there twice counts as converted, which needs no table beside it. */
export async function cpsc2018Records(directory: string): Promise<Cpsc2018Records> {
  const folders = await cpsc2018Folders(directory);
  const converted = await findRecords(directory, { folders, pattern, extensions: ["hea", "mat"] });
  // In the folders of the converted form, a file without its header is one of which only half was downloaded.
  const own = folders.filter((folder) => folder === "" || /TrainingSet\d$/i.test(folder));
  const original = await findRecords(directory, { folders: own, pattern, extensions: ["mat"] });
  return { converted, original: new Map([...original].filter(([record]) => !converted.has(record))) };
}

/** The challenge's table of labels and its path, wherever it lies; `undefined` where it doesn't. */
export async function cpsc2018Reference(directory: string) {
  for (const folder of await cpsc2018Folders(directory)) {
    const file = join(directory, folder, referenceFile);
    const text = await readTextIfThere(file);
    if (text !== undefined) return { file, text };
  }
  return undefined;
}

/** How many files these are with the challenge's table, and how many there would be with all records, in the forms that are there. */
export function countCpsc2018Files(
  { converted, original }: Cpsc2018Records,
  { hasReference }: { readonly hasReference: boolean },
): { readonly present: number; readonly expected: number } {
  const ofConverted = 2 * converted.size;
  if (original.size === 0) return { present: ofConverted, expected: 2 * cpsc2018RecordCount };
  return {
    present: ofConverted + original.size + Number(hasReference),
    expected: ofConverted + (cpsc2018RecordCount - converted.size) + 1,
  };
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

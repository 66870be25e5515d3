import { UserError } from "../core/errors.ts";
import { cinc2017 } from "./cinc2017/cinc2017.ts";
import { cpsc2018 } from "./cpsc2018/cpsc2018.ts";
import { afdb } from "./afdb.ts";
import { cudb } from "./cudb.ts";
import { incartdb } from "./incartdb.ts";
import { nstdb } from "./nstdb.ts";
import { svdb } from "./svdb.ts";
import { mitdb } from "./mitdb.ts";
import { ptbXl } from "./ptb-xl/ptb-xl.ts";
import { type FolderEntry, folderEntry } from "./folder/folder-dataset.ts";
import type { RecordingsEntry } from "./recordings-entry.ts";
import { type GeneratedEntry, synthetic12 } from "./synthetic12/synthetic12.ts";
import { syntheticEntry, type SyntheticEntry } from "./synthetic/synthetic-entry.ts";
import type { WfdbEntry } from "./wfdb-entry.ts";

/** A dataset that has a name of its own. */
export type NamedEntry = WfdbEntry | RecordingsEntry | SyntheticEntry | GeneratedEntry;
export type DatasetEntry = NamedEntry | FolderEntry;

/** Every dataset that the program knows by name. One more WFDB database is one more entry. */
export const datasetCatalogue: readonly NamedEntry[] = [
  mitdb,
  cinc2017,
  ptbXl,
  cpsc2018,
  afdb,
  cudb,
  svdb,
  incartdb,
  nstdb,
  syntheticEntry,
  synthetic12,
];

/** @throws UserError where the catalogue has no such name. */
export function datasetEntry(name: string): DatasetEntry {
  const entry = [...datasetCatalogue, folderEntry].find((entry) => entry.name === name);
  if (entry !== undefined) return entry;
  const known = datasetCatalogue.map((entry) => entry.name).join(", ");
  throw new UserError(`Cannot find dataset ${name}: expected one of ${known}`);
}

/** @throws UserError where the dataset is not one of published files. */
export function publishedEntry(name: string): WfdbEntry | RecordingsEntry {
  const entry = datasetEntry(name);
  if (entry.kind === "wfdb" || entry.kind === "recordings") return entry;
  const why = entry.kind === "folder" ? "it is your own" : "the program makes it itself";
  throw new UserError(`Cannot download dataset ${name}: ${why}, nothing has to be downloaded`);
}

/** The person of a record, unique across datasets: records of one person must not stand on both sides of a split. */
export function patientIdOf(entry: WfdbEntry, recordName: string): string {
  const person = entry.samePerson?.[recordName] ?? recordName;
  return person.includes("/") ? person : `${entry.name}/${person}`;
}

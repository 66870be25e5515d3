import { UserError } from "../core/errors.ts";
import { mitdb } from "./mitdb.ts";
import { syntheticEntry, type SyntheticEntry } from "./synthetic/synthetic-entry.ts";
import type { WfdbEntry } from "./wfdb-entry.ts";

export type DatasetEntry = WfdbEntry | SyntheticEntry;

/** Every dataset that the program knows by name. One more WFDB database is one more entry. */
export const datasetCatalogue: readonly DatasetEntry[] = [mitdb, syntheticEntry];

/** @throws UserError where the catalogue has no such name. */
export function datasetEntry(name: string): DatasetEntry {
  const entry = datasetCatalogue.find((entry) => entry.name === name);
  if (entry !== undefined) return entry;
  const known = datasetCatalogue.map((entry) => entry.name).join(", ");
  throw new UserError(`Cannot find dataset ${name}: expected one of ${known}`);
}

/** @throws UserError where the dataset is not one of files. */
export function wfdbEntry(name: string): WfdbEntry {
  const entry = datasetEntry(name);
  if (entry.kind === "wfdb") return entry;
  throw new UserError(`Cannot download dataset ${name}: the program makes it itself, nothing has to be downloaded`);
}

/** The person of a record, unique across datasets: records of one person must not stand on both sides of a split. */
export function patientIdOf(entry: DatasetEntry, recordName: string): string {
  const person = entry.kind === "wfdb" ? entry.samePerson?.[recordName] : undefined;
  return `${entry.name}/${person ?? recordName}`;
}

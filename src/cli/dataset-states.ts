import { type DatasetStatus, datasetEntry, getCommand, listDatasets } from "../datasets/index.ts";
import type { CliContext } from "./context.ts";
import { dataPlaces } from "./data-places.ts";

/** Whether recipes over a dataset can be run: on all of it, on the part that is there, or not. */
export interface DatasetState {
  readonly state: "made by the program" | "complete" | "partial" | "absent";
  /** Why not, or what is missing, as a sentence. */
  readonly reason?: string;
}

/** The state of every dataset. */
export async function datasetStates(
  data: string | undefined,
  context: CliContext,
): Promise<ReadonlyMap<string, DatasetState>> {
  const found = await listDatasets(dataPlaces(data, context));
  return new Map(found.map((status) => [status.name, stateOf(status, data)]));
}

function stateOf({ name, directory, files, complete }: DatasetStatus, data: string | undefined): DatasetState {
  if (files === undefined) return { state: "made by the program" };
  if (complete) return { state: "complete" };
  const get = getCommand(name, data);
  if (directory === undefined) return { state: "absent", reason: `${name} is not on this machine (${get})` };
  const counts = `${files.present} of ${files.expected} files of ${name} are here`;
  // A database of annotated records has fixed lists of records in its splits.
  if (datasetEntry(name).kind === "wfdb") return { state: "absent", reason: `${counts}, all are needed (${get})` };
  return { state: "partial", reason: counts };
}

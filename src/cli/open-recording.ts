import { stat } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";

import { UserError } from "../core/errors.ts";
import { diskFolder } from "../core/file-source.node.ts";
import type { Recording } from "../core/recording.ts";
import { datasetCatalogue, getCommand, locateDataset } from "../datasets/index.ts";
import { formats, readWfdb } from "../formats/index.ts";
import type { CliContext } from "./context.ts";
import { option } from "./command.ts";
import { dataPlaces } from "./data-places.ts";

export interface OpenRecordingOptions extends Pick<CliContext, "cwd" | "env" | "home" | "platform"> {
  /** Where datasets lie; default: EINTHOVEN_DATA, then the cache. */
  readonly data?: string | undefined;
  /** Keep the digital samples. */
  readonly digital?: boolean;
  /** Hz, of a file that does not say it, or only by rounded times. */
  readonly rate?: number | undefined;
}

/** The option of the commands that open recordings. */
export const rateOption = option.number(
  "--rate <hz>",
  "sample rate of a file that does not say it: .npy, or .csv without times",
  {
    minimum: 1,
  },
);

/**
 * Opens a RECORDING as the command line names it: a path with or without extension, or `mitdb/100` for a record of a
 * known dataset. A file goes first.
 * @throws UserError that says what was looked for, and for a known dataset the command that gets it.
 */
export async function openRecording(spec: string, options: OpenRecordingOptions): Promise<Recording> {
  const { cwd, data, digital = false, rate } = options;
  const path = resolve(cwd, spec);
  const single = formats.find(({ name, match }) => name !== "wfdb" && match(path));
  if (single?.read !== undefined && (await isFile(path))) {
    return single.read(diskFolder(dirname(path)), basename(path), rate === undefined ? {} : { sampleRate: rate });
  }
  const name = await recordName(path);
  if (name !== undefined) return readWfdb(diskFolder(dirname(path)), name, { digital });

  const [dataset, ...rest] = spec.split("/");
  const entry = datasetCatalogue.find(({ name }) => name === dataset);
  if (entry === undefined || rest.length === 0) throw new UserError(await notFound(spec, path));
  const located = await locateDataset(entry.name, { ...dataPlaces(data, options), incomplete: "accept" });
  const record = rest.join("/");
  if (entry.kind !== "recordings" && entry.recordNames.includes(record) && !located.recordNames.includes(record)) {
    const command = getCommand(entry.name, data);
    throw new UserError(
      `Cannot open recording ${spec}: its files are not all in ${located.directory}. Get them with: ${command}`,
    );
  }
  if (digital && located.directory !== undefined && located.recordNames.includes(record)) {
    return readWfdb(diskFolder(located.directory), located.pathOf?.(record) ?? record, { digital });
  }
  return located.open(record);
}

/** The name of the WFDB record at the path, whose extension may be there or not; `undefined` where there is none. */
async function recordName(path: string): Promise<string | undefined> {
  if (await isFile(`${path}.hea`)) return basename(path);
  const stem = path.slice(0, path.length - extname(path).length);
  return stem !== path && (await isFile(`${stem}.hea`)) ? basename(stem) : undefined;
}

async function isFile(path: string): Promise<boolean> {
  return (await kindOf(path)) === "file";
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

async function notFound(spec: string, path: string): Promise<string> {
  const header = /\.(hea|dat|mat|atr)$/.test(path) ? path.replace(/\.\w+$/, ".hea") : `${path}.hea`;
  const kind = await kindOf(path);
  if (kind === "folder") {
    return `Cannot open recording ${spec}: expected a record, found a folder (name a record in it, such as ${spec.replace(/\/$/, "")}/100)`;
  }
  if (kind === "file") return `Cannot open recording ${spec}: expected its WFDB header ${header} beside it, found none`;
  const known = datasetCatalogue.map((entry) => `${entry.name}/…`).join(" or ");
  return `Cannot open recording ${spec}: expected a WFDB header ${header}, found none (a dataset's record is named ${known})`;
}

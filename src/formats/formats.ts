import { encodeCsv } from "./csv/encode-csv.ts";
import { parseCsvRecording } from "./csv/parse-csv-recording.ts";
import { encodeNpyRecording, parseNpyRecording, type SampleAxes } from "./npy/npy-recording.ts";
import { encodeWfdb } from "./wfdb/encode-wfdb.ts";
import { readWfdb } from "./wfdb/read-wfdb.ts";
import { FormatError } from "../core/errors.ts";
import type { ByteFolder } from "../core/byte-source.ts";
import type { Recording } from "../core/recording.ts";
import type { WritableFormat } from "./wfdb/encode-wfdb.ts";

/** A file format that recordings come from or go to. */
export interface Format {
  readonly name: string;
  readonly description: string;
  /** Whether a file of this name is of this format, by its extension. */
  readonly match: (fileName: string) => boolean;
  /** Reads the recording of a file name, with or without extension, within a folder. */
  readonly read?: (folder: ByteFolder, name: string, options?: ReadOptions) => Promise<Recording>;
  /** Encodes a recording: file name → bytes, `name` being the files' common name without extension. */
  readonly write?: (recording: Recording, options: WriteOptions) => Map<string, Uint8Array>;
}

export interface ReadOptions {
  /** Keep the digital samples; default false. */
  readonly digital?: boolean;
  readonly annotators?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  /** Hz, where the file does not say it: NPY, and CSV without times or with rounded ones. */
  readonly sampleRate?: number;
  /** Of an NPY array; default: the shorter axis is the leads'. */
  readonly axes?: SampleAxes;
  /** Of an NPY array. */
  readonly leadNames?: readonly string[];
}

export interface WriteOptions {
  /** Common name of the files, without extension. */
  readonly name: string;
  /** Digital integers instead of physical values, where the format can hold either; default false. */
  readonly digital?: boolean;
  /** WFDB's signal format. */
  readonly signalFormat?: WritableFormat;
}

/** All formats; the first whose `match` accepts a name is the one. */
export const formats: readonly Format[] = [
  {
    name: "wfdb",
    description: "WFDB (PhysioNet): .hea with signal files and annotations",
    match: (fileName) => /\.(hea|dat|mat|atr)$/i.test(fileName),
    read: (folder, name, options) => readWfdb(folder, name.replace(/\.(dat|mat|atr)$/i, ""), options),
    write: (recording, { name, signalFormat }) =>
      encodeWfdb(recording, { name, ...(signalFormat === undefined ? {} : { format: signalFormat }) }),
  },
  {
    name: "csv",
    description: "Comma-separated values: time and one column per lead, in mV",
    match: (fileName) => /\.csv$/i.test(fileName),
    read: async (folder, name, { sampleRate } = {}) => {
      const { id, file, bytes } = await readNamed(folder, name, "csv");
      return parseCsvRecording(bytes, { id, file, ...(sampleRate === undefined ? {} : { sampleRate }) });
    },
    write: (recording, { name, digital = false }) => new Map([[`${name}.csv`, encodeCsv(recording, { digital })]]),
  },
  {
    name: "npy",
    description: "NumPy array of samples in mV, [lead, sample] or [sample, lead]; the sample rate has to be told",
    match: (fileName) => /\.npy$/i.test(fileName),
    read: async (folder, name, { sampleRate, axes, leadNames } = {}) => {
      const { id, file, bytes } = await readNamed(folder, name, "npy");
      return parseNpyRecording(bytes, { id, file, sampleRate, axes, leadNames });
    },
    write: (recording, { name, digital = false }) =>
      new Map([[`${name}.npy`, encodeNpyRecording(recording, { digital })]]),
  },
];

/** The one file of a recording; its extension may be left out. */
async function readNamed(folder: ByteFolder, name: string, extension: string) {
  const hasExtension = name.toLowerCase().endsWith(`.${extension}`);
  const file = hasExtension ? name : `${name}.${extension}`;
  const source = await folder.open(file);
  if (source === undefined) {
    throw new FormatError(`Cannot read ${name}: expected a file ${file}, found none in ${folder.name}`, { file });
  }
  const id = file.slice(file.lastIndexOf("/") + 1, -1 - extension.length);
  return { id, file: source.name, bytes: await source.read() };
}

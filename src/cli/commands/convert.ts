import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";

import { cutRecording } from "../../core/cut-recording.ts";
import { UserError } from "../../core/errors.ts";
import { writeFilesWhole } from "../../core/write-files.node.ts";
import { type Format, formats, type WritableFormat } from "../../formats/index.ts";
import { argument, defineCommand, option } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { formatCount } from "../format-quantity.ts";
import { openRecording, rateOption } from "../open-recording.ts";
import { UsageError } from "../usage-error.ts";

const signalFormats = ["8", "16", "24", "32", "61", "80", "160", "212", "310", "311"] as const;

export const convertCommand = defineCommand({
  description:
    "Writes a recording in another format, by OUT's extension: .csv has the time and one column per lead in physical " +
    "units, .npy an array [lead, sample]; .hea or .dat, or no extension, is WFDB with its annotations. Other files of that name are not overwritten " +
    "without --force. All files appear at once and whole, or none.",
  arguments: {
    recording: argument.one("path with or without extension, or NAME/RECORD"),
    out: argument.one("the file to write: NAME.csv, NAME.npy, NAME.hea or NAME"),
  },
  options: {
    format: option.choice("--format <format>", "WFDB: signal format; default: as it was, or 16, 24, 32", signalFormats),
    digital: option.flag("--digital", "CSV and NPY: the raw integers instead of physical values"),
    from: option.number("--from <seconds>", "where the stretch to write begins (default: 0)", { minimum: 0 }),
    to: option.number("--to <seconds>", "where it ends (default: the recording's end)", { minimum: 0 }),
    force: option.flag("--force", "overwrite files that are there"),
    rate: rateOption,
    data: dataOption,
  },
  examples: [
    { command: "convert mitdb/100 100.csv", does: "record 100 as a table in mV" },
    {
      command: "convert mitdb/100 start --from 0 --to 60 --format 16",
      does: "its first minute: start.hea, .dat, .atr",
    },
    { command: "convert rec.hea rec.csv --digital", does: "the integers that the file holds" },
  ],
  run: async ({ recording: spec, out, format: code, digital, from, to, force, data, rate }, context) => {
    const target = targetOf(resolve(context.cwd, out));
    const { format } = target;
    if (digital && format.name === "wfdb") throw new UsageError("--digital: expected an OUT that ends in .csv or .npy");
    if (code !== undefined && format.name !== "wfdb")
      throw new UsageError(`--format: expected a WFDB record as OUT, found ${out}`);
    if (from !== undefined && to !== undefined && to <= from)
      throw new UsageError(`--to: expected more than ${from} s, found ${to}`);

    const whole = await openRecording(spec, { ...context, data, rate, digital: true });
    const recording = cutRecording(whole, { fromSeconds: from, toSeconds: to });
    const signalFormat = code === undefined ? {} : { signalFormat: Number(code) as WritableFormat };
    const encoded = format.write(recording, { name: target.name, digital, ...signalFormat });
    const files = headerLast(new Map([...encoded].map(([name, bytes]) => [join(target.directory, name), bytes])));
    await checkPlace([...files.keys()], { ...target, force });
    await writeFilesWhole(files, { signal: context.signal });

    for (const { message } of recording.notices) context.note(`Notice: ${message}`);
    const kept = format.name === "wfdb" ? recording.annotations.length : 0;
    const lost = recording.annotations.length - kept;
    if (lost > 0) context.note(`Notice: ${format.name} files have no place for annotations; ${lost} are not in ${out}`);
    const { id, sampleCount, sampleRate, notices } = recording;
    const paths = [...files.keys()];
    context.result({
      json: { id, sampleRate, sampleCount, annotations: kept, notices, files: paths },
      text: () =>
        `${id}, ${sampleCount.toLocaleString("en-US")} samples of ${formatCount(recording.leads.length, "leads")}` +
        `${kept > 0 ? ` and ${formatCount(kept, "annotations")}` : ""}, ` +
        `written to ${paths.map((path) => basename(path)).join(", ")}`,
    });
  },
});

type Writer = Format & Required<Pick<Format, "write">>;

interface Target {
  readonly directory: string;
  /** Without extension. */
  readonly name: string;
  readonly format: Writer;
}

function targetOf(path: string): Target {
  const directory = dirname(path);
  const writers = formats.filter((format): format is Writer => format.write !== undefined);
  const extension = extname(path);
  const format = writers.find(({ name, match }) => (extension === "" ? name === "wfdb" : match(path)));
  if (format === undefined || !targetExtensions.includes(extension.toLowerCase())) {
    throw new UsageError(
      `OUT: expected a name that ends in .csv, .npy, .hea or .dat, or has no extension, found ${basename(path)}`,
    );
  }
  return { directory, name: basename(path, extension), format };
}

/** Extensions that OUT may have. `.mat` and `.atr` are WFDB too, but such a file would not be the one that is written. */
const targetExtensions = ["", ".csv", ".npy", ".hea", ".dat"];

/** The header refers to the other files: when it appears, they are there. */
function headerLast(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const [headers, others] = [true, false].map((wanted) =>
    [...files].filter(([path]) => path.endsWith(".hea") === wanted),
  );
  return new Map([...others!, ...headers!]);
}

/** Refuses to overwrite, and to leave another recording's annotations beside the new one. */
async function checkPlace(
  paths: readonly string[],
  { directory, name, format, force }: Target & { readonly force: boolean },
) {
  for (const path of force ? [] : paths) {
    if (await exists(path))
      throw new UserError(`Cannot write ${path}: expected no such file, found one (--force overwrites)`);
  }
  const stale = join(directory, `${name}.atr`);
  if (format.name === "wfdb" && !paths.includes(stale) && (await exists(stale))) {
    throw new UserError(`Cannot write ${name}: expected no annotations beside it, since it has none, found ${stale}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}

import type { Recording } from "../../core/recording.ts";
import { plainText, renderTextTable } from "../../evaluate/report/text-table.ts";
import { type RecordingInfo, recordingInfo, wfdbSymbols } from "../../formats/index.ts";
import { argument, defineCommand } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { formatDuration } from "../format-quantity.ts";
import { openRecording, rateOption } from "../open-recording.ts";

/** What `--json` prints: the summary, and what the file says beside it. */
interface InfoJson extends RecordingInfo {
  readonly start?: string;
  readonly comments: Recording["comments"];
  readonly notices: Recording["notices"];
}

export const infoCommand = defineCommand({
  description:
    "Reads recordings completely and says what is in them: leads, length, whether the samples' checksums are right, " +
    "annotations by symbol, and anything unusual. With --json, one recording gives an object, several give a list.",
  arguments: { recordings: argument.many("paths with or without extension, or NAME/RECORD") },
  options: { rate: rateOption, data: dataOption },
  examples: [
    { command: "info mitdb/100", does: "record 100 of the MIT-BIH Arrhythmia Database" },
    { command: "info ./my/recording.hea", does: "a file of your own" },
    { command: "info data/mitdb/*.hea --json", does: "all records in a folder, as one JSON list" },
  ],
  run: async ({ recordings: specs, data, rate }, context) => {
    const infos: InfoJson[] = [];
    const texts: string[] = [];
    for (const spec of specs) {
      context.signal.throwIfAborted();
      const recording = await openRecording(spec, { ...context, data, rate });
      infos.push(toJson(recording));
      if (!context.json) texts.push(describe(recording, context));
    }
    context.result({ json: infos.length === 1 ? infos[0] : infos, text: () => texts.join("\n\n") });
  },
});

function toJson(recording: Recording): InfoJson {
  const { start, comments, notices } = recording;
  return { ...recordingInfo(recording), ...(start === undefined ? {} : { start }), comments, notices };
}

interface Screen {
  readonly columns: number;
  readonly colour: boolean;
}

function describe(recording: Recording, screen: Screen): string {
  const { sampleRate, sampleCount, start, comments, notices } = recording;
  const length = `${formatDuration(sampleCount / sampleRate)} (${sampleCount.toLocaleString("en-US")} samples)`;
  const title = [recording.id, `${sampleRate} Hz`, length, ...(start === undefined ? [] : [`from ${start}`])];
  return [
    leadTable(recording, { ...screen, title: title.join(", ") }),
    annotationTable(recording, screen),
    ...comments.map((comment) => `# ${plainText(comment)}`),
    ...notices.map(({ message }) => `Notice: ${plainText(message)}`),
  ].join("\n");
}

function leadTable(recording: Recording, { title, columns, colour }: Screen & { readonly title: string }): string {
  const rows = recording.leads.map(({ name, unit, sampleRate, encoding }) => {
    const { gain, bits, format, checksum } = encoding ?? {};
    return [
      name,
      String(sampleRate),
      gain === undefined ? unit : `${gain} per ${unit}`,
      bits === undefined ? "–" : String(bits),
      format === undefined ? "–" : String(format),
      checksum === undefined ? "–" : describeChecksum(checksum),
    ];
  });
  return renderTextTable(
    {
      title,
      columns: [
        { label: "lead", align: "left" },
        { label: "Hz", align: "right" },
        { label: "units", align: "right" },
        { label: "bits", align: "right" },
        { label: "format", align: "right" },
        { label: "checksum", align: "left" },
      ],
      rows,
    },
    { width: columns, colour },
  );
}

function describeChecksum({ expected, found }: { readonly expected: number; readonly found: number }): string {
  // WFDB's placeholder; a notice below the table says so.
  if (expected === 0 && found !== 0) return "not given";
  return expected === found ? "right" : `wrong: expected ${expected}, found ${found}`;
}

function annotationTable(recording: Recording, { columns, colour }: Screen): string {
  const { total, beats, bySymbol } = recordingInfo(recording).annotations;
  if (total === 0) return "No annotations";
  const meaning = new Map(wfdbSymbols.map(({ symbol, description }) => [symbol, description]));
  const rows = Object.entries(bySymbol)
    .sort(([, a], [, b]) => b - a)
    .map(([symbol, count]) => [symbol, count.toLocaleString("en-US"), meaning.get(symbol) ?? "–"]);
  return renderTextTable(
    {
      title: `${total.toLocaleString("en-US")} annotations, ${beats.toLocaleString("en-US")} of them beats`,
      columns: [
        { label: "symbol", align: "left" },
        { label: "count", align: "right" },
        { label: "meaning", align: "left" },
      ],
      rows,
    },
    { width: columns, colour },
  );
}

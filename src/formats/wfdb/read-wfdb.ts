import { frameRateOf, startOf } from "./header-values.ts";
import { parseWfdbAnnotationFile } from "./parse-annotations.ts";
import { readSegments } from "./read-segments.ts";
import { readSignals } from "./read-signals.ts";
import { quote } from "./text.ts";
import { readWfdbHeader } from "./header.ts";
import type { Annotation, Notice, Recording } from "../../core/recording.ts";
import type { ByteFolder } from "../../core/byte-source.ts";
import type { WfdbHeader } from "./header.ts";

export interface ReadWfdbOptions {
  /** Keep the digital samples in `lead.encoding.digital`; default false. */
  readonly digital?: boolean;
  /** Extensions of the annotation files to read; default `["atr"]`. A file that does not exist means no annotations. */
  readonly annotators?: readonly string[];
  /** First frame to read; default 0. Frames and annotations of the result count from here. */
  readonly from?: number;
  /** End of the frames to read, not included; default the end of the record. */
  readonly to?: number;
}

/**
 * Reads a WFDB record: header, signal files and annotations.
 *
 * @param folder where the files lie
 * @param name the record's name within the folder; may contain `/`, and may carry `.hea`
 * @throws FormatError where a file is missing or damaged; what does not stop the reading is a notice in the result.
 */
export async function readWfdb(
  folder: ByteFolder,
  name: string,
  { digital = false, annotators = ["atr"], from = 0, to }: ReadWfdbOptions = {},
): Promise<Recording> {
  const path = name.endsWith(".hea") ? name.slice(0, -4) : name;
  const directory = path.slice(0, path.lastIndexOf("/") + 1);
  const file = `${path}.hea`;
  const header = await readWfdbHeader(folder, path);
  const place = { folder, directory, file };
  const options = { ...place, digital, from, to };
  const sampleRate = frameRateOf(header);
  const [signals, found] = await Promise.all([
    header.segmentCount === undefined
      ? readSignals(header, options).then((data) => ({ ...data, comments: header.comments }))
      : readSegments(header, options),
    readAnnotations(folder, path, { annotators, sampleRate }),
  ]);
  const end = from + signals.frameCount;
  const inRange =
    from === 0 && to === undefined
      ? found.annotations
      : found.annotations
          .filter(({ sample }) => sample >= from && sample < end)
          .map((annotation) => ({ ...annotation, sample: annotation.sample - from }));
  const start = startOf(header, from);
  return {
    id: path.slice(directory.length),
    sampleRate,
    sampleCount: signals.frameCount,
    leads: signals.leads,
    annotations: inRange,
    comments: signals.comments,
    ...(start === undefined ? {} : { start }),
    notices: [...headerNotices(header, { path, start }), ...signals.notices, ...found.notices],
  };
}

function headerNotices(
  { name, baseTime, baseDate, otherStart }: WfdbHeader,
  { path, start }: { path: string; start: string | undefined },
): Notice[] {
  const notices: Notice[] = [];
  if (path.slice(path.lastIndexOf("/") + 1) !== name) {
    notices.push({ code: "name", message: `The header of ${path} calls the record ${quote(name)}.` });
  }
  if (otherStart !== undefined || (start === undefined && baseTime !== undefined)) {
    const found = quote(otherStart ?? `${baseTime} ${baseDate}`);
    const message = `The header of ${path} has ${found} where WFDB has the start as HH:MM:SS DD/MM/YYYY; it is left out.`;
    notices.push({ code: "start", message });
  }
  return notices;
}

async function readAnnotations(
  folder: ByteFolder,
  path: string,
  { annotators, sampleRate }: { annotators: readonly string[]; sampleRate: number },
): Promise<{ annotations: Annotation[]; notices: Notice[] }> {
  const annotations: Annotation[] = [];
  const notices: Notice[] = [];
  for (const annotator of annotators) {
    const source = await folder.open(`${path}.${annotator}`);
    if (source === undefined) continue;
    const read = parseWfdbAnnotationFile(await source.read(), { name: source.name });
    const { timeResolution = sampleRate } = read;
    const back = read.annotations.filter(
      ({ sample }, index) => sample < (read.annotations[index - 1]?.sample ?? sample),
    );
    if (back.length > 0) {
      notices.push({
        code: "annotations-order",
        message: `${source.name} goes back in time before ${back.length} of its ${read.annotations.length} annotations; they are put in order.`,
      });
    }
    for (const annotation of read.annotations) {
      annotations.push(
        timeResolution === sampleRate
          ? annotation
          : { ...annotation, sample: Math.round((annotation.sample * sampleRate) / timeResolution) },
      );
    }
    if (!read.complete) {
      notices.push({
        code: "annotations-end",
        message: `${source.name} ends without an end mark after ${read.annotations.length} annotations; it may be cut.`,
      });
    }
    if (read.extraBytes > 0) {
      notices.push({
        code: "annotations-end",
        message: `${source.name} has ${read.extraBytes} bytes other than zero after its end mark; they are not read.`,
      });
    }
  }
  return { annotations: annotations.sort((a, b) => a.sample - b.sample), notices };
}

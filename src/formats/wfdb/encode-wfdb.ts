import { UserError } from "../../core/errors.ts";
import { encodeSamples, sampleFormats } from "./sample-formats.ts";
import { encodeWfdbAnnotations } from "./encode-annotations.ts";
import { digitise } from "./digitise.ts";
import { flacFormats } from "./flac.ts";
import { quote } from "./text.ts";
import type { DigitalLead } from "./digitise.ts";
import type { Recording } from "../../core/recording.ts";
import type { SampleFormat } from "./sample-formats.ts";

/** The signal formats that `encodeWfdb` writes. */
export type WritableFormat = 8 | 16 | 24 | 32 | 61 | 80 | 160 | 212 | 310 | 311;

export interface EncodeWfdbOptions {
  /** Default: the format that all leads were stored in, where it can be written; otherwise 16, or 24 or 32 where the leads' own need it. */
  readonly format?: WritableFormat;
  /** Extension of the annotation file; default `atr`. It is written where the recording has annotations. */
  readonly annotator?: string;
  /** Record name: letters, digits, `_` and `-`; default the recording's id. */
  readonly name?: string;
}

/**
 * Encodes a recording as WFDB files: file name → bytes of `.hea`, `.dat` and, where there are annotations, `.atr`.
 *
 * A lead keeps its encoding's gain and baseline, and its digital samples where it has them; a lead without encoding gets
 * a gain that suits the format and its unit. `NaN` becomes the format's invalid marker.
 *
 * @throws UserError where a value does not fit into the format, or a name is not one that WFDB allows.
 */
export function encodeWfdb(
  recording: Recording,
  { format: code = defaultFormat(recording), annotator = "atr", name = recording.id }: EncodeWfdbOptions = {},
): Map<string, Uint8Array> {
  checkName(name, "a record name");
  checkName(annotator, "an annotator name");
  const format = sampleFormats.get(code);
  if (format === undefined) {
    throw new UserError(`Cannot write WFDB format ${code}: expected one of ${[...sampleFormats.keys()].join(", ")}`);
  }
  const leads = recording.leads.map((lead) => digitise(lead, { recording, format }));
  const files = new Map<string, Uint8Array>();
  files.set(`${name}.hea`, new TextEncoder().encode(headerText(recording, { name, format, leads })));
  if (leads.length > 0) files.set(`${name}.dat`, encodeSamples(format, interleave(recording.sampleCount, leads)));
  if (recording.annotations.length > 0) {
    files.set(`${name}.${annotator}`, encodeWfdbAnnotations(recording.annotations));
  }
  return files;
}

/** The format that all leads were stored in, unless it can't hold them any more; otherwise the narrowest of 16, 24, 32 that does. */
function defaultFormat({ leads }: Recording): WritableFormat {
  const codes = new Set(leads.map(({ encoding }) => encoding?.format));
  const [code] = codes;
  const common = codes.size === 1 && code !== undefined ? sampleFormats.get(code) : undefined;
  const hasMarker = common?.invalid !== undefined;
  if (common !== undefined && (hasMarker || !leads.some(({ samples }) => samples.some(Number.isNaN)))) {
    return common.code as WritableFormat;
  }
  const ranges = [...codes].map((each) => sampleFormats.get(each ?? 16) ?? flacFormats.get(each ?? 16));
  const largest = ranges.reduce((most, range) => Math.max(most, range?.max ?? 0), 0);
  return ([16, 24] as const).find((each) => largest <= sampleFormats.get(each)!.max) ?? 32;
}

function checkName(name: string, what: string): void {
  if (!/^[\w-]+$/.test(name)) {
    throw new UserError(
      `Cannot write a WFDB record: expected ${what} of letters, digits, _ and -, found ${quote(name)}`,
    );
  }
}

/** Frame after frame; in a frame lead after lead. Differences, for format 8, are taken by `digitise`. */
function interleave(frameCount: number, leads: readonly DigitalLead[]): Int32Array {
  const frameSize = leads.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0);
  const values = new Int32Array(frameCount * frameSize);
  let offset = 0;
  for (const { stored, samplesPerFrame } of leads) {
    for (let frame = 0, from = 0; frame < frameCount; frame++) {
      const at = frame * frameSize + offset;
      for (let i = 0; i < samplesPerFrame; i++) values[at + i] = stored[from++]!;
    }
    offset += samplesPerFrame;
  }
  return values;
}

function headerText(
  { sampleRate, sampleCount, start, comments }: Recording,
  { name, format, leads }: { name: string; format: SampleFormat; leads: readonly DigitalLead[] },
): string {
  const record = [name, leads.length, sampleRate, sampleCount, ...startFields(start)].join(" ");
  const signals = leads.map((lead) => {
    const layout = `${format.code}${lead.samplesPerFrame === 1 ? "" : `x${lead.samplesPerFrame}`}`;
    const gain = `${lead.gain}(${lead.baseline})/${lead.unit}`;
    const numbers = [lead.bits, lead.zero, lead.initialValue, lead.checksum, 0];
    return [`${name}.dat`, layout, gain, ...numbers, lead.name].join(" ").trimEnd();
  });
  const remarks = comments.map((comment) => `# ${oneLine(comment, "comment")}`);
  return `${[record, ...signals, ...remarks].join("\n")}\n`;
}

/** `YYYY-MM-DDTHH:MM:SS` or `HH:MM:SS` as WFDB's time and date. */
function startFields(start: string | undefined): string[] {
  if (start === undefined) return [];
  const found = /^(?:(\d{4})-(\d{2})-(\d{2})T)?(\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/.exec(start);
  if (found === null) {
    throw new UserError(`Cannot write a WFDB record: expected a start as YYYY-MM-DDTHH:MM:SS, found ${quote(start)}`);
  }
  const [, year, month, day, time] = found;
  return year === undefined ? [time!] : [time!, `${day}/${month}/${year}`];
}

/** Refuses text that would not come back from a header line as it is. */
function oneLine(text: string, what: string): string {
  if (/[\r\n]/.test(text) || text !== text.trim()) {
    throw new UserError(
      `Cannot write a WFDB header: expected a ${what} on one line without outer spaces, found ${quote(text)}`,
    );
  }
  return text;
}

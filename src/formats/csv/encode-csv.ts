import { UserError } from "../../core/errors.ts";
import type { Lead, Recording } from "../../core/recording.ts";

export interface EncodeCsvOptions {
  /** Write the raw digital integers instead of physical values; the leads must have kept them. Default false. */
  readonly digital?: boolean;
}

/**
 * Encodes a recording's samples as CSV (RFC 4180): a header row, the time in seconds, then one column per lead, at the
 * leads' own rate. Physical values are the shortest decimals that give the same float32, and an invalid sample is an empty
 * field; among digital samples it is the integer that marks it.
 *
 * @throws UserError where the leads differ in sampling rate, or digital samples are wanted and were not kept.
 */
export function encodeCsv(recording: Recording, { digital = false }: EncodeCsvOptions = {}): Uint8Array {
  const { leads } = recording;
  const sampleRate = leads[0]?.sampleRate ?? recording.sampleRate;
  const sampleCount = leads[0]?.samples.length ?? recording.sampleCount;
  const other = leads.find((lead) => lead.sampleRate !== sampleRate || lead.samples.length !== sampleCount);
  if (other !== undefined) {
    throw new UserError(
      `Cannot write ${recording.id} as CSV: expected leads of one rate, found ${leads[0]!.name} at ${sampleRate} Hz and ${other.name} at ${other.sampleRate} Hz`,
    );
  }
  const columns = leads.map((lead) => (digital ? digitalColumn(lead) : physicalColumn(lead)));
  const rows = [["time", ...leads.map(({ name }) => field(name))].join(",")];
  for (let i = 0; i < sampleCount; i++) {
    let row = String(Number((i / sampleRate).toFixed(9)));
    for (const column of columns) row += `,${column(i)}`;
    rows.push(row);
  }
  rows.push("");
  return new TextEncoder().encode(rows.join("\r\n"));
}

type Column = (sample: number) => string;

function physicalColumn({ samples }: Lead): Column {
  return (i) => shortestFloat32(samples[i]!);
}

function digitalColumn({ name, encoding }: Lead): Column {
  const digital = encoding?.digital;
  if (digital === undefined) {
    throw new UserError(`Cannot write lead ${name} as CSV: expected its digital samples, found only physical ones`);
  }
  return (i) => String(digital[i]!);
}

/** The decimal of fewest digits (nine always suffice) that rounds to the same float32; empty for NaN. */
function shortestFloat32(value: number): string {
  if (Number.isNaN(value)) return "";
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { FormatError } from "../../core/errors.ts";
import { joinEncodings } from "./join-encodings.ts";
import { maxMissingSamples } from "./read-signals.ts";
import { quote } from "./text.ts";
import { signalValues } from "./header-values.ts";
import type { EncodedPiece } from "./join-encodings.ts";
import type { Layout } from "./segment-layout.ts";
import type { Lead, Notice } from "../../core/recording.ts";
import type { SignalValues } from "./header-values.ts";
import type { WfdbHeader, WfdbSegment } from "./header.ts";

/** A lead of the whole record while its segments are put together. */
export interface JoinedLead {
  readonly values: SignalValues;
  readonly samples: Float32Array;
  readonly pieces: EncodedPiece[];
}

/** Leads of NaN, as the layout lists them. */
export function createLeads(
  { header }: Layout,
  { range, master, file }: { range: { from: number; to: number }; master: WfdbHeader; file: string },
): JoinedLead[] {
  const frames = range.to - range.from;
  const values = header.signals.map(signalValues);
  const samples = values.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame * frames, 0);
  if (!(samples <= maxJoinedSamples)) {
    throw new FormatError(
      `Cannot read the record ${master.name}: expected at most ${maxJoinedSamples} samples at a time, found ${samples}; read fewer frames`,
      { file },
    );
  }
  return values.map((lead) => ({
    values: lead,
    samples: new Float32Array(frames * lead.samplesPerFrame).fill(NaN),
    pieces: [],
  }));
}

/** Most samples of a multi-segment record read at a time: its header alone says how long it is, and gaps need no file. */
const maxJoinedSamples = 2 * maxMissingSamples;

/** A segment's leads, each with the record's lead that it is a part of. */
export type Assigned = (readonly [source: Lead, target: JoinedLead])[];

export interface Assignment {
  readonly leads: readonly JoinedLead[];
  readonly segment: WfdbSegment;
  readonly notices: Notice[];
}

/** Variable layout: by name. */
export function assignByName(sources: readonly Lead[], { leads, segment, notices }: Assignment): Assigned {
  const assigned: Assigned = [];
  for (const source of sources) {
    const target = leads.find(
      (lead) => lead.values.name === source.name && !assigned.some(([, taken]) => taken === lead),
    );
    if (target !== undefined) assigned.push([source, target]);
    else {
      const message = `Segment ${segment.name} has a lead ${quote(source.name)} that the layout does not list; it is left out.`;
      notices.push({ code: "segment-lead", message });
    }
  }
  return assigned;
}

/** Fixed layout: one by one. */
export function assignByPosition(
  sources: readonly Lead[],
  { leads, segment, notices, file }: Assignment & { file: string },
): Assigned {
  if (sources.length !== leads.length) {
    throw new FormatError(
      `Cannot read segment ${segment.name}: expected ${leads.length} signals as in the first segment, found ${sources.length}`,
      { file, line: segment.line },
    );
  }
  return sources.map((source, index) => {
    const target = leads[index]!;
    if (source.name !== target.values.name) {
      const message = `Segment ${segment.name} calls lead ${target.values.name} ${quote(source.name)}.`;
      notices.push({ code: "segment-lead", message });
    }
    return [source, target];
  });
}

/** Copies a segment's samples to their place, `offset` frames from the start of what is read. */
export function copyLead(
  source: Lead,
  target: JoinedLead,
  { offset, segment, file, frameRate }: { offset: number; segment: WfdbSegment; file: string; frameRate: number },
): void {
  const { name, unit, samplesPerFrame } = target.values;
  const fail = (wanted: string, found: string) =>
    new FormatError(`Cannot read lead ${name} of segment ${segment.name}: expected ${wanted}, found ${found}`, {
      file,
      line: segment.line,
    });
  if (source.unit !== unit) throw fail(`the unit ${quote(unit)}`, quote(source.unit));
  const found = Math.round(source.sampleRate / frameRate);
  if (found !== samplesPerFrame) throw fail(`${samplesPerFrame} samples per frame`, `${found}`);
  const at = offset * samplesPerFrame;
  target.samples.set(source.samples, at);
  target.pieces.push({ encoding: source.encoding!, offset: at, length: source.samples.length });
}

/** The lead as a recording has it. */
export function finishLead(
  { values, samples, pieces }: JoinedLead,
  { digital, frameRate, notices }: { digital: boolean; frameRate: number; notices: Notice[] },
): Lead {
  const { name, unit, samplesPerFrame } = values;
  const lead = { name, unit, sampleRate: frameRate * samplesPerFrame, samples };
  const encoding = joinEncodings(pieces, { samples, values, digital });
  if (encoding !== undefined) return { ...lead, encoding };
  const message = `Lead ${name} has different gains or baselines in its segments; the recording gives none${digital ? ", and no digital samples" : ""}.`;
  notices.push({ code: "segment-gain", message });
  return lead;
}

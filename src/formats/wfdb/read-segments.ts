import { FormatError } from "../../core/errors.ts";
import { frameRange, maxMissingSamples, readSignals } from "./read-signals.ts";
import { frameRateOf, signalValues } from "./header-values.ts";
import { joinEncodings } from "./join-encodings.ts";
import { quote } from "./text.ts";
import { readWfdbHeader } from "./header.ts";
import type { HeaderPlace } from "./frame-source.ts";
import type { Lead, LeadEncoding, Notice } from "../../core/recording.ts";
import type { ReadSignalsOptions, SignalData } from "./read-signals.ts";
import type { SignalValues } from "./header-values.ts";
import type { WfdbHeader, WfdbSegment } from "./header.ts";

/**
 * Reads a multi-segment record as one. In the *fixed* layout every segment has the same leads; in the *variable* layout
 * (the first segment has length 0 and lists all leads) each has some of them, found by name. Gaps (`~`) and absent leads
 * are NaN.
 *
 * @throws FormatError where a segment is missing, damaged, itself of several segments, or does not fit the others.
 */
export async function readSegments(
  header: WfdbHeader,
  { digital = false, from = 0, to, ...place }: HeaderPlace & ReadSignalsOptions,
): Promise<SignalData & { readonly comments: readonly string[] }> {
  const notices: Notice[] = [];
  const parts = placeSegments(header);
  const total = parts.at(-1)?.end ?? 0;
  if (header.frameCount !== undefined && header.frameCount !== total) {
    const message = `The segments of ${header.name} have ${total} frames together where the header says ${header.frameCount}.`;
    notices.push({ code: "length", message });
  }
  const range = frameRange({ from, to, total });
  const layout = await readLayout(header, place);
  const comments = [...new Set([...header.comments, ...layout.header.comments])];
  const leads = createLeads(layout, { range, master: header, file: place.file });
  const frameRate = frameRateOf(header);
  let gapFrames = 0;
  for (const { segment, start, end } of parts) {
    const span = { from: Math.max(range.from, start), to: Math.min(range.to, end) };
    if (span.from >= span.to) continue;
    if (segment.name === "~") {
      gapFrames += span.to - span.from;
      continue;
    }
    const segmentHeader = await readSegmentHeader(segment, { master: header, place });
    const data = await readSignals(segmentHeader, {
      ...place,
      file: `${place.directory}${segment.name}.hea`,
      digital,
      from: span.from - start,
      to: span.to - start,
      clamp: true,
    });
    const offset = span.from - range.from;
    const assigned = layout.variable
      ? assignByName(data.leads, { leads, segment, notices })
      : assignByPosition(data.leads, { leads, segment, notices, file: place.file });
    for (const [source, target] of assigned) copyLead(source, target, { offset, segment, file: place.file, frameRate });
    const stated = segmentHeader.frameCount;
    notices.push(...segmentNotices(data, { segment, wanted: span.to - span.from, stated }));
    for (const comment of segmentHeader.comments) if (!comments.includes(comment)) comments.push(comment);
  }
  notices.push(...gapNotices(leads, { gapFrames, frameCount: range.to - range.from }));
  return {
    leads: leads.map((lead) => finishLead(lead, { digital, frameRate, notices })),
    frameCount: range.to - range.from,
    notices,
    comments,
  };
}

interface PlacedSegment {
  readonly segment: WfdbSegment;
  /** First frame, and the frame after the last, within the record. */
  readonly start: number;
  readonly end: number;
}

function placeSegments({ segments }: WfdbHeader): PlacedSegment[] {
  let end = 0;
  return segments.map((segment) => {
    const start = end;
    end += segment.frameCount;
    return { segment, start, end };
  });
}

interface Layout {
  readonly variable: boolean;
  /** The header that lists the leads: the layout header, or the first segment's. */
  readonly header: WfdbHeader;
}

async function readLayout(master: WfdbHeader, place: HeaderPlace): Promise<Layout> {
  const variable = master.segments[0]!.frameCount === 0 && master.segments[0]!.name !== "~";
  const segment = variable ? master.segments[0]! : master.segments.find(({ name }) => name !== "~");
  if (segment === undefined) {
    throw new FormatError(`Cannot read the record ${master.name}: expected a segment with signals, found only gaps`, {
      file: place.file,
    });
  }
  const header = await readSegmentHeader(segment, { master, place });
  if (header.signalCount !== master.signalCount) {
    throw new FormatError(
      `Cannot read the record ${master.name}: expected ${master.signalCount} signals in ${segment.name}, found ${header.signalCount}`,
      { file: place.file, line: segment.line },
    );
  }
  return { variable, header };
}

async function readSegmentHeader(
  segment: WfdbSegment,
  { master, place }: { master: WfdbHeader; place: HeaderPlace },
): Promise<WfdbHeader> {
  const header = await readWfdbHeader(place.folder, place.directory + segment.name);
  const at = { file: place.file, line: segment.line };
  if (header.segmentCount !== undefined) {
    throw new FormatError(
      `Cannot read segment ${segment.name}: expected a record of one segment, found one of ${header.segmentCount}`,
      at,
    );
  }
  if (header.frameRate !== undefined && header.frameRate !== frameRateOf(master)) {
    throw new FormatError(
      `Cannot read segment ${segment.name}: expected ${frameRateOf(master)} frames per second, found ${header.frameRate}`,
      at,
    );
  }
  return header;
}

/** A lead of the whole record while its segments are put together. */
interface JoinedLead {
  readonly values: SignalValues;
  readonly samples: Float32Array;
  readonly pieces: { readonly encoding: LeadEncoding; readonly offset: number; readonly length: number }[];
}

function createLeads(
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

type Assigned = (readonly [source: Lead, target: JoinedLead])[];

interface Assignment {
  readonly leads: readonly JoinedLead[];
  readonly segment: WfdbSegment;
  readonly notices: Notice[];
}

function assignByName(sources: readonly Lead[], { leads, segment, notices }: Assignment): Assigned {
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

function assignByPosition(
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

function copyLead(
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

function segmentNotices(
  data: SignalData,
  { segment, wanted, stated }: { segment: WfdbSegment; wanted: number; stated: number | undefined },
): Notice[] {
  const notices = data.notices.map(({ code, message }) => ({ code, message: `Segment ${segment.name}: ${message}` }));
  if (stated !== undefined && stated !== segment.frameCount) {
    const message = `Segment ${segment.name} has ${stated} frames by its own header and ${segment.frameCount} by the record's.`;
    notices.push({ code: "length", message });
  }
  if (data.frameCount < wanted) {
    const message = `Segment ${segment.name} lacks ${wanted - data.frameCount} frames; they are NaN.`;
    notices.push({ code: "length", message });
  }
  return notices;
}

function gapNotices(
  leads: readonly JoinedLead[],
  { gapFrames, frameCount }: { gapFrames: number; frameCount: number },
): Notice[] {
  const notices: Notice[] = [];
  if (gapFrames > 0) {
    notices.push({
      code: "gap",
      message: `${gapFrames} of ${frameCount} frames lie in gaps between segments; they are NaN.`,
    });
  }
  for (const { values, pieces } of leads) {
    const present = pieces.reduce((sum, { length }) => sum + length, 0) / values.samplesPerFrame;
    const absent = frameCount - gapFrames - present;
    if (absent > 0) {
      const message = `Lead ${values.name} is absent from ${absent} frames outside the gaps; they are NaN.`;
      notices.push({ code: "gap", message });
    }
  }
  return notices;
}

function finishLead(
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

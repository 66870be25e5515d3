import { assignByName, assignByPosition, copyLead, createLeads, finishLead } from "./joined-lead.ts";
import { frameRange, readSignals } from "./read-signals.ts";
import { frameRateOf } from "./header-values.ts";
import { placeSegments, readLayout, readSegmentHeader } from "./segment-layout.ts";
import type { HeaderPlace } from "./frame-source.ts";
import type { JoinedLead } from "./joined-lead.ts";
import type { Notice } from "../../core/recording.ts";
import type { ReadSignalsOptions, SignalData } from "./read-signals.ts";
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

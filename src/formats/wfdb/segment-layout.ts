import { FormatError } from "../../core/errors.ts";
import { frameRateOf } from "./header-values.ts";
import { readWfdbHeader } from "./header.ts";
import type { HeaderPlace } from "./frame-source.ts";
import type { WfdbHeader, WfdbSegment } from "./header.ts";

/** A segment and where it lies in its record. */
export interface PlacedSegment {
  readonly segment: WfdbSegment;
  /** First frame, and the frame after the last, within the record. */
  readonly start: number;
  readonly end: number;
}

/** The segments one after the other. */
export function placeSegments({ segments }: WfdbHeader): PlacedSegment[] {
  let end = 0;
  return segments.map((segment) => {
    const start = end;
    end += segment.frameCount;
    return { segment, start, end };
  });
}

export interface Layout {
  readonly variable: boolean;
  /** The header that lists the leads: the layout header, or the first segment's. */
  readonly header: WfdbHeader;
}

/**
 * Reads the header that lists a multi-segment record's leads.
 *
 * @throws FormatError where there is none, or it does not have as many leads as the record's header says.
 */
export async function readLayout(master: WfdbHeader, place: HeaderPlace): Promise<Layout> {
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

/**
 * Reads a segment's header.
 *
 * @throws FormatError where there is none, or the segment consists of segments itself or has another rate.
 */
export async function readSegmentHeader(
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

import type { RhythmInterval } from "./rhythm-intervals.ts";

/** Segments without a class, by reason. */
export interface SegmentDrops {
  /** Reaches beyond the recording's end. */
  readonly boundary: number;
  /** Too much of it has no rhythm annotation. */
  readonly unlabelled: number;
  /** No class fills enough of it, since the rhythm changes. */
  readonly change: number;
  /** All of it lies in a rhythm that belongs to no class, by rhythm. */
  readonly otherRhythm: Readonly<Record<string, number>>;
}

export interface LabelSegmentsOptions {
  /** [class], the rhythms that belong to it. */
  readonly classes: readonly (readonly string[])[];
  readonly sampleCount: number;
  /** Of a segment, samples of the recording; need not be whole. */
  readonly length: number;
  /** From one start to the next, samples; need not be whole, so that segments don't drift against the seconds. */
  readonly stride: number;
  /** The least share of the segment that its class must fill, over one half. */
  readonly share: number;
  readonly countFrom: "recording" | "rhythm";
}

export interface LabelledSegments {
  /** [segment], first samples. */
  readonly positions: Int32Array;
  /** [segment], index into the classes. */
  readonly labels: Uint8Array;
  readonly dropped: SegmentDrops;
}

/**
 * Which segments of a recording have a class. A segment's class fills at least `share` of it; rhythms of the same class
 * count together.
 * @param rhythms In order of time, without overlap.
 */
export function labelSegments(rhythms: readonly RhythmInterval[], options: LabelSegmentsOptions): LabelledSegments {
  const { classes, sampleCount, length, share } = options;
  const classOf = new Map(classes.flatMap((names, label) => names.map((name) => [name, label] as const)));
  const positions: number[] = [];
  const labels: number[] = [];
  const otherRhythm: Record<string, number> = {};
  let [boundary, unlabelled, change] = [0, 0, 0];
  let first = 0; // the first interval that does not end before the segment
  for (const start of startsOf(rhythms, options)) {
    const end = start + Math.round(length);
    if (end > sampleCount) {
      boundary++;
      continue;
    }
    while (first < rhythms.length && rhythms[first]!.to <= start) first++;
    const filled = classes.map(() => 0);
    const met = new Set<string>();
    let covered = 0;
    for (let k = first; k < rhythms.length && rhythms[k]!.from < end; k++) {
      const { from, to, rhythm } = rhythms[k]!;
      const overlap = Math.min(end, to) - Math.max(start, from);
      const label = classOf.get(rhythm);
      if (label !== undefined) filled[label]! += overlap;
      covered += overlap;
      met.add(rhythm);
    }
    const wanted = share * (end - start);
    const label = filled.findIndex((samples) => samples >= wanted);
    const [only] = met;
    if (label >= 0) {
      positions.push(start);
      labels.push(label);
    } else if (covered < wanted) unlabelled++;
    else if (met.size === 1 && only !== undefined) otherRhythm[only] = (otherRhythm[only] ?? 0) + 1;
    else change++;
  }
  return {
    positions: Int32Array.from(positions),
    labels: Uint8Array.from(labels),
    dropped: { boundary, unlabelled, change, otherRhythm },
  };
}

/** The first samples of all segments, those without a class too, ascending. */
function* startsOf(
  rhythms: readonly RhythmInterval[],
  { sampleCount, stride, countFrom }: LabelSegmentsOptions,
): Generator<number> {
  const stretches = countFrom === "rhythm" ? rhythms : [{ from: 0, to: sampleCount }];
  for (const { from, to } of stretches) {
    for (let k = 0; from + Math.round(k * stride) < to; k++) yield from + Math.round(k * stride);
  }
}

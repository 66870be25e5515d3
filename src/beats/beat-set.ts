import type { Recording } from "../core/recording.ts";
import { type AamiClass, type ClassMapName, classMaps } from "./aami-classes.ts";
import { type BeatPreprocessing, cutBeats } from "./beat-preprocessing.ts";
import { rrFeatureNames, rrFeatures } from "./rr-features.ts";

/** Labelled beats of many recordings, in columns. */
export interface BeatSet {
  readonly classes: readonly AamiClass[];
  readonly classMap: ClassMapName;
  /** Beats. */
  readonly size: number;
  /** Values per window, of all leads together. */
  readonly windowLength: number;
  /** [beat, lead, sample] */
  readonly windows: Float32Array;
  /** [beat, feature], see `rrFeatureNames`; taken over all beats of the recording, whatever their class. */
  readonly rr: Float32Array;
  /** [beat], index into `classes`. */
  readonly labels: Uint8Array;
  /** [beat], index into `records`. */
  readonly recordOf: Uint16Array;
  /** [beat], the R peak in samples of its recording. */
  readonly positions: Int32Array;
  readonly records: readonly BeatSetRecord[];
}

export interface BeatSetRecord {
  readonly id: string;
  readonly patientId: string;
  /** That was read, the first of them where there are several. */
  readonly lead: string;
  readonly beats: number;
  /** Beats of the recording that are not in the set, by reason. */
  readonly dropped: {
    readonly boundary: number;
    readonly gap: number;
    /** Beats whose class is not among the set's, by symbol. */
    readonly otherClass: Readonly<Record<string, number>>;
  };
}

export interface CollectBeatsOptions {
  readonly classMap: ClassMapName;
  readonly classes: readonly AamiClass[];
  readonly preprocessing: BeatPreprocessing;
}

/** Cuts and labels the annotated beats of recordings. Recordings are taken one at a time, so memory holds one of them. */
export async function collectBeats(
  recordings: AsyncIterable<Recording> | Iterable<Recording>,
  { classMap, classes, preprocessing }: CollectBeatsOptions,
): Promise<BeatSet> {
  const parts: (RecordBeats & { record: BeatSetRecord })[] = [];
  for await (const recording of recordings) {
    const part = beatsOfRecording(recording, { classMap, classes, preprocessing });
    parts.push(part);
  }
  const size = parts.reduce((sum, part) => sum + part.labels.length, 0);
  const windowLength = parts[0]?.windowLength ?? 0;
  const features = rrFeatureNames.length;
  const set = {
    classes,
    classMap,
    size,
    windowLength,
    windows: new Float32Array(size * windowLength),
    rr: new Float32Array(size * features),
    labels: new Uint8Array(size),
    recordOf: new Uint16Array(size),
    positions: new Int32Array(size),
    records: parts.map((part) => part.record),
  };
  let start = 0;
  parts.forEach((part, index) => {
    set.windows.set(part.windows, start * windowLength);
    set.rr.set(part.rr, start * features);
    set.labels.set(part.labels, start);
    set.positions.set(part.positions, start);
    set.recordOf.fill(index, start, start + part.labels.length);
    start += part.labels.length;
  });
  return set;
}

interface RecordBeats {
  readonly windowLength: number;
  readonly windows: Float32Array;
  readonly rr: Float32Array;
  readonly labels: Uint8Array;
  readonly positions: Int32Array;
}

function beatsOfRecording(
  recording: Recording,
  { classMap, classes, preprocessing }: CollectBeatsOptions,
): RecordBeats & { record: BeatSetRecord } {
  const classOf = classMaps[classMap];
  const beats = recording.annotations.filter((annotation) => classOf.has(annotation.symbol));
  const allPositions = beats.map((beat) => beat.sample);
  const allRr = rrFeatures(allPositions, { sampleRate: recording.sampleRate });
  const otherClass: Record<string, number> = {};
  const wanted: number[] = [];
  beats.forEach((beat, index) => {
    if (classes.includes(classOf.get(beat.symbol)!)) wanted.push(index);
    else otherClass[beat.symbol] = (otherClass[beat.symbol] ?? 0) + 1;
  });
  const cut = cutBeats(
    recording,
    wanted.map((index) => allPositions[index]!),
    preprocessing,
  );
  const indices = Array.from(cut.kept, (k) => wanted[k]!);
  const features = rrFeatureNames.length;
  const rr = new Float32Array(indices.length * features);
  indices.forEach((index, i) => rr.set(allRr.subarray(index * features, (index + 1) * features), i * features));
  return {
    windowLength: cut.leads.length * cut.length,
    windows: cut.windows,
    rr,
    labels: Uint8Array.from(indices, (index) => classes.indexOf(classOf.get(beats[index]!.symbol)!)),
    positions: Int32Array.from(indices, (index) => allPositions[index]!),
    record: {
      id: recording.id,
      patientId: recording.patientId ?? recording.id,
      lead: cut.leads[0]!,
      beats: indices.length,
      dropped: { ...cut.dropped, otherClass },
    },
  };
}

/** How many beats of each class a part holds, in the order of the set's classes. */
export function countByClass(set: Pick<BeatSet, "classes" | "labels">, beats: ArrayLike<number>): number[] {
  const counts = set.classes.map(() => 0);
  for (let i = 0; i < beats.length; i++) counts[set.labels[beats[i]!]!]!++;
  return counts;
}

import type { Annotation } from "../../core/recording.ts";
import type { Shape } from "./heart-vector.ts";
import { dotVectors, type Vector } from "./vectors.ts";
import type { Rhythm } from "./rhythm.ts";

export interface AnnotateOptions {
  /** The projection on whose QRS peak the annotations sit. */
  readonly lead: Vector;
  readonly sampleRate: number;
  /** Samples of the recording; what lies outside is left out. */
  readonly length: number;
}

/** Annotations of a rhythm, in order of time: beats, blocked atrial beats (`x`), and changes of rhythm (`+`). */
export function annotateRhythm(rhythm: Rhythm, { lead, sampleRate, length }: AnnotateOptions): readonly Annotation[] {
  const peaks = new Map<Shape, number>();
  const beats = rhythm.beats.map(({ time, symbol, shape }) => {
    const known = peaks.get(shape) ?? qrsPeak(shape, lead);
    peaks.set(shape, known);
    return { sample: Math.round((time + known) * sampleRate), symbol };
  });
  const blocked = rhythm.atrialWaves
    .filter((wave) => wave.blocked === true)
    .map(({ time }) => ({ sample: Math.round(time * sampleRate), symbol: "x" }));
  const inside = ({ sample }: Annotation) => sample >= 0 && sample < length;
  return [...beats, ...blocked]
    .filter(inside)
    .concat(changes(rhythm, beats, { sampleRate, length }))
    .sort(byTime);
}

/**
 * Seconds from a shape's reference to the largest deflection of its QRS in a lead. One number for all beats of a shape, as a person
 * would annotate them.
 */
export function qrsPeak(shape: Shape, lead: Vector): number {
  const waves = shape
    .filter((wave) => wave.part === "QRS")
    .map(({ time, width, vector }) => ({ time, width, size: dotVectors(vector, lead) }));
  let best = { time: 0, size: -1 };
  for (let step = -80; step <= 120; step++) {
    const time = step / 1000;
    let value = 0;
    for (const wave of waves) value += wave.size * Math.exp(-0.5 * ((time - wave.time) / wave.width) ** 2);
    if (Math.abs(value) > best.size) best = { time, size: Math.abs(value) };
  }
  return best.time;
}

/** A change is annotated a little before the first beat of the new rhythm; of two before the same beat, the later counts. */
function changes(
  rhythm: Rhythm,
  beats: readonly Annotation[],
  { sampleRate, length }: { readonly sampleRate: number; readonly length: number },
): readonly Annotation[] {
  const before = Math.round(0.08 * sampleRate);
  const bySample = new Map<number, string>();
  let next = 0;
  for (const { time, aux } of rhythm.changes) {
    while (next < rhythm.beats.length && (rhythm.beats[next]!.time <= time || beats[next]!.sample < 0)) next++;
    if (next < beats.length) bySample.set(Math.max(0, beats[next]!.sample - before), aux);
  }
  const found = [...bySample].filter(([sample]) => sample < length).sort(([a], [b]) => a - b);
  return found.filter(([, aux], i) => aux !== found[i - 1]?.[1]).map(([sample, aux]) => ({ sample, symbol: "+", aux }));
}

function byTime(a: Annotation, b: Annotation): number {
  return a.sample - b.sample;
}

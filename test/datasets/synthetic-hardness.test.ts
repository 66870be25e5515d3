import { beforeAll, describe, expect, it } from "vitest";

import { classMaps } from "../../src/beats/aami-classes.ts";
import { synthesiseRecording } from "../../src/datasets/synthetic/synthesise-recording.ts";

const classes = ["N", "S", "V", "F"] as const;
type Class = (typeof classes)[number];

interface Beat {
  readonly patient: number;
  /** 0 … 1 within the recording. */
  readonly position: number;
  readonly label: Class;
  /** The raw lead around the peak, its median taken away. */
  readonly window: Float64Array;
  /** Interval before and after over the local mean, and their ratio. */
  readonly rr: readonly [number, number, number];
}

describe("the synthetic dataset is hard for trivial classifiers", () => {
  let beats: readonly Beat[];
  let train: readonly Beat[];
  let test: readonly Beat[];
  beforeAll(() => {
    beats = Array.from({ length: 20 }, (_, i) => readBeats(i + 1)).flat();
    // Decks of ten: both halves hold every kind of patient.
    train = beats.filter(({ patient }) => patient <= 10);
    test = beats.filter(({ patient }) => patient > 10);
  });

  it("enough beats of each class stand in both halves", () => {
    for (const half of [train, test]) {
      for (const name of classes) expect(half.filter(({ label }) => label === name).length).toBeGreaterThan(25);
    }
  });

  it("always the majority class: macro-F1 < .25", () => {
    expect(macroF1(test, () => "N")).toBeLessThan(0.25);
  });

  it("the RR interval over its local mean, the best class for each bin: macro-F1 < .55", () => {
    const total = countClasses(train);
    // Counts over the root of the class's size: a compromise that favours small classes as macro-F1 does.
    const best = new Map<number, Class>();
    for (let i = 0; i <= 40; i++) {
      const counts = countClasses(train.filter((beat) => bin(beat) === i));
      const score = (name: Class) => counts[name] / Math.sqrt(total[name]);
      best.set(
        i,
        classes.reduce((a, b) => (score(b) > score(a) ? b : a)),
      );
    }
    expect(macroF1(test, (beat) => best.get(bin(beat))!)).toBeLessThan(0.55);
  });

  it("the nearest class mean of raw beats: macro-F1 < .45", () => {
    const centroids = classes.map((name) => ({ name, mean: meanWindow(train.filter(({ label }) => label === name)) }));
    const nearest = ({ window }: Beat) =>
      centroids.reduce((a, b) => (distance(window, b.mean) < distance(window, a.mean) ? b : a)).name;
    expect(macroF1(test, nearest)).toBeLessThan(0.45);
  });

  it("but form and rhythm tell the classes apart within a patient: macro-F1 > .8 by the nearest neighbour", () => {
    const later = beats.filter(({ position }) => position >= 0.6);
    const earlier = (wanted: number) => beats.filter(({ patient, position }) => patient === wanted && position < 0.6);
    const patients = new Set(later.map(({ patient }) => patient));
    const earlierOf = new Map([...patients].map((patient) => [patient, earlier(patient)]));
    const nearest = (beat: Beat) => {
      const own = (other: Beat) => distance(beat.window, other.window) / 4 + 16 * distance(beat.rr, other.rr);
      return earlierOf.get(beat.patient)!.reduce(
        (best, other) => {
          const far = own(other);
          return far < best.far ? { far, label: other.label } : best;
        },
        { far: Infinity, label: "N" as Class },
      ).label;
    };
    expect(macroF1(later, nearest)).toBeGreaterThan(0.8);
  });
});

/** Twenty bins for each mean interval. */
function bin({ rr }: Beat): number {
  return Math.round(20 * Math.min(2, rr[0]));
}

function readBeats(patient: number): readonly Beat[] {
  const { annotations, leads, sampleCount } = synthesiseRecording({ patient, seconds: 400 });
  const { samples } = leads[0]!;
  const map = classMaps.literature;
  const beats = annotations.filter(({ symbol }) => map.has(symbol));
  const intervals = beats.slice(1).map(({ sample }, i) => sample - beats[i]!.sample);
  return beats.flatMap(({ sample, symbol }, i): Beat[] => {
    const label = map.get(symbol)!;
    if (i === 0 || i === beats.length - 1 || label === "Q" || sample < 100 || sample + 180 > sampleCount) return [];
    const around = intervals.slice(Math.max(0, i - 20), i + 20);
    const mean = around.reduce((sum, value) => sum + value, 0) / around.length;
    const [before, after] = [intervals[i - 1]!, intervals[i]!];
    const window = Float64Array.from({ length: 70 }, (_, k) => samples[sample - 100 + 4 * k]!);
    const middle = Float64Array.from(window).sort()[35]!;
    return [
      {
        patient,
        position: sample / sampleCount,
        label,
        window: window.map((value) => value - middle),
        rr: [before / mean, after / mean, before / after],
      },
    ];
  });
}

function countClasses(beats: readonly Beat[]): Record<Class, number> {
  const counts = { N: 0, S: 0, V: 0, F: 0 };
  for (const { label } of beats) counts[label]++;
  return counts;
}

function meanWindow(beats: readonly Beat[]): Float64Array {
  const mean = new Float64Array(70);
  for (const { window } of beats) window.forEach((value, i) => (mean[i]! += value / beats.length));
  return mean;
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

function macroF1(beats: readonly Beat[], classify: (beat: Beat) => Class): number {
  const found = beats.map(classify);
  const scores = classes.map((name) => {
    const hits = beats.filter(({ label }, i) => label === name && found[i] === name).length;
    const wrong = beats.filter(({ label }, i) => (label === name) !== (found[i] === name)).length;
    return hits === 0 ? 0 : (2 * hits) / (2 * hits + wrong);
  });
  return scores.reduce((sum, score) => sum + score, 0) / classes.length;
}

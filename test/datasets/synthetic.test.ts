import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { beforeAll, describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import type { Lead, Recording } from "../../src/core/recording.ts";
import { createHeartRate } from "../../src/datasets/synthetic/heart-rate.ts";
import { addShape, emptyHeartVector, type Wave } from "../../src/datasets/synthetic/heart-vector.ts";
import { standardLeads } from "../../src/datasets/synthetic/lead-vectors.ts";
import { profileNames } from "../../src/datasets/synthetic/profiles.ts";
import { type SynthesisOptions, synthesiseRecording } from "../../src/datasets/synthetic/synthesise-recording.ts";

const beatSymbols = new Set("NLRBejAaJSnVErF/fQ");
const beatsOf = (recording: Recording) => recording.annotations.filter(({ symbol }) => beatSymbols.has(symbol));
const digest = ({ leads }: Recording) => {
  const hash = createHash("sha256");
  for (const lead of leads) hash.update(digitalOf(lead));
  return hash.digest("hex");
};
const digitalOf = ({ samples, encoding }: Lead) =>
  Int32Array.from(samples, (value) => Math.round(value * encoding!.gain));

/** Intervals around single beats of a symbol, among normal ones: the last normal one, before, after. */
const rrAround = (recording: Recording, symbol: string) => {
  const beats = beatsOf(recording);
  const seconds = beats.map(({ sample }) => sample / recording.sampleRate);
  return beats.flatMap((beat, i) => {
    const alone = ["N", "N", symbol, "N", "N"].every((wanted, k) => beats[i + k - 2]?.symbol === wanted);
    if (beat.symbol !== symbol || !alone) return [];
    const before = seconds[i]! - seconds[i - 1]!;
    const after = seconds[i + 1]! - seconds[i]!;
    return [{ before, after, usual: seconds[i - 1]! - seconds[i - 2]! }];
  });
};

interface Golden {
  readonly angles: readonly number[];
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly cases: readonly { readonly interval: number; readonly times: number[]; readonly z: number[] }[];
}

describe("the heart vector", () => {
  const golden = JSON.parse(
    readFileSync(new URL("../golden/synthetic/mcsharry.json", import.meta.url), "utf8"),
  ) as Golden;

  it.each(golden.cases)("is the solution of McSharry's equations at an RR interval of $interval s", (one) => {
    const omega = (2 * Math.PI) / one.interval;
    const shape = [0, 1].flatMap((turn) =>
      golden.angles.map((angle, i): Wave => {
        const peak = (golden.a[i]! * golden.b[i]! ** 2) / omega;
        const time = (angle + 2 * Math.PI * turn) / omega;
        return { part: "QRS", time, width: golden.b[i]! / omega, vector: [peak, 0, 0] };
      }),
    );
    const track = emptyHeartVector(one.times.length, 1 / (one.times[1]! - one.times[0]!));
    addShape(track, shape, { time: 0, stretch: 1, gain: 1, turn: 0 });
    const largest = Math.max(...one.z.map(Math.abs));
    const difference = one.z.map((z, i) => Math.abs(track.x[i]! - track.x[0]! - z));
    expect(Math.max(...difference) / largest).toBeLessThan(2e-5);
  });
});

describe("the sinus rate", () => {
  const options = { mean: 0.85, deviation: 0.04, lowToHigh: 0.5, respiration: 0.25, trend: 0 };

  it("has the mean, the deviation and the two bands that were asked for", () => {
    const interval = createHeartRate(createRandom(3), options);
    const rate = 2;
    const values = Float64Array.from({ length: 4096 }, (_, i) => interval(i / rate));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(options.mean, 2);
    expect(Math.sqrt(variance)).toBeGreaterThan(0.034);
    expect(Math.sqrt(variance)).toBeLessThan(0.046);
    const low = bandPower(values, { rate, from: 0.07, to: 0.13 });
    const high = bandPower(values, { rate, from: 0.22, to: 0.28 });
    const between = bandPower(values, { rate, from: 0.14, to: 0.21 });
    expect(low / high).toBeGreaterThan(0.35);
    expect(low / high).toBeLessThan(0.7);
    expect(between / high).toBeLessThan(0.02);
  });

  it("shows both bands in the RR intervals of a recording", () => {
    const clean = synthesiseRecording({ profile: "quiet", ectopy: 0, noise: 0, seconds: 600, patient: 4, seed: "rr" });
    const beats = beatsOf(clean).map(({ sample }) => sample / clean.sampleRate);
    const rate = 2;
    let k = 1;
    const values = Float64Array.from({ length: 1180 }, (_, i) => {
      const time = 4 + i / rate;
      while (beats[k]! < time) k++;
      return beats[k]! - beats[k - 1]!;
    });
    const power = (from: number, to: number) => bandPower(values, { rate, from, to }) / (to - from);
    expect(power(0.08, 0.12)).toBeGreaterThan(3 * power(0.135, 0.155));
    expect(power(0.17, 0.33)).toBeGreaterThan(2 * power(0.36, 0.46));
  });
});

describe("a virtual patient's recording", () => {
  const options: SynthesisOptions = { seed: 7, patient: 2, seconds: 40 };

  it("is the same for the same options, and another for another seed or patient", () => {
    const first = synthesiseRecording(options);
    expect(digest(synthesiseRecording(options))).toBe(digest(first));
    expect(synthesiseRecording(options).annotations).toEqual(first.annotations);
    expect(digest(synthesiseRecording({ ...options, seed: 8 }))).not.toBe(digest(first));
    expect(digest(synthesiseRecording({ ...options, patient: 3 }))).not.toBe(digest(first));
  });

  it("is the one that other machines and engines make", () => {
    const text = digest(synthesiseRecording({ ...options, leads: standardLeads, profile: "fibrillation" }));
    expect(text.slice(0, 16)).toBe("f6709b53249c8878");
  });

  it("does not change where another lead is asked for as well", () => {
    const two = synthesiseRecording(options);
    const three = synthesiseRecording({ ...options, leads: ["MLII", "V5", "V1"] });
    expect(three.leads[0]).toEqual(two.leads[0]);
    expect(three.leads[2]).toEqual(two.leads[1]);
    expect(three.annotations).toEqual(two.annotations);
  });

  it.each(profileNames)("has annotations on the QRS peaks of the first lead: %s", (profile) => {
    for (const patient of [1, 2]) {
      const recording = synthesiseRecording({ profile, patient, seconds: 120, noise: 0, seed: "peaks" });
      const beats = beatsOf(recording);
      const { samples } = recording.leads[0]!;
      const distances = beats
        .filter(({ sample }) => sample > 40 && sample < samples.length - 40)
        .map(({ sample }) => distanceToPeak(samples, sample));
      expect(distances.length).toBeGreaterThan(60);
      // 3 samples are 8 ms; what lies further is a QRS that rides on another beat's T wave.
      const far = distances.filter((distance) => distance > 3);
      expect(far.length / distances.length).toBeLessThan(0.03);
    }
  });

  it("obeys Einthoven's and Goldberger's equations in twelve leads, noise included", () => {
    const recording = synthesiseRecording({ ...options, leads: standardLeads, sampleRate: 500 });
    const [I, II, III, aVR, aVL, aVF] = recording.leads.map((lead) => lead.samples);
    let worst = 0;
    for (let i = 0; i < I!.length; i++) {
      worst = Math.max(
        worst,
        Math.abs(III![i]! - (II![i]! - I![i]!)),
        Math.abs(aVR![i]! + (I![i]! + II![i]!) / 2),
        Math.abs(aVL![i]! - (I![i]! - II![i]! / 2)),
        Math.abs(aVF![i]! - (II![i]! - I![i]! / 2)),
      );
    }
    // Each lead is rounded to 1 µV for itself.
    expect(worst).toBeLessThan(0.0016);
    expect(recording.leads.map((lead) => lead.name)).toEqual(standardLeads);
    expect(recording.sampleCount).toBe(20_000);
  });

  it("refuses what it can't make, and says what it can", () => {
    expect(() => synthesiseRecording({ leads: ["V9"] })).toThrow(/lead V9: expected one of I, II, V1/);
    expect(() => synthesiseRecording({ seconds: Number.NaN })).toThrow(/expected a length in seconds .* found NaN/);
    expect(() => synthesiseRecording({ leads: [] })).toThrow(/expected a number of leads from 1 to 12, found 0/);
  });
});

describe("the rhythms of virtual patients", () => {
  let recordings: readonly Recording[];
  beforeAll(() => {
    recordings = Array.from({ length: 20 }, (_, i) => synthesiseRecording({ patient: i + 1, seconds: 600, noise: 0 }));
  });
  const of = (profile: string) => recordings.filter(({ comments }) => comments[1]!.includes(`profile ${profile};`));

  it("hold every class and every profile", () => {
    const counts = new Map<string, number>();
    for (const { symbol } of recordings.flatMap(beatsOf)) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    for (const symbol of ["N", "L", "R", "V", "A", "a", "J", "F", "j", "e", "E", "/", "f", "Q"]) {
      expect(counts.get(symbol) ?? 0, symbol).toBeGreaterThan(2);
    }
    for (const profile of profileNames) expect(of(profile).length, profile).toBe(2);
    const auxes = new Set(recordings.flatMap(({ annotations }) => annotations.map(({ aux }) => aux)));
    for (const aux of ["(N", "(AFIB", "(P", "(B", "(T", "(SVTA", "(VT"]) expect(auxes).toContain(aux);
  });

  it("are in order of time, with no two beats closer than the heart can", () => {
    for (const recording of recordings) {
      const samples = recording.annotations.map(({ sample }) => sample);
      expect(samples).toEqual([...samples].sort((a, b) => a - b));
      const beats = beatsOf(recording).map(({ sample }) => sample);
      const closest = Math.min(...beats.slice(1).map((sample, i) => sample - beats[i]!));
      expect(closest / recording.sampleRate).toBeGreaterThan(0.15);
      expect(samples.at(-1)).toBeLessThan(recording.sampleCount);
    }
  });

  it("pause fully after a ventricular beat, less after an atrial one", () => {
    const ventricular = recordings.flatMap((recording) => rrAround(recording, "V"));
    const atrial = recordings.flatMap((recording) => rrAround(recording, "A"));
    const share = ({ before, after, usual }: (typeof atrial)[number]) => (before + after) / usual;
    expect(ventricular.length).toBeGreaterThan(50);
    expect(atrial.length).toBeGreaterThan(50);
    expect(median(ventricular.map(share))).toBeCloseTo(2, 1);
    expect(median(atrial.map(share))).toBeLessThan(1.9);
    expect(median(atrial.map(({ before, usual }) => before / usual))).toBeLessThan(0.85);
  });

  it("are irregular in atrial fibrillation, without P waves", () => {
    for (const recording of of("fibrillation")) {
      const { sampleRate, annotations } = recording;
      const inside = { "(AFIB": [] as number[], "(N": [] as number[] };
      let rhythm: keyof typeof inside = "(N";
      let previous: { sample: number; symbol: string } | undefined;
      for (const annotation of annotations) {
        if (annotation.symbol === "+") rhythm = annotation.aux as keyof typeof inside;
        if (!beatSymbols.has(annotation.symbol)) continue;
        if (previous?.symbol === "N" && annotation.symbol === "N") {
          inside[rhythm].push((annotation.sample - previous.sample) / sampleRate);
        }
        previous = annotation;
      }
      expect(inside["(AFIB"].length).toBeGreaterThan(40);
      expect(successiveSpread(inside["(AFIB"])).toBeGreaterThan(2 * successiveSpread(inside["(N"]));
    }
  });
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Median change from one interval to the next, relative to the median interval. */
function successiveSpread(intervals: readonly number[]): number {
  return median(intervals.slice(1).map((value, i) => Math.abs(value - intervals[i]!))) / median(intervals);
}

/** Power of a signal between two frequencies, by direct Fourier sums. */
function bandPower(
  values: Float64Array,
  { rate, from, to }: { readonly rate: number; readonly from: number; readonly to: number },
): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const step = rate / values.length;
  let power = 0;
  for (let k = Math.ceil(from / step); k <= to / step; k++) {
    let [real, imaginary] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const angle = (2 * Math.PI * k * i) / values.length;
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / values.length);
      real += window * (values[i]! - mean) * Math.cos(angle);
      imaginary += window * (values[i]! - mean) * Math.sin(angle);
    }
    power += real * real + imaginary * imaginary;
  }
  return power;
}

/** Samples from a position to the nearest local maximum of |signal|. */
function distanceToPeak(samples: Float32Array, sample: number): number {
  for (let distance = 0; distance < 20; distance++) {
    for (const at of [sample - distance, sample + distance]) {
      const value = Math.abs(samples[at]!);
      if (value >= Math.abs(samples[at - 1]!) && value >= Math.abs(samples[at + 1]!)) return distance;
    }
  }
  return 20;
}

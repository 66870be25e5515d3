import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import {
  type BeatWaves,
  cutWaves,
  drawMajority,
  drawPiece,
  fibrillateWaves,
  featureMatrix,
  keepBeats,
  sequenceFeatures,
  wavePreprocessingSchema,
} from "../../../src/beats/sequence/index.ts";
import { coherence } from "../../../src/beats/sequence/coherence.ts";
import { intervalFeatures } from "../../../src/beats/sequence/interval-features.ts";
import { findReferences, intervalsOf } from "../../../src/beats/sequence/references.ts";
import { correlation, difference } from "../../../src/beats/sequence/wave-shapes.ts";
import { createRandom } from "../../../src/core/random.ts";
import type { Recording } from "../../../src/core/recording.ts";
import { type MadeBeat, type MadeOptions, ectopicRhythm, madeRecording } from "./made-recording.ts";

const preprocessing = wavePreprocessingSchema.parse({});

function cut(beats: readonly MadeBeat[], options?: MadeOptions): BeatWaves {
  // A recording without beats is flat, and refused: none of another's.
  const { recording, positions } = madeRecording(beats.length === 0 ? ectopicRhythm() : beats, options);
  return cutWaves(recording, beats.length === 0 ? [] : positions, preprocessing);
}

const valuesOf = (waves: BeatWaves) =>
  new Map(sequenceFeatures(waves).map(({ name, values }) => [name, values] as const));

const meanWhere = (values: Float32Array, beats: readonly MadeBeat[], kind: MadeBeat["kind"]) => {
  const chosen = values.filter((_, i) => beats[i]!.kind === kind);
  return chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
};

interface Golden {
  readonly times: number[];
  readonly features: Record<string, number[]>;
  readonly references: Record<"wellTimed" | "unhurried", number[]>;
  readonly shapes: {
    a: number[];
    b: number[];
    from: number;
    to: number;
    lag: number;
    correlation: number;
    difference: number;
  };
  /** [beat, sample], of which samples 5 to 30 are compared. */
  readonly waves: number[][];
  readonly coherences: { degree: number; reach: number; values: number[] }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../../golden/beat-sequence/rhythm.json", import.meta.url), "utf8"),
) as Golden;

test("coherence equals NumPy's", () => {
  const values = Float32Array.from(golden.waves.flat());
  for (const { degree, reach, values: wanted } of golden.coherences) {
    const [found] = coherence({ values, length: 40 }, { region: { from: 5, to: 30 }, degree, reaches: [reach] });
    wanted.forEach((value, beat) => expect(found![beat], `degree ${degree}, beat ${beat}`).toBeCloseTo(value, 9));
  }
});

test("rhythm features, references and shape measures equal NumPy's", () => {
  const intervals = intervalsOf(Float64Array.from(golden.times));
  const columns = new Map(intervalFeatures(intervals).map((each) => [each.name, each.values]));
  for (const [name, wanted] of Object.entries(golden.features)) {
    const found = columns.get(name)!;
    wanted.forEach((value, i) => expect(found[i], `${name} of beat ${i}`).toBeCloseTo(value, 5));
  }
  const references = findReferences(intervals);
  expect([...references.wellTimed]).toEqual(golden.references.wellTimed);
  expect([...references.unhurried]).toEqual(golden.references.unhurried);
  const { from, to, lag, ...shapes } = golden.shapes;
  const [a, b] = [Float32Array.from(shapes.a), Float32Array.from(shapes.b)];
  expect(correlation(a, b, { from, to }, lag)).toBeCloseTo(shapes.correlation, 6);
  expect(difference(a, b, { from, to })).toBeCloseTo(shapes.difference, 6);
});

test("features have unique names, units and meanings, the same for every recording", () => {
  const columns = sequenceFeatures(cut(ectopicRhythm()));
  const names = columns.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { unit, meaning } of columns) {
    expect(unit).not.toBe("");
    expect(meaning).not.toBe("");
  }
  for (const other of [
    cut(ectopicRhythm({ count: 30, kind: "V" }), { leads: 1 }),
    cut([{ kind: "N", interval: 1 }]),
    cut([]),
  ]) {
    expect(sequenceFeatures(other).map(({ name }) => name)).toEqual(names);
  }
});

test("no feature depends on the amplitude", () => {
  const plain = sequenceFeatures(cut(ectopicRhythm()));
  const tall = sequenceFeatures(cut(ectopicRhythm(), { amplitude: 3 }));
  plain.forEach(({ name, values }, f) => {
    values.forEach((value, beat) => expect(tall[f]!.values[beat], `${name} of beat ${beat}`).toBeCloseTo(value, 3));
  });
});

test("no feature depends on the heart rate", () => {
  const waves = cut(ectopicRhythm());
  const plain = sequenceFeatures(waves);
  const slow = sequenceFeatures({ ...waves, times: waves.times.map((time) => time * 2) });
  plain.forEach(({ name, values }, f) => {
    values.forEach((value, beat) => expect(slow[f]!.values[beat], `${name} of beat ${beat}`).toBeCloseTo(value, 4));
  });
});

test("in a made recording early beats are early, wide ones wide, and strangers have few like them", () => {
  const rhythm = ectopicRhythm({ kind: "V" });
  const features = valuesOf(cut(rhythm));
  const mean = (name: string, kind: MadeBeat["kind"]) => meanWhere(features.get(name)!, rhythm, kind);
  expect(mean("rr.local", "V")).toBeCloseTo(Math.log(0.52 / 0.8), 1);
  expect(Math.abs(mean("rr.local", "N"))).toBeLessThan(0.08);
  expect(mean("lead1.qrs.width", "V")).toBeGreaterThan(0.5);
  expect(Math.abs(mean("lead1.qrs.width", "N"))).toBeLessThan(0.1);
  expect(mean("similar.close", "V")).toBeLessThan(mean("similar.close", "N") - 0.5);
  expect(mean("similar.rr.local", "V")).toBeLessThan(-0.3);
  expect(mean("lead1.p.likeUnhurried", "N")).toBeGreaterThan(0.9);
  expect(mean("lead1.p.likeUnhurried", "V")).toBeLessThan(0.6);
  expect(mean("lead1.p.common", "N")).toBeGreaterThan(0.5);
});

test("where most beats are ectopic, the unhurried reference is still the normal one", () => {
  // Runs of four early beats with their own P wave, and one normal beat after a pause.
  const rhythm = Array.from({ length: 200 }, (_, i): MadeBeat => {
    const wobble = 0.01 * Math.sin(i * 2.3);
    return i % 5 === 0 ? { kind: "N", interval: 1 + wobble } : { kind: "S", interval: 0.55 + wobble };
  });
  const features = valuesOf(cut(rhythm));
  const mean = (name: string, kind: MadeBeat["kind"]) => meanWhere(features.get(name)!, rhythm, kind);
  expect(mean("lead1.p.likeWellTimed", "S")).toBeGreaterThan(mean("lead1.p.likeWellTimed", "N"));
  expect(mean("lead1.p.likeUnhurried", "N")).toBeGreaterThan(0.9);
  expect(mean("lead1.p.likeUnhurried", "S")).toBeLessThan(0.5);
  expect(mean("rr.recordSlowest", "S")).toBeLessThan(-0.4);
});

test("with one lead the second's features are the first's", () => {
  const features = valuesOf(cut(ectopicRhythm(), { leads: 1 }));
  for (const [name, values] of features) {
    if (name.startsWith("lead1.")) expect(features.get(name.replace("lead1.", "lead2.")), name).toEqual(values);
  }
});

test.each([0, 1, 2, 3])("a recording of %i beats has finite features for each", (count) => {
  const columns = sequenceFeatures(cut(ectopicRhythm({ count })));
  for (const { name, values } of columns) {
    expect(values.length, name).toBe(count);
    expect(values.every(Number.isFinite), name).toBe(true);
  }
  expect(featureMatrix(columns).length).toBe(count * columns.length);
});

test("beats at the very ends have finite features, and a flat lead is not read where another shows something", () => {
  const { recording, positions } = madeRecording(ectopicRhythm());
  const [first, second] = recording.leads as [Recording["leads"][number], Recording["leads"][number]];
  const flat = { ...second, samples: second.samples.slice().fill(0.2) };
  // Beyond the drawn waves there is a flat line.
  const hum = first.samples.map((value, i) => value + 0.001 * (i % 3));
  const atEnds = [0, ...positions, recording.sampleCount - 1];
  const waves = cutWaves({ ...recording, leads: [flat, { ...first, samples: hum }] }, atEnds, preprocessing);
  expect(waves.leadNames).toEqual(["MLII"]);
  expect([...waves.kept]).toEqual([...atEnds.keys()]);
  for (const { name, values } of sequenceFeatures(waves)) expect(values.every(Number.isFinite), name).toBe(true);
});

test("leads that show no ECG are refused, and positions that are no places in time", () => {
  const { recording, positions } = madeRecording(ectopicRhythm());
  const [first, second] = recording.leads as [Recording["leads"][number], Recording["leads"][number]];
  const empty = { ...first, samples: first.samples.slice().fill(NaN) };
  expect(cutWaves({ ...recording, leads: [empty, second] }, positions, preprocessing).leadNames).toEqual(["V1"]);
  const flat = { ...second, samples: second.samples.slice().fill(0.2) };
  const breath = { ...first, name: "RESP" };
  const pressure = { ...first, name: "ABP", unit: "mmHg" };
  expect(() => cutWaves({ ...recording, leads: [empty, flat, breath, pressure] }, positions, preprocessing)).toThrow(
    "Cannot use recording made: expected an ECG lead in V, mV or uV that is not flat, " +
      "found MLII (mV, no valid sample), V1 (mV, flat), RESP (mV, no ECG by its name), ABP (mmHg, no ECG by its name).",
  );
  expect(cutWaves({ ...recording, leads: [breath, second] }, positions, preprocessing).leadNames).toEqual(["V1"]);
  expect(() => cutWaves(recording, [100, 90], preprocessing)).toThrow("expected ascending R peaks, found 90 after 100");
  expect(() => cutWaves(recording, [NaN], preprocessing)).toThrow("expected finite R peaks, found NaN");
});

test("a recording of another unit or rate has the same features, nearly", () => {
  const rhythm = ectopicRhythm();
  const { recording, positions } = madeRecording(rhythm);
  const microvolts = recording.leads.map((lead) => ({
    ...lead,
    unit: "uV",
    samples: lead.samples.map((v) => v * 1000),
  }));
  const plain = valuesOf(cutWaves(recording, positions, preprocessing));
  const scaled = valuesOf(cutWaves({ ...recording, leads: microvolts }, positions, preprocessing));
  const finer = valuesOf(cut(rhythm, { sampleRate: 500 }));
  for (const name of ["rr.local", "lead1.qrs.height", "lead1.p.likeUnhurried"]) {
    plain.get(name)!.forEach((value, beat) => {
      expect(scaled.get(name)![beat], name).toBeCloseTo(value, 3);
      expect(Math.abs(finer.get(name)![beat]! - value), name).toBeLessThan(0.15);
    });
  }
});

test("kept beats keep their waves and their own intervals", () => {
  const waves = cut(ectopicRhythm());
  const kept = [3, 4, 20, 21, 50];
  const recut = keepBeats(waves, kept);
  const { previous } = intervalsOf(waves.times);
  const own = intervalsOf(recut.times).previous;
  kept.slice(1).forEach((beat, i) => expect(own[i + 1]).toBeCloseTo(previous[beat]!, 9));
  const { length } = waves;
  expect(recut.leads[1]!.slice(2 * length, 3 * length)).toEqual(waves.leads[1]!.slice(20 * length, 21 * length));
});

test("drawn majorities keep every ectopic beat, drawn pieces a stretch of time", () => {
  const rhythm = ectopicRhythm({ count: 1000 });
  const waves = cut(rhythm);
  const ectopic = rhythm.map(({ kind }) => (kind === "N" ? 0 : 1));
  const kept = drawMajority(ectopic, createRandom("majority"));
  expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
  const left = kept.filter((beat) => ectopic[beat] === 1).length;
  expect(left).toBe(ectopic.filter((each) => each === 1).length);
  expect(left / kept.length).toBeGreaterThan(0.4);
  const piece = drawPiece(waves, createRandom("piece"));
  expect(piece.at(-1)! - piece[0]!).toBe(piece.length - 1);
  expect(waves.times[piece.at(-1)!]! - waves.times[piece[0]!]!).toBeLessThan(400);
  expect(drawMajority([], createRandom("none"))).toEqual([]);
  expect(drawPiece(cut([]), createRandom("none"))).toEqual([]);
});

test("simulated fibrillation has irregular intervals and no P waves, and leaves other beats as they are", () => {
  const rhythm = ectopicRhythm({ count: 200, kind: "V" });
  const waves = cut(rhythm);
  const changed = rhythm.map(({ kind }) => (kind === "N" ? 1 : 0));
  const fibrillating = fibrillateWaves(waves, changed, createRandom("fibrillation"));
  const { length } = waves;
  const { previous, next } = intervalsOf(fibrillating.times);
  for (const beat of [6, 13]) {
    // Until the next beat, which may come so early that it is in this one's wave.
    const end = Math.min(length, Math.round(next[beat]! * waves.sampleRate));
    const ownWave = ({ leads }: BeatWaves) => leads[0]!.slice(beat * length, beat * length + end);
    expect(ownWave(fibrillating)).toEqual(ownWave(waves));
    expect(previous[beat]).toBeCloseTo(0.52, 1);
  }
  const [before, after] = [valuesOf(waves), valuesOf(fibrillating)];
  const mean = (features: typeof before, name: string) => meanWhere(features.get(name)!, rhythm, "N");
  expect(mean(after, "rhythm.irregular")).toBeGreaterThan(0.5);
  expect(mean(before, "rhythm.irregular")).toBeLessThan(0.45);
  expect(mean(after, "lead1.p.common")).toBeLessThan(mean(before, "lead1.p.common") - 0.2);
  for (const name of ["p.slope9", "p.curve21"]) expect(mean(after, name)).toBeLessThan(mean(before, name) - 0.4);
  expect(mean(after, "lead1.qrs.likeUnhurried")).toBeGreaterThan(0.95);
  expect(fibrillateWaves(cut([]), [], createRandom("none")).times.length).toBe(0);
});

import { expect, test } from "vitest";

import {
  cutWaves,
  drawEpisodes,
  prematureWaves,
  sequenceFeatures,
  wavePreprocessingSchema,
} from "../../../src/beats/sequence/index.ts";
import { intervalsOf } from "../../../src/beats/sequence/references.ts";
import { regionsOf } from "../../../src/beats/sequence/wave-shapes.ts";
import { createRandom } from "../../../src/core/random.ts";
import { ectopicRhythm, madeRecording } from "./made-recording.ts";

const rhythm = ectopicRhythm({ count: 400, kind: "V" });
const { recording, positions } = madeRecording(rhythm);
const waves = cutWaves(recording, positions, wavePreprocessingSchema.parse({}));
const changed = rhythm.map(({ kind }) => (kind === "N" ? 1 : 0));
const isSame = (a: Float32Array, b: Float32Array) => a.length === b.length && a.every((value, i) => value === b[i]);
const make = (name: string) => prematureWaves(waves, changed, createRandom(name));

test("simulated premature beats come early with their own P wave, the beat after them in time; others stay", () => {
  let count = 0;
  for (const name of ["a", "b", "c", "d"]) {
    const { waves: early, premature } = make(name);
    const before = intervalsOf(waves.times).previous;
    const { previous } = intervalsOf(early.times);
    const { p } = regionsOf(waves);
    const { length } = waves;
    const [was, is] = [waves.leads[0]!, early.leads[0]!];
    premature.forEach((mark, beat) => {
      const wave = (values: Float32Array, from: number, to: number) =>
        values.slice(beat * length + from, beat * length + to);
      // Its QRS and T are its own in either case, where no early beat follows.
      if (premature[beat + 1] !== 1) expect(isSame(wave(is, p.to, length), wave(was, p.to, length))).toBe(true);
      if (mark === 1) {
        count++;
        expect([changed[beat - 1], changed[beat], changed[beat + 1]]).toEqual([1, 1, 1]);
        expect(previous[beat]!).toBeLessThan(0.92 * Math.max(...before.slice(Math.max(0, beat - 5), beat + 6)));
        expect(previous[beat]!).toBeGreaterThanOrEqual(0.3);
        expect(isSame(wave(is, 0, p.to), wave(was, 0, p.to))).toBe(false);
      } else {
        if (premature[beat - 1] !== 1) expect(previous[beat]).toBeCloseTo(before[beat]!, 9);
        expect(isSame(wave(is, 0, p.to), wave(was, 0, p.to))).toBe(true);
      }
    });
    const again = make(name);
    expect([again.premature, again.waves.times]).toEqual([premature, early.times]);
    expect(isSame(again.waves.leads[1]!, early.leads[1]!)).toBe(true);
  }
  expect(count).toBeGreaterThan(20);
});

test("their features are those of early beats", () => {
  const { waves: early, premature } = make("a");
  const values = new Map(sequenceFeatures(early).map((each) => [each.name, each.values]));
  const mean = (name: string, mark: number) => {
    const own = values.get(name)!.filter((_, beat) => premature[beat] === mark && changed[beat] === 1);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  expect(mean("rr.local", 1)).toBeLessThan(-0.1);
  expect(mean("rr.local", 0)).toBeGreaterThan(-0.05);
  expect(mean("lead1.qrs.likeUnhurried", 1)).toBeGreaterThan(0.95);
  expect(mean("lead1.p.likeUnhurried", 1)).toBeLessThan(mean("lead1.p.likeUnhurried", 0));
});

test("a recording of no beats, and of beats that may not change, stays as it is", () => {
  const none = cutWaves(recording, [], wavePreprocessingSchema.parse({}));
  expect(prematureWaves(none, [], createRandom("a")).premature.length).toBe(0);
  const { waves: same, premature } = prematureWaves(
    waves,
    changed.map(() => 0),
    createRandom("a"),
  );
  expect(premature.includes(1)).toBe(false);
  expect(same.leads.every((values, lead) => isSame(values, waves.leads[lead]!))).toBe(true);
});

test("episodes cover 20 to 70 % of the beats, less where they overlap", () => {
  for (let i = 0; i < 30; i++) {
    const inside = drawEpisodes(1000, createRandom(`episodes/${i}`));
    const share = inside.reduce((sum, each) => sum + each, 0) / 1000;
    expect(share).toBeGreaterThan(0.06);
    expect(share).toBeLessThanOrEqual(0.7);
    const starts = inside.filter((each, beat) => each === 1 && inside[beat - 1] !== 1).length;
    expect([1, 2, 3]).toContain(starts);
  }
  expect(drawEpisodes(0, createRandom("none")).length).toBe(0);
});

import { expect, test } from "vitest";

import { cutWaves, sequenceFeatures, wavePreprocessingSchema } from "../../../src/beats/index.ts";
import { intervalsOf } from "../../../src/beats/sequence/references.ts";
import type { Recording } from "../../../src/core/recording.ts";
import { ectopicRhythm, madeRecording } from "./made-recording.ts";

const preprocessing = wavePreprocessingSchema.parse({});
const { recording, positions } = madeRecording(ectopicRhythm());
const { sampleRate } = recording;

/** The recording without the samples of a stretch, in the leads named. */
function without(from: number, to: number, leads: readonly string[] = ["MLII", "V1"]): Recording {
  return {
    ...recording,
    leads: recording.leads.map((lead) =>
      leads.includes(lead.name) ? { ...lead, samples: lead.samples.slice().fill(NaN, from, to) } : lead,
    ),
  };
}

test("beats outside the recording are left out, as if they had not been named", () => {
  const end = recording.sampleCount;
  const cut = cutWaves(recording, [-5, ...positions, end, end + 200], preprocessing);
  expect(cut.dropped).toEqual({ boundary: 3, gap: 0 });
  expect([...cut.kept]).toEqual(positions.map((_, beat) => beat + 1));
  expect(sequenceFeatures(cut)).toEqual(sequenceFeatures(cutWaves(recording, positions, preprocessing)));
});

test.each([["MLII"], ["V1"], ["MLII", "V1"]])("beats whose wave touches a gap are left out (%s …)", (...leads) => {
  const [from, to] = [positions[40]! - 20, positions[60]! + 20];
  const cut = cutWaves(without(from, to, leads), positions, preprocessing);
  expect(cut.dropped).toEqual({ boundary: 0, gap: 21 });
  expect([...cut.kept]).toEqual([...positions.keys()].filter((beat) => beat < 40 || beat > 60));
  expect(cut.leads.every((values) => values.length === cut.kept.length * cut.length)).toBe(true);
  for (const { name, values } of sequenceFeatures(cut)) expect(values.every(Number.isFinite), name).toBe(true);
});

test("beats on a line that is flat in all leads are left out", () => {
  const flat = (lead: Recording["leads"][number]) => {
    return { ...lead, samples: lead.samples.slice().fill(0.3, positions[40]! - 200, positions[60]! + 200) };
  };
  const cut = cutWaves({ ...recording, leads: recording.leads.map(flat) }, positions, preprocessing);
  expect(cut.dropped).toEqual({ boundary: 0, gap: 21 });
  const one = { ...recording, leads: [recording.leads[0]!, flat(recording.leads[1]!)] };
  expect(cutWaves(one, positions, preprocessing).dropped.gap).toBe(0);
});

test("a gap is touched by the wave's first and last sample, and no further", () => {
  const [from, to] = [positions[50]! - 0.36 * sampleRate, positions[50]! + 0.46 * sampleRate];
  const droppedBy = (at: number) => cutWaves(without(at, at + 1), [positions[50]!], preprocessing).dropped.gap;
  expect([from - 4, from + 4, to - 4, to + 4].map((at) => droppedBy(Math.round(at)))).toEqual([0, 1, 1, 0]);
});

test("beats around a gap keep their own intervals, also to beats that are left out", () => {
  const cut = cutWaves(without(positions[40]! - 20, positions[60]! + 20), positions, preprocessing);
  const whole = intervalsOf(cutWaves(recording, positions, preprocessing).times).previous;
  const found = intervalsOf(cut.times).previous;
  cut.kept.forEach((beat, i) => expect(found[i], `beat ${beat}`).toBeCloseTo(whole[beat]!, 9));
});

test("a gap in which nobody knows the beats is no long interval", () => {
  const seen = positions.filter((_, beat) => beat < 40 || beat > 60);
  const cut = cutWaves(without(positions[40]! - 20, positions[60]! + 20), seen, preprocessing);
  expect(cut.dropped.gap).toBe(0);
  const { previous } = intervalsOf(cut.times);
  // That of beat 62 stands for it.
  expect(previous[40]).toBeCloseTo(previous[41]!, 9);
  expect(Math.max(...previous)).toBeLessThan(1.1);
});

test("a lead that misses most of its samples costs no beats where another has them", () => {
  const cut = cutWaves(without(0, 0.6 * recording.sampleCount, ["MLII"]), positions, preprocessing);
  expect(cut.leadNames).toEqual(["V1"]);
  expect(cut.dropped).toEqual({ boundary: 0, gap: 0 });
  const both = cutWaves(without(0, 0.6 * recording.sampleCount), positions, preprocessing);
  expect(both.leadNames).toEqual(["MLII", "V1"]);
  expect(both.kept.length).toBeLessThan(60);
});

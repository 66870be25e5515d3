import { expect, test } from "vitest";

import {
  addNoiseEpisodes,
  cutWaves,
  sequenceFeatures,
  wavePreprocessingSchema,
} from "../../../src/beats/sequence/index.ts";
import { createRandom } from "../../../src/core/random.ts";
import { ectopicRhythm, madeRecording } from "./made-recording.ts";

const { recording, positions } = madeRecording(ectopicRhythm({ count: 400 }));
const noisy = (name: string) => addNoiseEpisodes(recording, positions, createRandom(name));

test("noise comes in ten-second steps over a part of the recording, in all leads at once, the same each time", () => {
  for (const name of ["a", "b", "c"]) {
    const { leads, annotations } = noisy(name);
    expect(annotations).toBe(recording.annotations);
    const touched = leads.map(({ samples }, lead) => {
      const steps = new Set<number>();
      samples.forEach((value, i) => {
        if (value !== recording.leads[lead]!.samples[i]) steps.add(Math.floor(i / recording.sampleRate / 10));
      });
      return [...steps];
    });
    expect(touched[1]).toEqual(touched[0]);
    const all = Math.ceil(recording.sampleCount / recording.sampleRate / 10);
    expect(touched[0]!.length / all).toBeGreaterThan(0.05);
    expect(touched[0]!.length / all).toBeLessThan(0.75);
    expect(noisy(name)).toEqual(noisy(name));
  }
});

test("its size follows the QRS: a recording in other units gets the same noise in these", () => {
  const tenfold = {
    ...recording,
    leads: recording.leads.map((lead) => ({ ...lead, samples: lead.samples.map((value) => 10 * value) })),
  };
  const [one, ten] = [noisy("a"), addNoiseEpisodes(tenfold, positions, createRandom("a"))];
  one.leads[0]!.samples.forEach((value, i) => expect(ten.leads[0]!.samples[i]! / 10).toBeCloseTo(value, 3));
});

test("beats look less like the recording's own than without it", () => {
  const offOf = (made: typeof recording) => {
    const columns = sequenceFeatures(cutWaves(made, positions, wavePreprocessingSchema.parse({})));
    const { values } = columns.find(({ name }) => name === "lead1.all.offUnhurried")!;
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  for (const name of ["a", "b", "c"]) expect(offOf(noisy(name))).toBeGreaterThan(1.3 * offOf(recording));
});

test("gaps stay gaps; without beats, or where a lead shows nothing, nothing is added", () => {
  const samples = recording.leads[0]!.samples.slice();
  samples.fill(NaN, 1000, 3000);
  const flat = new Float32Array(samples.length);
  const leads = [samples, flat].map((own, i) => ({ ...recording.leads[i]!, samples: own }));
  const made = addNoiseEpisodes({ ...recording, leads }, positions, createRandom("a"));
  expect(made.leads[0]!.samples.findIndex(Number.isNaN)).toBe(1000);
  expect(made.leads[0]!.samples.filter(Number.isNaN).length).toBe(2000);
  expect(made.leads[1]!.samples.every((value) => value === 0)).toBe(true);
  expect(addNoiseEpisodes(recording, [], createRandom("a"))).toBe(recording);
});

import { describe, expect, it } from "vitest";

import { detectors } from "../../src/beats/detectors/index.ts";
import { createRandom } from "../../src/core/index.ts";

/** A lead of plain beats: P, R, S and T waves as Gaussians, mV; R peaks at the seconds given. */
function leadWithBeats(beats: readonly number[], { sampleRate, seconds }: { sampleRate: number; seconds: number }) {
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  const waves = [
    { delay: -0.16, width: 0.02, height: 0.12 },
    { delay: 0, width: 0.011, height: 1.1 },
    { delay: 0.035, width: 0.012, height: -0.25 },
    { delay: 0.26, width: 0.05, height: 0.3 },
  ];
  for (const beat of beats) {
    for (const { delay, width, height } of waves) {
      const centre = (beat + delay) * sampleRate;
      const spread = width * sampleRate;
      const from = Math.max(0, Math.floor(centre - 5 * spread));
      const to = Math.min(samples.length - 1, Math.ceil(centre + 5 * spread));
      for (let i = from; i <= to; i++) samples[i]! += height * Math.exp(-(((i - centre) / spread) ** 2) / 2);
    }
  }
  return samples;
}

const beats = Array.from({ length: 36 }, (_, index) => 0.6 + 0.8 * index + 0.05 * Math.sin(index));
const seconds = 30;

/** Fails unless each beat was found within 20 ms (at least two samples), and nothing else. */
function expectBeats(found: Int32Array, wanted: readonly number[], sampleRate: number): void {
  expect(found.length).toBe(wanted.length);
  const tolerance = Math.max(2, 0.02 * sampleRate);
  for (const [index, beat] of wanted.entries()) {
    expect(Math.abs(found[index]! - beat * sampleRate)).toBeLessThanOrEqual(tolerance);
  }
}

describe.each(detectors)("detector $name", ({ detect }) => {
  it.each([100, 128, 180, 250, 257, 360, 500, 1000])("finds the beats at %i Hz", (sampleRate) => {
    expectBeats(detect(leadWithBeats(beats, { sampleRate, seconds }), { sampleRate }), beats, sampleRate);
  });

  it("finds them upside down, on an offset, and at any scale", () => {
    const sampleRate = 360;
    const lead = leadWithBeats(beats, { sampleRate, seconds });
    for (const [gain, offset] of [
      [-1, 0],
      [1, 40],
      [200, 1024],
      [1e-3, 0],
    ] as const) {
      const changed = lead.map((value) => gain * value + offset);
      expectBeats(detect(changed, { sampleRate }), beats, sampleRate);
    }
  });

  it("finds them in noise and wander", () => {
    const sampleRate = 250;
    const random = createRandom("noise");
    const lead = leadWithBeats(beats, { sampleRate, seconds }).map(
      (value, i) => value + 0.08 * random.normal() + 0.8 * Math.sin((2 * Math.PI * 0.2 * i) / sampleRate),
    );
    expectBeats(detect(lead, { sampleRate }), beats, sampleRate);
  });

  it("returns nothing for an empty, a flat, a very short and a missing lead", () => {
    const options = { sampleRate: 360 };
    for (const length of [0, 1, 2, 3, 10, 100, 5000]) {
      expect(detect(new Float32Array(length), options)).toEqual(new Int32Array(0));
      expect(detect(new Float32Array(length).fill(1.7), options)).toEqual(new Int32Array(0));
      expect(detect(new Float32Array(length).fill(NaN), options)).toEqual(new Int32Array(0));
    }
  });

  it("keeps its promises on noise alone: whole numbers in range, increasing", () => {
    const random = createRandom(7);
    for (const length of [5, 50, 500, 50_000]) {
      const found = detect(
        Float32Array.from({ length }, () => random.normal()),
        { sampleRate: 360 },
      );
      for (const [index, sample] of found.entries()) {
        expect(sample).toBeGreaterThan(found[index - 1] ?? -1);
        expect(sample).toBeLessThan(length);
      }
    }
  });

  it("finds the beats on both sides of a gap, and none in it", () => {
    const sampleRate = 360;
    const lead = leadWithBeats(beats, { sampleRate, seconds }).fill(NaN, 10 * sampleRate, 15.3 * sampleRate);
    lead.fill(NaN, 0, 20);
    lead.fill(NaN, lead.length - 5);
    const visible = beats.filter((beat) => beat < 10 || beat > 15.3);
    expectBeats(detect(lead, { sampleRate }), visible, sampleRate);
  });

  it("finds the beats after a huge artefact", () => {
    const sampleRate = 360;
    const random = createRandom("artefact");
    const lead = leadWithBeats(beats, { sampleRate, seconds });
    for (let i = 0; i < 2 * sampleRate; i++) lead[i]! += 100 * random.normal();
    const found = [...detect(lead, { sampleRate })];
    const missed = beats.filter(
      (beat) => beat > 6 && !found.some((sample) => Math.abs(sample / sampleRate - beat) < 0.05),
    );
    expect(missed).toEqual([]);
  });

  it("does not change the lead it is given", () => {
    const lead = leadWithBeats(beats, { sampleRate: 360, seconds });
    const before = Float32Array.from(lead);
    detect(lead, { sampleRate: 360 });
    expect(lead).toEqual(before);
  });
});

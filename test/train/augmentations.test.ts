import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import type { Recording } from "../../src/core/recording.ts";
import {
  type Augmentation,
  augmentations,
  augmentationSchema,
  copyAugmented,
  noiseRecordsOf,
  provideNoise,
} from "../../src/train/index.ts";

const [channels, samples] = [12, 250];
const random = createRandom("rows");
const row = Float32Array.from({ length: channels * samples }, (_, i) => Math.sin(i / 9) + 0.3 * random.normal());
const track = Float32Array.from({ length: 5000 }, (_, i) => Math.cos(i / 20) + random.normal());

const parse = (steps: readonly object[]): Augmentation => augmentationSchema.parse(steps);
const draw = (steps: readonly object[], seed: string | number, given = row) => {
  const target = new Float32Array(given.length);
  const sizes = { channels: given.length / samples, samples };
  copyAugmented(given, target, { ...sizes, augmentation: parse(steps), random: createRandom(seed) });
  return target;
};
const lead = (values: Float32Array, channel: number) => values.subarray(channel * samples, (channel + 1) * samples);
const variance = (values: Float32Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};

/** Settings that each needs beside its defaults. */
const needed: Readonly<Record<string, object>> = {
  "recorded-noise": { sampleRate: 100, tracks: [track] },
  powerline: { sampleRate: 100, frequencies: [37] },
  "baseline-wander": { sampleRate: 100 },
  "synthetic-noise": { sampleRate: 100 },
  shift: { samples: 5 },
};
const names = augmentations.map(({ name }) => name);
const stepOf = (name: string, more: object = {}) => ({ name, probability: 1, ...needed[name], ...more });

describe.each(names)("every augmentation: %s", (name) => {
  it("changes a row to other finite values, the same ones by the same seed, and leaves its source", () => {
    const before = row.slice();
    const changed = draw([stepOf(name)], "a");
    expect(changed.every(Number.isFinite)).toBe(true);
    expect(changed).not.toEqual(row);
    expect(draw([stepOf(name)], "a")).toEqual(changed);
    if (name !== "sign") expect(draw([stepOf(name)], "b")).not.toEqual(changed);
    expect(row).toEqual(before);
  });

  it("is applied as often as its probability says", () => {
    expect(draw([stepOf(name, { probability: 0 })], "a")).toEqual(row);
    const short = row.subarray(0, 2 * samples);
    let applied = 0;
    for (let seed = 0; seed < 100; seed++) {
      const found = draw(
        [stepOf(name, { probability: 0.3, ...(name === "lead-dropout" && { share: 0.99 }) })],
        seed,
        short,
      );
      if (found.some((value, i) => value !== short[i])) applied++;
    }
    expect(applied).toBeGreaterThan(12);
    expect(applied).toBeLessThan(50);
  });

  it("copes with one lead, and with leads of zeros", () => {
    const zeros = new Float32Array(3 * samples);
    expect(draw([stepOf(name)], "z", zeros).every((value) => value === 0)).toBe(true);
    expect(draw([stepOf(name)], "z", row.subarray(0, samples)).every(Number.isFinite)).toBe(true);
  });

  it("refuses settings that it does not know, and chances that are none", () => {
    expect(augmentationSchema.safeParse([stepOf(name, { colour: "red" })]).success).toBe(false);
    expect(augmentationSchema.safeParse([stepOf(name, { probability: 1.5 })]).success).toBe(false);
  });
});

describe("noise", () => {
  it.each(["recorded-noise", "powerline", "synthetic-noise"])("%s reaches the ratio asked for in each lead", (name) => {
    const changed = draw([stepOf(name, { decibels: [10, 10] })], 3);
    for (let channel = 0; channel < channels; channel++) {
      const noise = lead(changed, channel).map((value, i) => value - lead(row, channel)[i]!);
      const decibels = 10 * Math.log10(variance(lead(row, channel)) / variance(noise));
      expect(decibels).toBeCloseTo(10, 3);
    }
  });

  it.each(["recorded-noise", "baseline-wander", "synthetic-noise"])(
    "%s keeps its ratio in rows shorter than its waves, and does not shift them",
    (name) => {
      const one = Float32Array.from({ length: 30 }, (_, i) => Math.sin(i / 4));
      const offset = track.map((value) => value + 40);
      for (let seed = 0; seed < 20; seed++) {
        const found = one.slice();
        const step = stepOf(name, { decibels: [10, 10], ...(name === "recorded-noise" && { tracks: [offset] }) });
        const sizes = { channels: 1, samples: one.length };
        copyAugmented(one, found, { ...sizes, augmentation: parse([step]), random: createRandom(seed) });
        const noise = found.map((value, i) => value - one[i]!);
        const power = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
        const decibels = 10 * Math.log10(variance(one) / power);
        expect(decibels).toBeGreaterThan(9.99);
        expect(decibels).toBeLessThan(name === "baseline-wander" ? 16.01 : 10.01);
      }
    },
  );

  it("gaussian-noise has it in the mean, and is normal", () => {
    const found = draw([stepOf("gaussian-noise", { decibels: [20, 20] })], 1).map((value, i) => value - row[i]!);
    const ratio = 10 * Math.log10(variance(row) / variance(found));
    expect(Math.abs(ratio - 20)).toBeLessThan(0.5);
    const deviation = Math.sqrt(variance(found));
    const within = found.filter((value) => Math.abs(value) < deviation).length / found.length;
    expect(within).toBeGreaterThan(0.65);
    expect(within).toBeLessThan(0.72);
  });

  it("draws the ratio evenly from the range", () => {
    const ratios = Array.from({ length: 150 }, (_, seed) => {
      const short = row.subarray(0, samples);
      const noise = draw([stepOf("powerline", { decibels: [0, 12] })], seed, short).map(
        (value, i) => value - short[i]!,
      );
      return 10 * Math.log10(variance(short) / variance(noise));
    });
    expect(Math.min(...ratios)).toBeGreaterThan(-0.01);
    expect(Math.max(...ratios)).toBeLessThan(12.01);
    expect(Math.abs(ratios.reduce((a, b) => a + b) / ratios.length - 6)).toBeLessThan(1);
  });

  it("baseline-wander moves slowly", () => {
    const noise = draw([stepOf("baseline-wander", { decibels: [0, 0] })], 5).map((value, i) => value - row[i]!);
    const one = lead(noise, 0);
    const steps = one.slice(1).map((value, i) => Math.abs(value - one[i]!));
    // A wave of 0.5 Hz at 100 Hz moves by at most 2π · 0.005 of its amplitude from sample to sample.
    expect(Math.max(...steps)).toBeLessThan(0.1 * (Math.max(...one) - Math.min(...one)));
  });

  it("recorded-noise says what it lacks", () => {
    expect(() => draw([stepOf("recorded-noise", { tracks: undefined })], 1)).toThrow(
      "Cannot add recorded noise: expected tracks of bw, em, ma with at least 250 samples, found none.",
    );
    expect(() => draw([stepOf("recorded-noise", { tracks: [new Float32Array(9)] })], 1)).toThrow(/found 9\.$/);
  });
});

describe("changes of size and time", () => {
  it("scaling stays in its range, one factor for each lead or for the row", () => {
    const factors = (per: string) => {
      const changed = draw([stepOf("scaling", { factors: [0.5, 2], per })], 8);
      return Array.from({ length: channels }, (_, channel) => {
        const [after, before] = [lead(changed, channel), lead(row, channel)];
        const factor = after[7]! / before[7]!;
        after.forEach((value, i) => expect(value).toBeCloseTo(factor * before[i]!, 4));
        expect(factor).toBeGreaterThan(0.499);
        expect(factor).toBeLessThan(2.001);
        return factor.toFixed(3);
      });
    };
    expect(new Set(factors("lead")).size).toBe(channels);
    expect(new Set(factors("row")).size).toBe(1);
  });

  it("lead-dropout zeroes whole leads at its rate, and never all", () => {
    let dropped = 0;
    for (let seed = 0; seed < 80; seed++) {
      const changed = draw([stepOf("lead-dropout", { share: 0.3 })], seed);
      const zeroed = Array.from({ length: channels }, (_, channel) => channel).filter((channel) => {
        const values = lead(changed, channel);
        const zero = values.every((value) => value === 0);
        if (!zero) expect(values).toEqual(lead(row, channel));
        return zero;
      });
      expect(zeroed.length).toBeLessThan(channels);
      dropped += zeroed.length;
    }
    // One of the twelve is always kept.
    expect(Math.abs(dropped / (80 * 11) - 0.3)).toBeLessThan(0.05);
  });

  it("shift moves either way by up to its most, repeating the edge", () => {
    const ramp = Float32Array.from({ length: samples }, (_, i) => i);
    const found = new Set(
      Array.from({ length: 100 }, (_, seed) => draw([stepOf("shift", { samples: 2 })], seed, ramp)[100]!),
    );
    expect([...found].sort()).toEqual([101, 102, 98, 99]);
    const long = draw([stepOf("shift", { samples: 2000 })], 1, ramp);
    expect(new Set(long).size).toBeLessThan(samples);
  });

  it("time-warp keeps the ends, the order and the speed's bounds, alike in all leads", () => {
    const ramp = Float32Array.from({ length: 2 * samples }, (_, i) => i % samples);
    for (let seed = 0; seed < 20; seed++) {
      const changed = draw([stepOf("time-warp", { strength: 0.2, stretches: 3 })], seed, ramp);
      expect(changed[0]).toBe(0);
      expect(changed[samples - 1]).toBeCloseTo(samples - 1, 3);
      expect([...lead(changed, 1)]).toEqual([...lead(changed, 0)]);
      for (let i = 1; i < samples; i++) {
        const speed = changed[i]! - changed[i - 1]!;
        expect(speed).toBeGreaterThan(0.8 / 1.2 - 1e-3);
        expect(speed).toBeLessThan(1.2 / 0.8 + 1e-3);
      }
    }
  });

  it("time-mask zeroes one stretch of all leads, of its share", () => {
    const ones = new Float32Array(3 * samples).fill(1);
    const changed = draw([stepOf("time-mask", { share: [0.1, 0.1] })], 4, ones);
    const first = changed.indexOf(0);
    const expected = ones.map((_, i) => (i % samples >= first && i % samples < first + 25 ? 0 : 1));
    expect(changed).toEqual(expected);
  });

  it("sign turns everything upside down", () => {
    expect(draw([stepOf("sign")], 1)).toEqual(row.map((value) => -value));
  });
});

describe("a recipe's augmentation", () => {
  it("is the old pair, with its defaults, or a list in its own order", () => {
    expect(augmentationSchema.parse({ shift: 3 })).toEqual({ shift: 3, scale: 0 });
    expect(augmentationSchema.parse([{ name: "sign" }])).toEqual([{ name: "sign", probability: 0.5 }]);
    expect(draw([], 1)).toEqual(row);
    const once = draw([stepOf("scaling"), stepOf("sign")], 2);
    expect(once).not.toEqual(draw([stepOf("sign"), stepOf("gaussian-noise")], 2));
  });

  it("says what is wrong with the form that was meant", () => {
    const message = (value: unknown) => augmentationSchema.safeParse(value).error!.issues[0]!.message;
    expect(message([{ name: "blur" }])).toMatch(
      /^0\.name: expected an augmentation named recorded-noise, gaussian-noise/,
    );
    const range = augmentationSchema.safeParse([{ name: "scaling", factors: [2, 1] }]).error!.issues[0]!;
    expect(range).toMatchObject({ path: [0, "factors"], message: "expected a range from low to high" });
    expect(augmentationSchema.safeParse({ shift: -1 }).error!.issues[0]!.path).toEqual(["shift"]);
    expect(message({ shfit: 1 })).toMatch(/shfit/);
  });

  it("gets its recorded noise from the records' leads, at the rows' rate", async () => {
    const open = async (id: string): Promise<Recording> => ({
      id,
      sampleRate: 360,
      sampleCount: 720,
      leads: ["a", "b"].map((name) => ({
        name,
        unit: "mV",
        sampleRate: 360,
        samples: new Float32Array(720).fill(id.length),
      })),
      annotations: [],
      comments: [],
      notices: [],
    });
    const augmentation = parse([{ name: "recorded-noise", sampleRate: 100, records: ["bw", "ma"] }, { name: "sign" }]);
    expect(noiseRecordsOf(augmentation)).toEqual(["bw", "ma"]);
    const provided = await provideNoise(augmentation, { open });
    expect(provided).toHaveLength(2);
    const { tracks } = (provided as { tracks?: Float32Array[] }[])[0]!;
    expect(tracks!.map(({ length }) => length)).toEqual([200, 200, 200, 200]);
    // Threads get the settings as a message, and read the same memory.
    expect(structuredClone(tracks![0]!.buffer)).toBeInstanceOf(SharedArrayBuffer);
    expect(noiseRecordsOf({ shift: 1, scale: 0 })).toEqual([]);
    const none = { ...(await open("x")), leads: [] };
    await expect(provideNoise(augmentation, { open: async () => none })).rejects.toThrow(
      "Cannot use noise record bw: expected at least one lead, found none.",
    );
  });
});

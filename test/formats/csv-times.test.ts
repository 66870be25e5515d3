import { describe, expect, it } from "vitest";

import { FormatError, UserError } from "../../src/core/errors.ts";
import { parseCsvRecording } from "../../src/formats/index.ts";

const read = (text: string, sampleRate?: number) =>
  parseCsvRecording(new TextEncoder().encode(text), { id: "x", ...(sampleRate === undefined ? {} : { sampleRate }) });
/** A recording of one lead, its first column filled by a function of the sample's number. */
const withColumn = (name: string, value: (sample: number) => number | string, count = 1000) =>
  [`${name},II`, ...Array.from({ length: count }, (_, i) => `${value(i)},0.5`)].join("\n");

describe("the first column of a CSV recording", () => {
  it.each([
    "time",
    "t",
    "Time",
    "Time (s)",
    "time_s",
    "time [s]",
    "Time/s",
    "seconds",
    "elapsed time in seconds",
    "timestamp",
  ])("is times in seconds: %s", (name) => {
    const { leads, sampleRate } = read(withColumn(name, (i) => i / 250));
    expect([leads.map((lead) => lead.name), sampleRate]).toEqual([["II"], 250]);
  });

  it.each(["time (ms)", "ms", "t_ms", "Time [msec]", "milliseconds"])("is times in milliseconds: %s", (name) => {
    const { leads, sampleRate } = read(withColumn(name, (i) => i * 2));
    expect([leads.map((lead) => lead.name), sampleRate]).toEqual([["II"], 500]);
  });

  it.each(["sample", "samples", "Index", "sample #", "sample_number"])("is a counter that is left out: %s", (name) => {
    for (const start of [0, 1, 5000]) {
      const { leads, sampleCount } = read(
        withColumn(name, (i) => start + i),
        250,
      );
      expect([leads.map((lead) => lead.name), sampleCount]).toEqual([["II"], 1000]);
    }
    expect(() => read(withColumn(name, (i) => i))).toThrow("expected a sample rate");
  });

  it.each(["index,time", "time,index", "sample,ms", "ms,sample"])("is beside another before the leads: %s", (names) => {
    const [first] = names.split(",");
    const ticks = names.includes("ms") ? 1000 : 1;
    const value = (i: number) => {
      const cells = [i + 1, (i * ticks) / 250];
      return (/^(index|sample)$/.test(first!) ? cells : cells.reverse()).join(",");
    };
    const { leads, sampleRate } = read(withColumn(names, value));
    expect([leads.map((lead) => [lead.name, lead.samples[0]]), sampleRate]).toEqual([[["II", 0.5]], 250]);
  });

  it.each(["I", "T1", "S", "V1", "X"])("is a lead: %s", (name) => {
    const text = withColumn(name, (i) => i);
    expect(read(text, 250).leads).toHaveLength(2);
  });

  it.each<[string, string]>([
    ["expected column sample to count the samples by ones, found 3 (x.csv, line 4)", "sample,I\n0,1\n1,1\n3,1\n"],
    ["expected column index to count the samples by ones, found 0.5", "index,I\n0.5,1\n1.5,1\n"],
    [
      'expected times in seconds (s) or milliseconds (ms), found "time (µs)" (x.csv, line 1)',
      "time (µs),I\n0,1\n4000,1\n",
    ],
    ['expected times in seconds (s) or milliseconds (ms), found "Time (min)"', "Time (min),I\n0,1\n1,1\n"],
    ["to count the samples by ones, found 5 (x.csv, line 5)", "sample,I\n0,1\n\n\n5,1\n"],
    ["expected samples at 100 Hz, so time 0.02, found 0.5 (x.csv, line 6)", "time,I\n0,1\n\n0.01,2\n\n0.5,3\n0.03,4\n"],
    ['expected leads after a column of times, a counter or both, found "time"', "I,time\n1,0\n1,0.01\n"],
    ['expected leads after a column of times, a counter or both, found "ms"', "time,ms,I\n0,0,1\n0.01,10,1\n"],
    ["expected column index to count the samples by ones, found 3", "ms,index,I\n0,1,1\n4,3,1\n"],
  ])("says what is wrong: %s", (message, text) => {
    expect(() => read(text, 250)).toThrow(FormatError);
    expect(() => read(text, 250)).toThrow(message);
  });
});

describe("the rate by the times of a CSV recording", () => {
  const decimals = (rate: number, digits: number) => (i: number) => (i / rate).toFixed(digits);

  it.each([128, 200, 256, 257, 300, 360, 500, 512, 1000, 1024])(
    "is the whole number, from milliseconds at %d Hz",
    (rate) => {
      expect(read(withColumn("time", decimals(rate, 3), 3601)).sampleRate).toBe(rate);
      // Zeros at the end left out, from the middle of a recording, cut off instead of rounded, in milliseconds.
      for (const value of [
        (i: number) => Number(((i + 4321) / rate).toFixed(3)),
        (i: number) => Math.floor((i * 1000) / rate) / 1000,
      ]) {
        expect(read(withColumn("t", value, 3601)).sampleRate).toBe(rate);
      }
      expect(read(withColumn("ms", (i) => Math.round((i * 1000) / rate), 3601)).sampleRate).toBe(rate);
    },
  );

  it("is the whole number from times of five digits in all, as MATLAB has them", () => {
    expect(read(withColumn("time", (i) => Number((i / 360).toPrecision(5)), 30_000)).sampleRate).toBe(360);
  });

  it("is the given one where that explains the rounded times", () => {
    for (const rate of [1000 / 3, 360.5, 249.9]) {
      const text = withColumn("time", decimals(rate, 3));
      expect(read(text, rate).sampleRate).toBe(rate);
      expect(read(text).sampleRate).toBeCloseTo(rate, 0);
    }
    expect(
      read(
        withColumn("time", (i) => i),
        1,
      ).sampleRate,
    ).toBe(1);
  });

  it("is what the times say where no whole number explains them", () => {
    expect(read(withColumn("time", decimals(360.5, 6), 7211)).sampleRate).toBeCloseTo(360.5, 3);
    expect(() => read(withColumn("time", decimals(360.5, 6), 7211), 360)).toThrow(UserError);
  });

  it("is refused where the times have a gap of one sample, or are coarser than the samples", () => {
    const gap = withColumn("time", (i) => ((i + (i > 500 ? 1 : 0)) / 360).toFixed(3));
    expect(() => read(gap)).toThrow("expected samples at");
    expect(() => read(withColumn("time", decimals(360, 2)), 360)).toThrow(FormatError);
  });

  it("is refused where it is too low for times in seconds", () => {
    const text = withColumn("time", (i) => 2 * i);
    const message = /expected times at 10 Hz or more, found 0\.5 Hz; .* "time \(ms\)".* \(x\.csv, line 1\)/;
    expect(() => read(text)).toThrow(message);
    expect(() => read(text, 500)).toThrow(message);
    expect(() => read(withColumn("time", (i) => i))).toThrow("found 1 Hz");
  });
});

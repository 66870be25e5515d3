import { describe, expect, it } from "vitest";

import { memoryFolder } from "../../src/core/byte-source.ts";
import { FormatError, UserError } from "../../src/core/errors.ts";
import { createRandom } from "../../src/core/random.ts";
import type { Lead, Recording } from "../../src/core/recording.ts";
import {
  encodeCsv,
  encodeNpy,
  encodeNpyRecording,
  formats,
  parseCsvRecording,
  parseCsvTable,
  parseNpyRecording,
} from "../../src/formats/index.ts";

const random = createRandom("tables");
const lead = (name: string, sampleRate: number, count: number): Lead => ({
  name,
  unit: "mV",
  sampleRate,
  samples: Float32Array.from({ length: count }, (_, i) => (i === 3 ? NaN : random.normal())),
});
const recordingOf = (leads: readonly Lead[]): Recording => ({
  id: "r",
  sampleRate: leads[0]!.sampleRate,
  sampleCount: leads[0]!.samples.length,
  leads,
  annotations: [],
  comments: [],
  notices: [],
});
const csv = (text: string, sampleRate?: number) =>
  parseCsvRecording(new TextEncoder().encode(text), { id: "x", ...(sampleRate === undefined ? {} : { sampleRate }) });

describe("CSV recordings", () => {
  it.each([100, 128, 250, 257, 360, 500, 1000 / 3])("read what was written, at %d Hz", (rate) => {
    const recording = recordingOf([lead("II", rate, 2000), lead('V1, "odd"', rate, 2000), lead("3", rate, 2000)]);
    const back = parseCsvRecording(encodeCsv(recording), { id: "r" });
    expect(back.sampleRate).toBeCloseTo(rate, 4);
    expect({ ...back, sampleRate: 1, leads: back.leads.map((one) => ({ ...one, sampleRate: 1 })) }).toEqual({
      ...recording,
      sampleRate: 1,
      leads: recording.leads.map((one) => ({ ...one, sampleRate: 1 })),
    });
  });

  it("take a rate where no times say it, in any line ends", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const { leads, sampleRate } = csv(["I,II", "1,-2.5e-1", ",nan", ""].join(end), 250);
      expect(sampleRate).toBe(250);
      expect(leads.map(({ samples }) => [...samples])).toEqual([
        [1, NaN],
        [-0.25, NaN],
      ]);
    }
  });

  it("take an empty line of a single column for a missing sample, but none at the end", () => {
    for (const end of ["\n", "\r\n", "\r", "\r\r\n"]) {
      const { leads } = csv(["I", "1", "", "", "2", "3", "", " ", ""].join(end), 100);
      expect([...leads[0]!.samples]).toEqual([1, NaN, NaN, 2, 3]);
      expect(csv(["I,II", "1,2", "", "3,4", "", ""].join(end), 100).sampleCount).toBe(2);
    }
  });

  it("leave out a column without name and values, after a comma at the end", () => {
    const { leads } = csv("I,II,\n1,2,\n3,4,\n", 100);
    expect(leads.map(({ name, samples }) => [name, ...samples])).toEqual([
      ["I", 1, 3],
      ["II", 2, 4],
    ]);
  });

  it.each<[string, string, number?]>([
    ["expected a header row, found none (x.csv, line 1)", "", 250],
    ["expected a header row, found none (x.csv, line 1)", "\n\n", 250],
    ["a name for each column, found none for column 1; row numbers are to be left out", ",I,II\n0,1,2\n1,1,2\n", 250],
    ["a name for each column, found none for column 3", "I,II,\n1,2,\n1,2,3\n", 250],
    ["found two without a name", "I,,\n1,,\n", 250],
    [
      "Cannot read lead II: expected samples that are finite in 32 bits, or NaN where they are missing, found 1e+39 as number 2 (x.csv, line 4)",
      "I,II\n1,2\n\n1,1e39\n",
      250,
    ],
    ["missing, found -Infinity as number 1 (x.csv, line 2)", "I,II\n-Infinity,2\n", 250],
    ["expected samples at", "time,I\n0,1\nInfinity,2\n0.02,3\n0.03,4\n"],
    ["to count the samples by ones, found Infinity (x.csv, line 3)", "sample,I\n0,1\nInfinity,2\n", 250],
    ['expected a decimal number in column I, found "inf"', "I,II\ninf,2\n", 250],
    ['expected a decimal number in column II, found "0x10" (x.csv, line 2)', "I,II\n1,0x10\n", 250],
    ['expected a decimal number in column I, found "0O17"', "I,II\n0O17,1\n", 250],
    ['expected a decimal number in column I, found "0b1"', "I,II\n 0b1,1\n", 250],
    ['expected a header row with the leads\' names, found "0.1,0.2"', "0.1,0.2\n0.3,0.4\n", 250],
    ["expected 2 fields, found 1 (x.csv, line 3)", "I,II\n1,2\n3\n", 250],
    ['expected a decimal number in column II, found "abc" (x.csv, line 2)', "I,II\n1,abc\n", 250],
    ['expected a decimal number in column I, found "\\"1\\"" (x.csv, line 2)', 'I,II\n"1",2\n', 250],
    ["expected a sample rate", "I,II\n1,2\n"],
    ["its times say 100 Hz, the sample rate given is 250 Hz", "time,I\n0,1\n0.01,2\n", 250],
    ["expected times that rise", "time,I\n0,1\n"],
    ["expected times that rise", "time,I\n1,1\n0,1\n"],
    ["expected samples at", "time,I\n0,1\n0.01,2\n0.5,3\n0.51,4\n"],
    ["expected leads, found none", "time\n0\n0.01\n"],
    ["two called I", "time,I,I\n0,1,2\n0.1,1,2\n"],
  ])("say what is wrong: %s", (message, text, rate) => {
    expect(() => csv(text, rate)).toThrow(message);
  });
});

describe("parseCsvTable", () => {
  it("reads quoted fields over several lines, and knows their lines", () => {
    const { columns, rows } = parseCsvTable('\uFEFFa,b\r\n1,"x, ""y""\nz"\r\n\r\n2,\r\n', { file: "t.csv" });
    expect(columns).toEqual(["a", "b"]);
    expect(rows).toEqual([
      { fields: ["1", 'x, "y"\nz'], line: 3 },
      { fields: ["2", ""], line: 5 },
    ]);
  });

  it.each([
    ['a,b\n1,"x', "Quote Not Closed"],
    ["a,b\n1\n", "expected 2 fields in each row, found 1 (t.csv, line 2)"],
    ["a,a\n", "found two called a"],
    ["", "expected a header row with columns a, found none (t.csv, line 1)"],
    ["b\n", "expected columns a, found b"],
  ])("refuses %j", (text, message) => {
    expect(() => parseCsvTable(text, { file: "t.csv", required: ["a"] })).toThrow(FormatError);
    expect(() => parseCsvTable(text, { file: "t.csv", required: ["a"] })).toThrow(message);
  });
});

describe("NPY recordings", () => {
  const recording = recordingOf(Array.from({ length: 12 }, (_, i) => lead(`lead ${i}`, 500, 700)));
  const leadNames = recording.leads.map(({ name }) => name);

  it("read what was written, whichever axis is the leads'", () => {
    const bytes = encodeNpyRecording(recording);
    expect(parseNpyRecording(bytes, { id: "r", sampleRate: 500, leadNames })).toEqual(recording);
    const turned = new Float64Array(12 * 700);
    recording.leads.forEach(({ samples }, l) => samples.forEach((value, i) => (turned[i * 12 + l] = value)));
    const other = encodeNpy({ shape: [700, 12], dtype: "f8", values: turned });
    expect(parseNpyRecording(other, { id: "r", sampleRate: 500, leadNames })).toEqual(recording);
  });

  it("name the leads, and take one axis for one lead", () => {
    const twelve = parseNpyRecording(encodeNpyRecording(recording), { id: "r", sampleRate: 500 });
    expect(twelve.leads.map(({ name }) => name).join(" ")).toBe("I II III aVR aVL aVF V1 V2 V3 V4 V5 V6");
    const one = encodeNpy({ shape: [3], dtype: "i2", values: Int16Array.of(1, -2, 3) });
    const { leads, sampleCount } = parseNpyRecording(one, { id: "r", sampleRate: 100 });
    expect([leads.length, leads[0]!.name, sampleCount]).toEqual([1, "1", 3]);
  });

  it("say what is missing or wrong", () => {
    const square = encodeNpy({ shape: [4, 4], dtype: "f4", values: new Float32Array(16) });
    expect(() => parseNpyRecording(square, { id: "r", sampleRate: undefined })).toThrow("expected a sample rate");
    expect(() => parseNpyRecording(square, { id: "r", sampleRate: 1 })).toThrow(
      "which axis is the leads', found shape (4, 4)",
    );
    expect(parseNpyRecording(square, { id: "r", sampleRate: 1, axes: "sample-lead" }).sampleCount).toBe(4);
    expect(() => parseNpyRecording(square, { id: "r", sampleRate: 1, axes: "sample-lead", leadNames: ["I"] })).toThrow(
      UserError,
    );
    const cube = encodeNpy({ shape: [1, 2, 2], dtype: "f4", values: new Float32Array(4) });
    expect(() => parseNpyRecording(cube, { id: "r", sampleRate: 1 })).toThrow("found shape (1, 2, 2)");
    const empty = encodeNpy({ shape: [12, 0], dtype: "f4", values: new Float32Array(0) });
    expect(() => parseNpyRecording(empty, { id: "r", sampleRate: 1 })).toThrow("found shape (12, 0)");
    const uneven = recordingOf([lead("I", 100, 5), lead("II", 100, 6)]);
    expect(() => encodeNpyRecording(uneven)).toThrow("expected leads of 5 samples, found II of 6");
    expect(() => encodeNpyRecording(recording, { digital: true })).toThrow("found only physical ones");
  });

  it.each([Infinity, -Infinity, 1e39])("refuse a sample of %d", (value) => {
    const values = Float64Array.of(0, NaN, 2, 3, value, 5);
    const bytes = encodeNpy({ shape: [2, 3], dtype: "f8", values });
    expect(() => parseNpyRecording(bytes, { id: "r", sampleRate: 1, leadNames: ["I", "II"] })).toThrow(
      `Cannot read lead II: expected samples that are finite in 32 bits, or NaN where they are missing, found ${value} as number 2`,
    );
  });

  it("are found in a folder with or without extension", async () => {
    const folder = memoryFolder("memory", new Map([["a/r.npy", encodeNpyRecording(recording)]]));
    const { read } = formats.find(({ name }) => name === "npy")!;
    expect((await read!(folder, "a/r", { sampleRate: 500, leadNames })).leads).toEqual(recording.leads);
    await expect(read!(folder, "b", { sampleRate: 500 })).rejects.toThrow(
      "expected a file b.npy, found none in memory",
    );
  });
});

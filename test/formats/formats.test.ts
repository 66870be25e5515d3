import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { UserError } from "../../src/core/errors.ts";
import { createRandom } from "../../src/core/random.ts";
import { diskFolder } from "../../src/core/file-source.node.ts";
import { memoryFolder } from "../../src/core/byte-source.ts";
import { encodeCsv, encodeWfdb, formats, readWfdb, recordingInfo } from "../../src/formats/index.ts";
import type { EncodeWfdbOptions } from "../../src/formats/index.ts";
import type { Lead, Recording } from "../../src/core/recording.ts";

const data = process.env["EINTHOVEN_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

const lead = (samples: readonly number[], more: Partial<Lead> = {}): Lead => ({
  name: "II",
  unit: "mV",
  sampleRate: 250,
  samples: Float32Array.from(samples),
  ...more,
});

const recordingOf = (leads: readonly Lead[], more: Partial<Recording> = {}): Recording => ({
  id: "r",
  sampleRate: 250,
  sampleCount: leads[0]?.samples.length ?? 0,
  leads,
  annotations: [],
  comments: [],
  notices: [],
  ...more,
});

const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("format 212 with two leads, the fast way and the general way", () => {
  it.each([0, 1, 2, 3, 4, 5, 7, 8, 1001])("give the same %i frames", async (frames) => {
    const random = createRandom(`pair ${frames}`);
    const leads = [0, 1].map((): Lead => {
      const digital = Int32Array.from({ length: frames }, () => random.integer(4095) - 2047);
      const encoding = { gain: 200, baseline: random.integer(2000), bits: 12, zero: 0, format: 212, digital };
      return lead(Array.from(digital), { encoding });
    });
    const files = encodeWfdb(recordingOf(leads));
    const bytes = files.get("r.dat")!;
    for (const offset of [0, 1, 2, 3]) {
      const shifted = new Uint8Array(bytes.length + 4).subarray(offset, offset + bytes.length);
      shifted.set(bytes);
      const folder = memoryFolder("memory", new Map([...files, ["r.dat", shifted]]));
      const fast = await readWfdb(folder, "r");
      const general = await readWfdb(folder, "r", { digital: true });
      expect(fast.notices).toEqual([]);
      for (const [i, { samples, encoding }] of fast.leads.entries()) {
        expect(samples).toEqual(general.leads[i]!.samples);
        expect(encoding!.checksum).toEqual(general.leads[i]!.encoding!.checksum);
        expect(general.leads[i]!.encoding!.digital).toEqual(leads[i]!.encoding!.digital);
      }
    }
  });
});

describe("encodeWfdb", () => {
  it("writes the header that WFDB expects", () => {
    const files = encodeWfdb(
      recordingOf([lead([0.5, -0.25, NaN]), lead([1, 2, 3, 4, 5, 6], { name: "", unit: "mmHg", sampleRate: 500 })], {
        start: "2001-02-03T04:05:06.5",
        comments: ["<age>: 69"],
        annotations: [{ sample: 1, symbol: "N" }],
      }),
      { name: "x_1", annotator: "qrs" },
    );
    expect([...files.keys()]).toEqual(["x_1.hea", "x_1.dat", "x_1.qrs"]);
    expect(decode(files.get("x_1.hea"))).toBe(
      [
        "x_1 2 250 3 04:05:06.5 03/02/2001",
        "x_1.dat 16 1000(0)/mV 16 0 500 -32518 0 II",
        "x_1.dat 16x2 5000(0)/mmHg 16 0 5000 -26072 0",
        "# <age>: 69",
        "",
      ].join("\n"),
    );
  });

  it("keeps samples without an encoding to half a digital unit, with a smaller gain where they need it", async () => {
    for (const [largest, format, gain] of [
      [5, 212, 200],
      [100, 212, 20.46],
      [3, 80, 20],
      [50, 16, 32766 / 50],
    ] as const) {
      const samples = Array.from({ length: 99 }, (_, i) => (largest * (i - 49)) / 49);
      const files = encodeWfdb(recordingOf([lead(samples)]), { format });
      const read = await readWfdb(memoryFolder("memory", files), "r");
      expect(read.notices).toEqual([]);
      expect(read.leads[0]!.encoding!.gain).toBeCloseTo(gain, 10);
      for (const [i, sample] of read.leads[0]!.samples.entries()) {
        expect(Math.abs(sample - samples[i]!)).toBeLessThanOrEqual(0.501 / gain);
      }
    }
  });

  it.each([
    ["V", 1e-3, 16, 1e6],
    ["mV", 1, 16, 1000],
    ["uV", 1000, 16, 1],
    ["µV", 1000, 212, 0.2],
    ["nV", 1e6, 24, 0.1],
    ["V", 1e-3, 8, 2e5],
  ] as const)("keeps a voltage in %s as finely as in mV", async (unit, perMillivolt, format, gain) => {
    const millivolts = Array.from({ length: 200 }, (_, i) => 1.5 * Math.sin(i / 9));
    const samples = millivolts.map((value) => value * perMillivolt);
    const read = await readWfdb(
      memoryFolder("memory", encodeWfdb(recordingOf([lead(samples, { unit })]), { format })),
      "r",
    );
    expect(read.leads[0]!.unit).toBe(unit);
    expect(read.leads[0]!.encoding!.gain).toBeCloseTo(gain, 10);
    for (const [i, sample] of read.leads[0]!.samples.entries()) {
      // Half a step, and the rounding of a 32-bit number before and after.
      expect(Math.abs(sample - samples[i]!)).toBeLessThanOrEqual(0.5 / gain + 2 ** -23 * Math.abs(samples[i]!));
    }
  });

  it.each([
    [0.0004, 16, 5e7],
    [120, 16, 200],
    [98, 212, 20],
    [98, 8, 50],
    [1e6, 16, 0.02],
    [0, 16, 1000],
  ] as const)(
    "keeps another unit by a round gain that fits its values: %d in format %d",
    async (largest, format, gain) => {
      const samples = Array.from({ length: 99 }, (_, i) => (largest * (i - 49)) / 49);
      const read = await readWfdb(
        memoryFolder("memory", encodeWfdb(recordingOf([lead(samples, { unit: "mmHg" })]), { format })),
        "r",
      );
      expect(read.leads[0]!.encoding!.gain).toBe(gain);
      for (const [i, sample] of read.leads[0]!.samples.entries()) {
        expect(Math.abs(sample - samples[i]!)).toBeLessThanOrEqual(0.501 / gain);
      }
    },
  );

  it.each<[Recording, EncodeWfdbOptions, string]>([
    [recordingOf([lead([1])], { id: "a/b" }), {}, 'expected a record name of letters, digits, _ and -, found "a/b"'],
    [recordingOf([lead([1])]), { annotator: "../x" }, "expected an annotator name"],
    [recordingOf([lead([1])], { comments: ["a\nb"] }), {}, "expected a comment on one line"],
    [recordingOf([lead([1])], { start: "yesterday" }), {}, 'found "yesterday"'],
    [recordingOf([lead([1], { name: "a\nb" })]), {}, "expected a name on one line"],
    [recordingOf([lead([1], { unit: "a b" })]), {}, 'expected a unit without spaces, found "a b"'],
    [recordingOf([lead([1], { sampleRate: 300 })]), {}, "expected a whole number of samples in each of 1 frames"],
    [recordingOf([lead([1, 2])], { sampleCount: 3 }), {}, "found 2 samples"],
    [recordingOf([lead([Infinity])]), {}, "expected -32767 to 32767 at sample 0, found Infinity"],
    [
      recordingOf([lead([20], { encoding: { gain: 200, baseline: 0, bits: 12, zero: 0 } })]),
      { format: 212 },
      "Cannot write lead II in WFDB format 212: expected -2047 to 2047 at sample 0, found 4000",
    ],
    [
      recordingOf([lead([-10.24], { encoding: { gain: 200, baseline: 0, bits: 12, zero: 0 } })]),
      { format: 212 },
      "found -2048",
    ],
    [
      recordingOf([lead([1], { encoding: { gain: 0, baseline: 0, bits: 12, zero: 0 } })]),
      {},
      "a finite gain other than 0",
    ],
    [recordingOf([lead([NaN])]), { format: 8 }, "expected a number at sample 0, found NaN"],
    [recordingOf([lead([0, 1])]), { format: 8 }, "expected a step of -128 to 127 at sample 1, found 200"],
    [recordingOf([lead([0, 1])]), { format: 508 as 16 }, "Cannot write WFDB format 508: expected one of 8, 16"],
  ])("refuses what it can't keep, case %#", (recording, options, message) => {
    expect(() => encodeWfdb(recording, options)).toThrow(UserError);
    expect(() => encodeWfdb(recording, options)).toThrow(message);
  });

  it("rounds a baseline that is no whole number, and then digitises anew", async () => {
    const encoding = { gain: 10, baseline: 0.4, bits: 16, zero: 0, digital: Int32Array.of(10) };
    const files = encodeWfdb(recordingOf([lead([0.96], { encoding })]));
    expect((await readWfdb(memoryFolder("memory", files), "r")).leads[0]!.samples[0]).toBe(1);
  });
});

describe("the format that encodeWfdb takes by itself", () => {
  const stored = (format: number, samples = [1, 2, 3]) =>
    lead(samples, { encoding: { gain: 200, baseline: 0, bits: 12, zero: 0, format } });
  const layouts = (leads: readonly Lead[]) => {
    const header = decode(encodeWfdb(recordingOf(leads)).get("r.hea")!);
    return header
      .split("\n")
      .slice(1, 1 + leads.length)
      .map((line) => line.split(" ")[1]);
  };

  it.each([
    [[stored(212), stored(212)], "212"],
    [[stored(212), lead([1, 2, 3])], "16"],
    [[stored(16), stored(516)], "16"],
    [[stored(524)], "24"],
    [[stored(16), stored(24)], "24"],
    [[stored(24), stored(32)], "32"],
    [[stored(8, [0.1, 0.2])], "8"],
    [[stored(8, [0.1, NaN])], "16"],
  ])("case %#: %s", (leads, format) => {
    expect(new Set(layouts(leads))).toEqual(new Set([format]));
  });
});

describe("encodeCsv", () => {
  const encoding = { gain: 200, baseline: 0, bits: 12, zero: 0, format: 212, digital: Int32Array.of(20, -2048, 66) };
  const recording = recordingOf([lead([0.1, NaN, 0.33], { encoding }), lead([1, 2, 1 / 3], { name: 'a,"b"' })]);

  it("writes the time and the shortest decimals that give the same float32", () => {
    expect(decode(encodeCsv(recording))).toBe(
      ['time,II,"a,""b"""', "0,0.1,1", "0.004,,2", "0.008,0.33,0.33333334", ""].join("\r\n"),
    );
  });

  it("writes digital samples where they were kept", () => {
    const one = { ...recording, leads: recording.leads.slice(0, 1) };
    expect(decode(encodeCsv(one, { digital: true }))).toBe("time,II\r\n0,20\r\n0.004,-2048\r\n0.008,66\r\n");
    expect(() => encodeCsv(recording, { digital: true })).toThrow(UserError);
  });

  it("takes the leads' rate where a frame holds several samples of each", () => {
    const fast = lead([1, 2, 3, 4, 5, 6], { sampleRate: 500 });
    const rows = ["time,II,II", "0,1,1", "0.002,2,2", "0.004,3,3", "0.006,4,4", "0.008,5,5", "0.01,6,6", ""];
    expect(decode(encodeCsv(recordingOf([fast, fast])))).toBe(rows.join("\r\n"));
  });

  it("gives back every float32", () => {
    const random = createRandom("csv");
    const samples = Float32Array.from({ length: 2000 }, () => random.normal() * 10 ** (random.integer(40) - 20));
    const rows = decode(encodeCsv(recordingOf([lead([...samples])])))
      .split("\r\n")
      .slice(1, -1);
    expect(Float32Array.from(rows, (row) => Number(row.split(",")[1]))).toEqual(samples);
  });

  it("refuses leads of several rates", () => {
    const other = lead([1, 2, 3, 4, 5, 6], { sampleRate: 500 });
    expect(() => encodeCsv(recordingOf([lead([1, 2, 3]), other]))).toThrow("expected leads of one rate");
  });
});

describe("recordingInfo", () => {
  it("counts annotations, and gives gains per millivolt", () => {
    const encoding = (gain: number) => ({ gain, baseline: 0, bits: 12, zero: 0 });
    const checksum = { expected: 5, found: 6 };
    const recording = recordingOf(
      [
        lead([1], { encoding: { ...encoding(200), checksum } }),
        lead([1], { unit: "uV", encoding: encoding(0.5) }),
        lead([1], { unit: "mmHg", encoding: encoding(10) }),
        lead([1]),
      ],
      { annotations: ["N", "+", "N", "!", "V"].map((symbol, sample) => ({ sample, symbol })) },
    );
    const info = recordingInfo(recording);
    expect(info.leads.map(({ gainPerMillivolt }) => gainPerMillivolt)).toEqual([200, 500, null, null]);
    expect(info.leads.map((one) => one.checksum)).toEqual([checksum, null, null, null]);
    expect(info.annotations).toEqual({ total: 5, beats: 3, bySymbol: { N: 2, "+": 1, "!": 1, V: 1 } });
    expect(info).toMatchObject({ id: "r", sampleRate: 250, sampleCount: 1 });
  });
});

describe("formats", () => {
  const named = (fileName: string) => formats.find(({ match }) => match(fileName));

  it("are found by extension", () => {
    const names = ["100.hea", "A00001.mat", "x.dat", "x.atr", "OUT.CSV", "x.npy", "x.edf"];
    expect(names.map((fileName) => named(fileName)?.name)).toEqual([
      "wfdb",
      "wfdb",
      "wfdb",
      "wfdb",
      "csv",
      "npy",
      undefined,
    ]);
  });

  it("write, and read what they wrote", async () => {
    const recording = recordingOf([lead([0.5, 0.25])]);
    for (const { name, write, read } of formats) {
      const files = write!(recording, { name: "out" });
      expect(files.size, name).toBeGreaterThan(0);
      expect(
        [...files.keys()].every((file) => file.startsWith("out.")),
        name,
      ).toBe(true);
      const back = await read!(memoryFolder("memory", files), [...files.keys()][0]!, { sampleRate: 250 });
      expect(back).toMatchObject({ id: "out", sampleRate: 250, sampleCount: 2 });
      expect(back.leads[0]!.samples, name).toEqual(recording.leads[0]!.samples);
    }
    const files = named("x.hea")!.write!(recording, { name: "out", signalFormat: 32 });
    expect(decode(files.get("out.hea"))).toContain("out.dat 32 ");
  });
});

describe("other real records (skipped where the data is absent)", () => {
  const cinc = join(data, "cinc2017");
  const ptbXl = join(data, "ptb-xl");

  it.skipIf(!existsSync(cinc))("CinC 2017: MATLAB files, whose headers give no checksum", async () => {
    for (const name of ["A00001", "A00227.hea", "A08528"]) {
      const recording = await readWfdb(diskFolder(cinc), name);
      expect(recording.sampleRate).toBe(300);
      expect(recording.sampleCount).toBeGreaterThan(2000);
      expect(recording.notices.filter(({ code }) => code !== "initial-value").map(({ code }) => code)).toEqual([
        "checksum-unset",
      ]);
    }
    const same = await Promise.all(["A00227", "A01176"].map((name) => readWfdb(diskFolder(cinc), name)));
    expect(same[0]!.leads[0]!.samples).toEqual(same[1]!.leads[0]!.samples);
  });

  it.skipIf(!existsSync(ptbXl))("PTB-XL: twelve leads in format 16, every checksum equal", async () => {
    for (const [directory, sampleRate] of [
      ["records100/00000", 100],
      ["records500/00000", 500],
    ] as const) {
      const headers = readdirSync(join(ptbXl, directory)).filter((file) => file.endsWith(".hea"));
      for (const header of headers.slice(0, 20)) {
        const recording = await readWfdb(diskFolder(ptbXl), `${directory}/${header}`);
        expect(recording).toMatchObject({ sampleRate, sampleCount: 10 * sampleRate, notices: [] });
        expect(recording.leads.map(({ name }) => name).join(" ")).toBe("I II III AVR AVL AVF V1 V2 V3 V4 V5 V6");
        for (const { encoding } of recording.leads) {
          expect(encoding!.checksum!.found).toBe(encoding!.checksum!.expected);
        }
      }
    }
  });
});

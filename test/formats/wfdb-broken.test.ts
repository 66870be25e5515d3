import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FormatError, UserError } from "../../src/core/errors.ts";
import { createRandom } from "../../src/core/random.ts";
import { memoryFolder } from "../../src/core/byte-source.ts";
import { readWfdb } from "../../src/formats/index.ts";
import type { Random } from "../../src/core/random.ts";
import type { Recording } from "../../src/core/recording.ts";

const golden = fileURLToPath(new URL("../golden/wfdb", import.meta.url));
const load = (name: string): Uint8Array => new Uint8Array(readFileSync(`${golden}/${name}`));
const text = (content: string) => new TextEncoder().encode(content);

const folderOf = (files: Record<string, string | Uint8Array>) =>
  memoryFolder(
    "memory",
    new Map(
      Object.entries(files).map(([name, content]) => [name, typeof content === "string" ? text(content) : content]),
    ),
  );
const read = (files: Record<string, string | Uint8Array>, options = {}) => readWfdb(folderOf(files), "r", options);
const codes = ({ notices }: Recording) => notices.map(({ code }) => code);

/** The FLAC decoder prints what it does not like; the tests look at the error. */
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function expectFormatError(files: Record<string, string | Uint8Array>, message: string): Promise<void> {
  const reading = read(files);
  await expect(reading).rejects.toThrow(FormatError);
  await expect(reading).rejects.toThrow(message);
}

describe("signal files that can't be read", () => {
  const four = new Uint8Array(8);

  it.each(["../secret.dat", "/etc/passwd", "a/../../b", "..", ".", "a//b", "C:\\x", "..\\x", "-", "a\u0007b", "c:x"])(
    "a file name that leaves the folder: %j",
    async (name) => {
      const opened: string[] = [];
      const folder = {
        name: "memory",
        open: async (file: string) => {
          opened.push(file);
          return file === "r.hea" ? folderOf({ "r.hea": `r 1 250 4\n${name} 16` }).open(file) : undefined;
        },
      };
      await expect(readWfdb(folder, "r", { annotators: [] })).rejects.toThrow(
        "expected the name of a file in the record's folder",
      );
      expect(opened).toEqual(["r.hea"]);
    },
  );

  it("a missing header or signal file", async () => {
    await expectFormatError({}, "Cannot read the record r: expected a header file, found none in memory (r.hea)");
    await expectFormatError({ "r.hea": "r 1 250 4\nr.dat 16" }, "expected the signal file r.dat, found none in memory");
  });

  it("an unknown format", async () => {
    for (const format of [1, 17, 212000]) {
      await expectFormatError(
        { "r.hea": `r 1 250 4\nr.dat ${format}`, "r.dat": four },
        `found ${format} (r.hea, line 2)`,
      );
    }
  });

  it("no whole frame", async () => {
    await expectFormatError({ "r.hea": "r 1 250 4\nr.dat 16", "r.dat": "x" }, "expected 4 frames, found none (r.dat)");
    await expectFormatError({ "r.hea": "r 1 250 4\nr.dat 16+9", "r.dat": four }, "expected 4 frames, found none");
    await expectFormatError(
      { "r.hea": "r 1 250 4\nr.dat 16x999999999", "r.dat": four },
      "expected 4 frames, found none",
    );
    await expectFormatError({ "r.hea": "r 1 250 9007199254740991\nr.dat 32", "r.dat": "abc" }, "found none");
  });

  it("lines of a file that disagree", async () => {
    const files = { "r.dat": four, "s.dat": four };
    await expectFormatError(
      { ...files, "r.hea": "r 2 250 2\nr.dat 16\nr.dat 212" },
      "expected one format, found 16 and 212",
    );
    await expectFormatError({ ...files, "r.hea": "r 2 250 2\nr.dat 16+4\nr.dat 16+2" }, "expected one byte offset");
    await expectFormatError(
      { ...files, "r.hea": "r 3 250 2\nr.dat 16\ns.dat 16\nr.dat 16" },
      'expected the signals of "r.dat" one after the other',
    );
    const huge = "9007199254740991";
    await expectFormatError({ ...files, "r.hea": `r 2 250 2\nr.dat 16x${huge}\nr.dat 16x${huge}` }, "fewer than 2^53");
  });

  it("memory that no file stands for", async () => {
    await expectFormatError({ "r.hea": "r 1 250 9007199254740991\n~ 0" }, "samples that no file holds");
    const nulls = "\n~ 0x100000".repeat(1000);
    await expectFormatError({ "r.hea": `r 1000 250 1000${nulls}` }, "samples that no file holds");
    await expectFormatError(
      { "r.hea": "r 2 250\nr.dat 8\ns.dat 8x100000000", "r.dat": new Uint8Array(1000), "s.dat": "" },
      "samples that no file holds",
    );
  });

  it("a source that gives fewer bytes than it promised", async () => {
    const folder = folderOf({ "r.hea": "r 1 250 4\nr.dat 16" });
    const lying = {
      name: "lying",
      open: async (name: string) =>
        name === "r.dat" ? { name, size: async () => 8, read: async () => new Uint8Array(5) } : folder.open(name),
    };
    await expect(readWfdb(lying, "r")).rejects.toThrow("expected 8 bytes, found 5 (r.dat, byte 5)");
  });

  it("a range that is none", async () => {
    const files = { "r.hea": "r 1 250 4\nr.dat 16", "r.dat": four };
    for (const range of [{ from: -1 }, { from: 5 }, { from: 1.5 }, { from: 3, to: 2 }, { to: NaN }, { from: NaN }]) {
      await expect(read(files, range)).rejects.toThrow(UserError);
    }
    expect((await read(files, { from: 4 })).sampleCount).toBe(0);
    expect((await read(files, { from: 1, to: 99 })).sampleCount).toBe(3);
  });
});

describe("signal files that do not agree with their header", () => {
  const samples = Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0);

  it("a cut file gives what there is, and a notice", async () => {
    const recording = await read({ "r.hea": "r 1 250 6\nr.dat 16 1 16 0 1 10", "r.dat": samples.subarray(0, 7) });
    expect(recording.sampleCount).toBe(3);
    expect([...recording.leads[0]!.samples]).toEqual([1, 2, 3]);
    expect(codes(recording)).toEqual(["length", "checksum"]);
    expect(recording.notices[0]!.message).toBe("r.dat holds 3 frames where 6 were expected; the recording ends there.");
    expect(recording.leads[0]!.encoding!.checksum).toEqual({ expected: 10, found: 6 });
  });

  it("a longer file is read as far as the header says", async () => {
    const recording = await read({ "r.hea": "r 1 250 2\nr.dat 16 1 16 0 1 3", "r.dat": samples });
    expect([...recording.leads[0]!.samples]).toEqual([1, 2]);
    expect(codes(recording)).toEqual(["surplus"]);
    expect(codes(await read({ "r.hea": "r 1 250 2\nr.dat 16 1 16 0 1 3 8", "r.dat": samples }))).toEqual([]);
  });

  it("without a length in the header, the file's length counts", async () => {
    for (const header of ["r 1 250 0", "r 1 250", "r 1"]) {
      const recording = await read({ "r.hea": `${header}\nr.dat 16 1 16 0 1 10`, "r.dat": samples });
      expect(recording.sampleCount).toBe(4);
      expect(recording.notices).toEqual([]);
    }
  });

  it("without a length in the header, a block's filling is not taken for frames where another file ends before", async () => {
    const files = { "r.hea": "r 2 250\na.dat 212\nb.dat 16", "a.dat": new Uint8Array(6), "b.dat": new Uint8Array(6) };
    const recording = await read(files);
    expect(recording.sampleCount).toBe(3);
    expect(codes(recording)).toEqual(["uncalibrated"]);
    const longer = await read({ ...files, "a.dat": new Uint8Array(9) });
    expect(longer.sampleCount).toBe(6);
    expect(codes(longer)).toEqual(["length", "uncalibrated"]);
  });

  it("a byte offset of 0 is the same whether it is written or not", async () => {
    const recording = await read({ "r.hea": "r 2 250 2\nr.dat 16 1\nr.dat 16+0 1", "r.dat": new Uint8Array(8) });
    expect(recording.leads).toHaveLength(2);
  });

  it("the shorter of two files ends in NaN", async () => {
    const files = { "r.hea": "r 2 250\nr.dat 16 1\ns.dat 16 1", "r.dat": samples, "s.dat": samples.subarray(0, 4) };
    const recording = await read(files, { digital: true });
    expect(recording.sampleCount).toBe(4);
    expect([...recording.leads[1]!.samples]).toEqual([1, 2, NaN, NaN]);
    expect([...recording.leads[1]!.encoding!.digital!]).toEqual([1, 2, -32768, -32768]);
    expect(codes(recording)).toEqual(["length"]);
  });

  it("a wrong checksum, an unset one, a wrong initial value, no gain, a foreign start, another name", async () => {
    const notices = async (line: string, record = "r 1 250 4") =>
      codes(await read({ "r.hea": `${record}\nr.dat 16 ${line}`, "r.dat": samples }));
    expect(await notices("1 16 0 1 10")).toEqual([]);
    expect(await notices("1 16 0 1 65546")).toEqual([]);
    expect(await notices("1 16 0 1 11")).toEqual(["checksum"]);
    expect(await notices("1 16 0 1 0")).toEqual(["checksum-unset"]);
    expect(await notices("1 16 0 2 10")).toEqual(["initial-value"]);
    expect(await notices("0 16 0 1 10")).toEqual(["uncalibrated"]);
    expect(await notices("1", "r 1 250 4 05-Feb-2020 11:39:16")).toEqual(["start"]);
    expect(await notices("1", "r 1 250 4 11:39:16 31/02/2020")).toEqual(["start"]);
    expect(await notices("1", "q 1 250 4")).toEqual(["name"]);
  });
});

describe("FLAC files", () => {
  it("of which the third byte from the end is 255", async () => {
    const samples = Array.from({ length: 16 }, (_, i) => i - 16);
    const recording = await read(
      { "r.hea": "r 1 250 16\nr.dat 508 1(0)", "r.dat": oneFlacFrame(samples) },
      { digital: true },
    );
    expect([...recording.leads[0]!.encoding!.digital!]).toEqual(samples);
  });

  it("whose frames are not what the file's head says", async () => {
    const data = oneFlacFrame([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    const stereo = data.with(20, data[20]! | 2);
    const files = { "r.hea": "r 2 250 16\nr.dat 508 1(0)\nr.dat 508 1(0)", "r.dat": stereo };
    await expectFormatError(files, "expected 2 channels of 8 bits in each frame, found 1 of 8 bits");
  });

  const header = new TextDecoder().decode(load("format516.hea")).replaceAll("format516", "r");
  const data = load("format516.dat");

  it("cut anywhere are refused", async () => {
    for (let length = 0; length < data.length; length += 13) {
      await expect(read({ "r.hea": header, "r.dat": data.subarray(0, length) }), `${length} bytes`).rejects.toThrow(
        FormatError,
      );
    }
  });

  it("of another kind are refused", async () => {
    const flac = (line: string) => ({ "r.hea": `r 1 250 4\nr.dat ${line}`, "r.dat": data });
    await expectFormatError(flac("516"), "expected 1 channels, found 3");
    await expectFormatError(
      { "r.hea": header.replaceAll(" 516 ", " 508 "), "r.dat": data },
      "4 to 8 bits per sample, found 16",
    );
    await expectFormatError({ "r.hea": header, "r.dat": new Uint8Array(100) }, 'expected "fLaC"');
    await expectFormatError(
      { "r.hea": "r 2 250 4\nr.dat 516x2\nr.dat 516", "r.dat": data },
      "expected the same number of samples per frame",
    );
    const huge = data.slice();
    huge[21]! |= 15;
    await expectFormatError({ "r.hea": header, "r.dat": huge }, "expected at most 268435456 samples");
  });
});

describe("multi-segment records that can't be read", () => {
  const segment = { "a.hea": "a 1 250 2\na.dat 16 1 16 0 1 3 0 I", "a.dat": Uint8Array.of(1, 0, 2, 0) };

  it("a segment of segments, be it the record itself", async () => {
    await expectFormatError(
      { "r.hea": "r/1 1 250 2\nr 2" },
      "expected a record of one segment, found one of 1 (r.hea, line 2)",
    );
    await expectFormatError(
      { "r.hea": "r/2 1 250 2\nlayout 0\na 2", "layout.hea": "layout/1 1\na 2", ...segment },
      "Cannot read segment layout: expected a record of one segment",
    );
  });

  it("a missing segment, only gaps, other signals, another rate or unit", async () => {
    await expectFormatError({ "r.hea": "r/1 1 250 2\nb 2" }, "expected a header file, found none");
    await expectFormatError({ "r.hea": "r/1 1 250 2\n~ 2" }, "expected a segment with signals, found only gaps");
    await expectFormatError({ ...segment, "r.hea": "r/1 2 250 2\na 2" }, "expected 2 signals in a, found 1");
    await expectFormatError({ ...segment, "r.hea": "r/1 1 500 2\na 2" }, "expected 500 frames per second, found 250");
    const other = { "b.hea": "b 1 250 2\na.dat 16 1/uV 16 0 1 3 0 I" };
    await expectFormatError(
      { ...segment, ...other, "r.hea": "r/2 1 250 4\na 2\nb 2" },
      'expected the unit "mV", found "uV"',
    );
    const rate = { "b.hea": "b 1 250 1\na.dat 16x2 1 16 0 1 3 0 I" };
    await expectFormatError(
      { ...segment, ...rate, "r.hea": "r/2 1 250 3\na 2\nb 1" },
      "expected 1 samples per frame, found 2",
    );
    const two = { "b.hea": "b 2 250 1\na.dat 16\na.dat 16" };
    await expectFormatError(
      { ...segment, ...two, "r.hea": "r/2 1 250 3\na 2\nb 1" },
      "expected 1 signals as in the first",
    );
  });

  it("a gap longer than memory", async () => {
    await expectFormatError({ ...segment, "r.hea": "r/2 1 250 9000000000\na 2\n~ 8999999998" }, "read fewer frames");
    const files = { ...segment, "r.hea": "r/2 1 250 9000000000\na 2\n~ 8999999998" };
    const part = await read(files, { from: 0, to: 4 });
    expect([...part.leads[0]!.samples]).toEqual([1, 2, NaN, NaN]);
    expect(part.notices).toEqual([
      { code: "gap", message: "2 of 4 frames lie in gaps between segments; they are NaN." },
    ]);
  });

  it("what does not agree becomes a notice", async () => {
    expect(codes(await read({ ...segment, "r.hea": "r/1 1 250 9\na 2" }))).toEqual(["length"]);
    const short = await read({ ...segment, "r.hea": "r/2 1 250 6\na 3\na 3" }, { digital: true });
    expect([...short.leads[0]!.samples]).toEqual([1, 2, NaN, 1, 2, NaN]);
    expect([...short.leads[0]!.encoding!.digital!]).toEqual([1, 2, -32768, 1, 2, -32768]);
    expect(new Set(codes(short))).toEqual(new Set(["length", "gap"]));
    expect(
      (await read({ ...segment, "r.hea": "r/2 1 250 6\na 3\na 3" }, { from: 2, to: 3 })).leads[0]!.samples,
    ).toEqual(Float32Array.of(NaN));
    const gains = { "b.hea": "b 1 250 2\na.dat 16 2 16 0 1 3 0 II" };
    const mixed = await read({ ...segment, ...gains, "r.hea": "r/2 1 250 4\na 2\nb 2" });
    expect([...mixed.leads[0]!.samples]).toEqual([1, 2, 0.5, 1]);
    expect(mixed.leads[0]!.encoding).toBeUndefined();
    expect(codes(mixed)).toEqual(["segment-lead", "segment-gain"]);
    const layout = { "layout.hea": "layout 1 250 0\n~ 0 1/mV 0 0 0 0 0 V" };
    const unlisted = await read({ ...segment, ...layout, "r.hea": "r/2 1 250 2\nlayout 0\na 2" });
    expect([...unlisted.leads[0]!.samples]).toEqual([NaN, NaN]);
    expect(codes(unlisted)).toEqual(["segment-lead", "gap"]);
  });
});

describe("damaged files (seeded fuzz)", () => {
  const records = [
    ["format212", "format16", "format8", "format310", "format516", "rates212", "files", "skew", "offset", "bare"],
    ["fixed", "variable", "custom", "fields", "hand"],
  ].flat();
  const all = new Map(readdirSync(golden).map((name) => [name, load(name)]));
  all.set("custom.hea", text("custom 0 360 100\n"));
  all.set("fields.hea", text("fields 0 360 100\n"));
  all.set("hand.hea", text("hand 0 360 100\n"));

  it.each(records)("%s: a recording or a sentence, never anything else", async (name) => {
    const random = createRandom(`fuzz ${name}`);
    const own = [...all.keys()].filter((file) => file.startsWith(name) && /\.(hea|dat|atr)$/.test(file));
    for (let round = 0; round < 150; round++) {
      const files = new Map(all);
      for (let hits = 1 + random.integer(2); hits > 0; hits--) {
        const file = own[random.integer(own.length)]!;
        files.set(file, damage(files.get(file)!, random));
      }
      try {
        const recording = await readWfdb(memoryFolder("memory", files), name, { digital: random.uniform() < 0.5 });
        for (const lead of recording.leads) {
          const ratio = lead.sampleRate / recording.sampleRate;
          expect(lead.samples.length).toBe(Math.round(recording.sampleCount * ratio));
        }
      } catch (error) {
        expect(error, String(error)).toBeInstanceOf(FormatError);
        expect((error as Error).message).toMatch(/^Cannot \w+ .*expected .*, found /s);
      }
    }
  });
});

/** Cuts, flips, inserts, removes, repeats, or writes numbers that hurt. */
function damage(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(bytes.length + 1);
  const length = random.integer(8);
  const hostile = ["-1", "0", "99999999999", "4294967296", "NaN", "1e308", "~", "../x", "\n", " ", "\0", "ÿ", "x9:9+9"];
  const replace = (middle: Iterable<number>, removed: number) =>
    Uint8Array.from([...bytes.subarray(0, at), ...middle, ...bytes.subarray(at + removed)]);
  switch (random.integer(6)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return bytes.map((byte, i) => (i === at ? byte ^ (1 << random.integer(8)) : byte));
    case 2:
      return replace(
        Array.from({ length }, () => random.integer(256)),
        0,
      );
    case 3:
      return replace([], length);
    case 4:
      return replace(bytes.subarray(at, at + length), 0);
    default:
      return replace(text(hostile[random.integer(hostile.length)]!), random.integer(4));
  }
}

/** A FLAC file (RFC 9639) of one frame with one channel of 8-bit samples as they are. */
function oneFlacFrame(samples: readonly number[]): Uint8Array {
  const length = samples.length;
  const header = [0xff, 0xf8, 0x69, 0x02, 0, length - 1];
  const frame = [
    ...header,
    crc(header, { bits: 8, polynomial: 0x07 }),
    0x02,
    ...samples.map((sample) => sample & 0xff),
  ];
  const sum = crc(frame, { bits: 16, polynomial: 0x8005 });
  const info = [0, length, 0, length, 0, 0, 0, 0, 0, 0, 0x0a, 0xc4, 0x40, 0x70, 0, 0, 0, length];
  return Uint8Array.from([...text("fLaC"), 0x80, 0, 0, 34, ...info, ...new Uint8Array(16), ...frame, sum >> 8, sum]);
}

function crc(bytes: readonly number[], { bits, polynomial }: { bits: number; polynomial: number }): number {
  let rest = 0;
  for (const byte of bytes) {
    rest ^= byte << (bits - 8);
    for (let i = 0; i < 8; i++) rest = (rest << 1) ^ (rest & (1 << (bits - 1)) ? polynomial | (1 << bits) : 0);
  }
  return rest;
}

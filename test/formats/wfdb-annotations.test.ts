import { describe, expect, it } from "vitest";

import { FormatError, UserError } from "../../src/core/errors.ts";
import { memoryFolder } from "../../src/core/byte-source.ts";
import {
  encodeWfdbAnnotations,
  isBeatSymbol,
  parseWfdbAnnotationFile,
  parseWfdbAnnotations,
  readWfdb,
  wfdbSymbols,
} from "../../src/formats/index.ts";

const name = "x.atr";
const rich = encodeWfdbAnnotations(
  [
    { sample: 3, symbol: "+", aux: "(AFIB" },
    { sample: 90_000, symbol: "V", subtype: -2, channel: 1, num: 7, aux: "ab" },
    { sample: 90_001, symbol: "my", channel: 1, num: 7 },
  ],
  { timeResolution: 720 },
);

describe("wfdbSymbols", () => {
  it("has each code and each symbol once, and MIT-BIH's beats", () => {
    expect(new Set(wfdbSymbols.map(({ code }) => code)).size).toBe(wfdbSymbols.length);
    expect(new Set(wfdbSymbols.map(({ symbol }) => symbol)).size).toBe(wfdbSymbols.length);
    const beats = wfdbSymbols.filter(({ isBeat }) => isBeat).map(({ symbol }) => symbol);
    expect(beats.sort().join("")).toBe("/?ABEFJLNQRSVaefjnr");
    expect(["N", "!", "+", "x", "[17]"].map(isBeatSymbol)).toEqual([true, false, false, false, false]);
  });
});

describe("parseWfdbAnnotations", () => {
  it("gives codes without a meaning a placeholder", () => {
    const bytes = Uint8Array.of(1, 15 << 2, 1, 49 << 2, 0, 0);
    expect(parseWfdbAnnotations(bytes, { name })).toEqual([
      { sample: 1, symbol: "[15]" },
      { sample: 2, symbol: "[49]" },
    ]);
  });

  it("strips the NUL that old files keep at the end of a text, and takes Latin-1", () => {
    const bytes = Uint8Array.of(0, 28 << 2, 3, 63 << 2, 0x28, 0x4e, 0, 0, 1, 22 << 2, 2, 63 << 2, 0xe9, 0x41, 0, 0);
    expect(parseWfdbAnnotations(bytes, { name }).map(({ aux }) => aux)).toEqual(["(N", "éA"]);
  });

  it("refuses a file cut at any byte", () => {
    expect(parseWfdbAnnotations(rich, { name })).toHaveLength(3);
    for (let length = 0; length < rich.length; length++) {
      expect(() => parseWfdbAnnotations(rich.subarray(0, length), { name }), `${length} bytes`).toThrow(FormatError);
    }
  });

  it.each([
    [[], "expected an end mark (two zero bytes), found the end of the file (x.atr, byte 0)"],
    [[1], "expected 2 bytes, found 1 (x.atr, byte 0)"],
    [[1, 4, 0, 50 << 2, 0, 0], "found 50 (x.atr, byte 2)"],
    [[1, 4, 0, 58 << 2, 0, 0], "found 58 (x.atr, byte 2)"],
    [[5, 62 << 2, 0, 0], "expected an annotation, found a field (code 62) without one (x.atr, byte 0)"],
    [[1, 4, 0, 59 << 2, 0, 0, 9, 0, 5, 62 << 2, 0, 0], "expected an annotation, found a field (code 62)"],
    [[1, 4, 0, 59 << 2, 0, 0], "expected 6 bytes, found 4 (x.atr, byte 2)"],
    [[1, 4, 200, 63 << 2, 65, 66], "expected 202 bytes, found 4 (x.atr, byte 2)"],
  ])("refuses %j", (bytes, message) => {
    const parse = () => parseWfdbAnnotations(Uint8Array.from(bytes), { name });
    expect(parse).toThrow(FormatError);
    expect(parse).toThrow(message);
  });

  it.each(["## time resolution: x", "## time resolution: 0", "## annotation type definitions"])(
    "refuses the note %s",
    (text) => {
      const note = [
        0,
        22 << 2,
        text.length,
        63 << 2,
        ...new TextEncoder().encode(text),
        ...(text.length % 2 ? [0] : []),
      ];
      expect(() => parseWfdbAnnotations(Uint8Array.from([...note, 0, 0]), { name })).toThrow(FormatError);
    },
  );

  it("keeps other notes at sample 0", () => {
    const annotations = [
      { sample: 0, symbol: '"', aux: "## something else" },
      { sample: 0, symbol: '"', aux: "a remark" },
    ];
    expect(parseWfdbAnnotations(encodeWfdbAnnotations(annotations), { name })).toEqual(annotations);
  });

  it("reports symbols, time resolution, a missing end mark and bytes after it", () => {
    expect(parseWfdbAnnotationFile(rich, { name })).toMatchObject({
      timeResolution: 720,
      customSymbols: [{ code: 42, symbol: "my", description: "my" }],
      complete: true,
      extraBytes: 0,
    });
    expect(parseWfdbAnnotationFile(rich.subarray(0, -2), { name })).toMatchObject({ complete: false });
    expect(parseWfdbAnnotationFile(Uint8Array.of(1, 4, 0, 0, 0, 7, 0, 9), { name })).toMatchObject({ extraBytes: 2 });
  });
});

describe("annotations of a record", () => {
  const header = new TextEncoder().encode("x 0 360 0\n");
  const read = (bytes: Uint8Array, more: ReadonlyMap<string, Uint8Array> = new Map(), annotators = ["atr"]) =>
    readWfdb(memoryFolder("memory", new Map([["x.hea", header], ["x.atr", bytes], ...more])), "x", { annotators });

  it("are converted from the file's time resolution to the record's", async () => {
    expect((await read(rich)).annotations.map(({ sample }) => sample)).toEqual([2, 45_000, 45_001]);
  });

  it("come with a notice where the end mark is missing or something follows it", async () => {
    expect((await read(rich.subarray(0, -2))).notices.map(({ code }) => code)).toEqual(["annotations-end"]);
    expect((await read(Uint8Array.of(0, 0, 1, 1))).notices.map(({ code }) => code)).toEqual(["annotations-end"]);
  });

  it("of several annotators are merged in order of time; of none there are none", async () => {
    const other = encodeWfdbAnnotations([{ sample: 1000, symbol: "N" }]);
    const both = await read(rich, new Map([["x.qrs", other]]), ["atr", "qrs", "absent"]);
    expect(both.annotations.map(({ sample }) => sample)).toEqual([2, 1000, 45_000, 45_001]);
    expect((await read(rich, new Map(), [])).annotations).toEqual([]);
  });

  it("that go back in time are put in order, with a notice; the parser alone leaves them as they are", async () => {
    const mixed = encodeWfdbAnnotations([50, 10, 10, 2000, 1500].map((sample) => ({ sample, symbol: "N" })));
    const recording = await read(mixed);
    expect(recording.annotations.map(({ sample }) => sample)).toEqual([10, 10, 50, 1500, 2000]);
    expect(recording.notices.map(({ message }) => message)).toEqual([
      "x.atr goes back in time before 2 of its 5 annotations; they are put in order.",
    ]);
    expect(parseWfdbAnnotations(mixed, { name }).map(({ sample }) => sample)).toEqual([50, 10, 10, 2000, 1500]);
  });
});

describe("encodeWfdbAnnotations refuses", () => {
  it.each([
    [{ sample: 1.5, symbol: "N" }, "expected a sample number"],
    [{ sample: NaN, symbol: "N" }, "expected a sample number"],
    [{ sample: 1, symbol: "N", subtype: 128 }, "expected a subtype of -128 to 127, found 128"],
    [{ sample: 1, symbol: "N", channel: -1 }, "expected a channel of 0 to 255, found -1"],
    [{ sample: 1, symbol: "N", num: 200 }, "expected a num field of -128 to 127, found 200"],
    [{ sample: 1, symbol: "N", aux: "ä".repeat(128) }, "expected at most 255 bytes, found 256"],
    [{ sample: 1, symbol: "N", aux: "a\0" }, "does not end in NUL"],
    [{ sample: 0, symbol: '"', aux: "## time resolution: 5" }, "the format reserves it"],
    [{ sample: 1, symbol: "" }, "Cannot write the annotation symbol"],
    [{ sample: 1, symbol: "a b" }, "Cannot write the annotation symbol"],
  ])("%j", (annotation, message) => {
    expect(() => encodeWfdbAnnotations([annotation])).toThrow(UserError);
    expect(() => encodeWfdbAnnotations([annotation])).toThrow(message);
  });

  it("more symbols of one's own than codes, bad definitions, a bad time resolution", () => {
    const nine = Array.from({ length: 9 }, (_, i) => ({ sample: i, symbol: `own${i}` }));
    expect(() => encodeWfdbAnnotations(nine)).toThrow("at most 8 others");
    expect(encodeWfdbAnnotations(nine.slice(1)).length).toBeGreaterThan(0);
    for (const code of [0, 50, 1.5]) {
      const customSymbols = [{ code, symbol: "x", description: "" }];
      expect(() => encodeWfdbAnnotations([], { customSymbols })).toThrow(UserError);
    }
    expect(() => encodeWfdbAnnotations([], { timeResolution: 0 })).toThrow(UserError);
  });
});

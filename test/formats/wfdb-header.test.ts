import { describe, expect, it } from "vitest";

import { FormatError } from "../../src/core/errors.ts";
import { frameRateOf, parseWfdbHeader, signalValues, startOf } from "../../src/formats/index.ts";

describe("parseWfdbHeader", () => {
  it("takes every optional field", () => {
    const header = parseWfdbHeader(
      [
        "# before",
        "rec_1 2 360.5/100.25(-7) 650000 12:34:56.5 29/02/2004",
        "a.dat 16x2:3+24 1e3(-5)/uV 11 1024 995 -22131 512 a lead, with words",
        "\tb.dat\t212",
        "#  after ",
        "",
      ].join("\r\n"),
    );
    expect(header).toEqual({
      name: "rec_1",
      signalCount: 2,
      frameRate: 360.5,
      counterRate: 100.25,
      counterBase: -7,
      frameCount: 650000,
      baseTime: "12:34:56.5",
      baseDate: "29/02/2004",
      signals: [
        {
          fileName: "a.dat",
          format: 16,
          samplesPerFrame: 2,
          skew: 3,
          byteOffset: 24,
          gain: 1000,
          baseline: -5,
          unit: "uV",
          bits: 11,
          zero: 1024,
          initialValue: 995,
          checksum: -22131,
          blockSize: 512,
          description: "a lead, with words",
          line: 3,
        },
        { fileName: "b.dat", format: 212, line: 4 },
      ],
      segments: [],
      comments: ["before", "after"],
    });
    expect(startOf(header)).toBe("2004-02-29T12:34:56.500");
    expect(startOf(header, 721)).toBe("2004-02-29T12:34:58.500");
  });

  it("leaves what is absent absent, and derives the specified defaults beside it", () => {
    const header = parseWfdbHeader("r 2\na.dat 16\nb.dat 16 100 0 -3");
    expect(header.frameRate).toBeUndefined();
    expect(header.frameCount).toBeUndefined();
    expect(header.signals[0]).toEqual({ fileName: "a.dat", format: 16, line: 2 });
    expect(frameRateOf(header)).toBe(250);
    expect(signalValues(header.signals[0]!, 0)).toEqual({
      name: "signal 0",
      unit: "mV",
      samplesPerFrame: 1,
      skew: 0,
      byteOffset: 0,
      gain: 200,
      uncalibrated: true,
      baseline: 0,
      bits: 12,
      zero: 0,
      initialValue: 0,
    });
    expect(signalValues(header.signals[1]!, 1)).toMatchObject({ gain: 100, baseline: -3, initialValue: -3, bits: 12 });
  });

  it("takes multi-segment headers", () => {
    const header = parseWfdbHeader("r/3 2 250 100\nlayout 0\n~ 40\nr_1 60\n");
    expect(header.segmentCount).toBe(3);
    expect(header.signals).toEqual([]);
    expect(header.segments).toEqual([
      { name: "layout", frameCount: 0, line: 2 },
      { name: "~", frameCount: 40, line: 3 },
      { name: "r_1", frameCount: 60, line: 4 },
    ]);
  });

  it.each([
    ["05:05:15 1/05/2000", "2000-05-01T05:05:15"],
    ["23:59:59.999", "23:59:59.999"],
    ["45:00", "00:45:00"],
    ["25:00:00", "01:00:00"],
    ["23:00:00 31/02/2000", undefined],
    ["23:00:00 01/13/2000", undefined],
    ["999999999:00:00 01/01/9999", undefined],
    ["05-Feb-2020 11:39:16", undefined],
  ])("start %s", (text, start) => {
    expect(startOf(parseWfdbHeader(`r 0 250 0 ${text}`))).toBe(start);
  });

  it("counts a start on over midnight", () => {
    expect(startOf(parseWfdbHeader("r 0 250 0 23:59:59 31/12/1999"), 500)).toBe("2000-01-01T00:00:01");
  });

  it.each([
    ["", "expected a record line, found none (x.hea)"],
    ["# only\n#comments", "expected a record line, found none (x.hea)"],
    ["r", "expected a number of signals, found the end of the line (x.hea, line 1)"],
    ["r x", 'found "x" (x.hea, line 1)'],
    ["r -1", 'found "-1" (x.hea, line 1)'],
    ["r 1.5", 'found "1.5" (x.hea, line 1)'],
    ["r 99999999999999999999", "(x.hea, line 1)"],
    ["r 1000000000", "expected 1000000000 signal lines, found 0"],
    ["r 0\na.dat 16", "expected 0 signal lines, found 1 lines after the record line (x.hea, line 2)"],
    ["r/0 1", 'found "0"'],
    ["r/x 1", 'found "r/x"'],
    ["r/2 1\na 5", "expected 2 segment lines, found 1"],
    ["r 1 0\na.dat 16", 'expected a sampling frequency above 0, found "0"'],
    ["r 1 -250\na.dat 16", 'expected a sampling frequency above 0, found "-250"'],
    ["r 1 NaN\na.dat 16", 'found "NaN"'],
    ["r 1 1e999\na.dat 16", "a finite number"],
    ["r 1 250 -5\na.dat 16", 'found "-5"'],
    ["r 1 250 1e5\na.dat 16", 'found "1e5"'],
    ["r 1\na.dat", "expected a signal format"],
    ["r 1\na.dat x16", 'found "x16" (x.hea, line 2)'],
    ["r 1\na.dat 16x0", "a number of samples per frame (a whole number of at least 1)"],
    ["r 1\na.dat 16:-1", 'found "16:-1"'],
    ["r 1\na.dat 16 NaN", 'found "NaN"'],
    ["r 1\na.dat 16 1e999", 'a finite number), found "1e999"'],
    ["r 1\na.dat 16 200(x)", 'found "200(x)"'],
    ["r 1\na.dat 16 200 twelve", 'a resolution in bits (a whole number of at least 0), found "twelve"'],
    ["r 1\na.dat 16 200 12 0 0 0x10", 'a checksum (a whole number), found "0x10"'],
    ["r/1 1\na", "expected a number of samples"],
    ["r/1 1\na -4", 'found "-4"'],
    ["r/1 1\n../a 4", 'found "../a"'],
    ["r/1 1\na 4 5", 'expected the end of the segment line, found "5"'],
    [`r ${"9".repeat(5000)}`, "expected lines of at most 4096 characters"],
  ])("refuses %j", (text, message) => {
    const parse = () => parseWfdbHeader(text, { name: "x.hea" });
    expect(parse).toThrow(FormatError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(/^Cannot read the WFDB header: expected /);
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { labelSegments, mitdbRhythmClasses, rhythmIntervals } from "../../src/beats/index.ts";
import { parseWfdbAnnotations } from "../../src/formats/index.ts";

const data = process.env["EINTHOVEN_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const mitdb = join(data, "mitdb");
const golden = JSON.parse(
  readFileSync(new URL("../golden/beats/rhythm-mitdb.json", import.meta.url), "utf8"),
) as Readonly<Record<"samples" | "segments", Readonly<Record<string, Readonly<Record<string, number>>>>>>;
const sampleCount = 650_000;

const rhythmsOf = (record: string) => {
  const bytes = readFileSync(join(mitdb, `${record}.atr`));
  return rhythmIntervals({ annotations: parseWfdbAnnotations(bytes, { name: record }), sampleCount });
};

describe.skipIf(!existsSync(join(mitdb, "100.atr")))("MIT-BIH's rhythms (skipped where the data is absent)", () => {
  it("last as long as a count of samples by wfdb-python finds", () => {
    for (const [record, expected] of Object.entries(golden.samples)) {
      const found: Record<string, number> = {};
      for (const { from, to, rhythm } of rhythmsOf(record)) found[rhythm] = (found[rhythm] ?? 0) + to - from;
      const { none: _, ...rhythms } = expected;
      expect(found, record).toEqual(rhythms);
    }
  });

  it.each(Object.entries(golden.segments))("gives as many segments of %s s", (seconds, { change, ...expected }) => {
    const rhythms = [...new Set(Object.values(golden.samples).flatMap(Object.keys))].filter((name) => name !== "none");
    const found: Record<string, number> = {};
    let dropped = 0;
    for (const record of Object.keys(golden.samples)) {
      const segments = labelSegments(rhythmsOf(record), {
        classes: rhythms.map((name) => [name]),
        sampleCount,
        length: 360 * Number(seconds),
        stride: 360 * Number(seconds),
        share: 1,
        countFrom: "recording",
      });
      dropped += segments.dropped.change + segments.dropped.unlabelled;
      expect(segments.dropped.boundary).toBe(1);
      for (const label of segments.labels) found[rhythms[label]!] = (found[rhythms[label]!] ?? 0) + 1;
    }
    expect(found).toEqual(expected);
    expect(dropped).toBe(change);
  });
});

it("the classes for MIT-BIH are the rhythms with at least 60 segments of 2 s", () => {
  const { change: _, ...counts } = golden.segments["2"]!;
  const enough = Object.keys(counts).filter((rhythm) => counts[rhythm]! >= 60);
  expect(Object.keys(mitdbRhythmClasses).sort()).toEqual(enough.map((rhythm) => rhythm.slice(1)).sort());
});

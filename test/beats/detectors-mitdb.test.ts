import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { compareAnnotations } from "../../src/beats/compare-annotations.ts";
import { detectors } from "../../src/beats/detectors/index.ts";
import { diskFolder } from "../../src/core/file-source.node.ts";
import type { Annotation, Recording } from "../../src/core/index.ts";
import { isBeatSymbol, readWfdb } from "../../src/formats/index.ts";

const data = process.env.EINTHOVEN_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const directory = join(data, "mitdb");
const records = (
  "100 101 102 103 104 105 106 107 108 109 111 112 113 114 115 116 117 118 119 121 122 123 124 " +
  "200 201 202 203 205 207 208 209 210 212 213 214 215 217 219 220 221 222 223 228 230 231 232 233 234"
).split(" ");

/** Ventricular flutter, where there are no beats to find: from `[` to `]`. */
function outsideFlutter({ annotations }: Recording): (event: { sample: number }) => boolean {
  const starts = annotations.filter(({ symbol }) => symbol === "[");
  const ends = annotations.filter(({ symbol }) => symbol === "]");
  const stretches = starts.map((start, i) => [start.sample, ends[i]?.sample ?? Infinity] as const);
  return ({ sample }) => stretches.every(([from, to]) => sample < from || sample > to);
}

describe.skipIf(!existsSync(join(directory, "234.atr")))("detectors on the MIT-BIH Arrhythmia Database", () => {
  it.each(detectors)(
    "$name finds 99.8 % of the beats on the first lead of all 48 records, and 99.8 % of what it finds are beats",
    async ({ detect }) => {
      const total = { matched: 0, missed: 0, extra: 0 };
      const offsets: number[] = [];
      for (const record of records) {
        const recording = await readWfdb(diskFolder(directory), record);
        const { sampleRate } = recording;
        const found = detect(recording.leads[0]!.samples, { sampleRate });
        const counts = outsideFlutter(recording);
        const reference = recording.annotations.filter((each: Annotation) => isBeatSymbol(each.symbol) && counts(each));
        const test = Array.from(found, (sample) => ({ sample })).filter(counts);
        const comparison = compareAnnotations(reference, test, { sampleRate });
        for (const kind of ["matched", "missed", "extra"] as const) total[kind] += comparison[kind].length;
        for (const pair of comparison.matched) offsets.push(Math.abs(pair.test.sample - pair.reference.sample));
      }
      const { matched, missed, extra } = total;
      expect(matched + missed).toBe(109_494);
      expect(matched / (matched + missed)).toBeGreaterThan(0.998);
      expect(matched / (matched + extra)).toBeGreaterThan(0.998);
      // Of the beats found, nine in ten lie within two samples (6 ms) of the annotation.
      offsets.sort((a, b) => a - b);
      expect(offsets[Math.floor(0.9 * offsets.length)]).toBeLessThanOrEqual(2);
    },
  );
});

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { diskFolder } from "../../src/core/file-source.node.ts";
import { readWfdb, recordingInfo } from "../../src/formats/index.ts";

const data = process.env["EINTHOVEN_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const mitdb = join(data, "mitdb");

const records = `100 101 102 103 104 105 106 107 108 109 111 112 113 114 115 116 117 118 119 121 122 123 124 200 201 202
  203 205 207 208 209 210 212 213 214 215 217 219 220 221 222 223 228 230 231 232 233 234`.split(/\s+/);

describe("MIT-BIH Arrhythmia Database (skipped where the data is absent)", () => {
  it.skipIf(!existsSync(join(mitdb, "100.hea")))(
    "reads all 48 records with equal checksums and the published counts",
    async () => {
      let total = 0;
      let beats = 0;
      for (const record of records) {
        const recording = await readWfdb(diskFolder(mitdb), record);
        expect(recording.notices, record).toEqual([]);
        const info = recordingInfo(recording);
        expect(info.sampleCount).toBe(650_000);
        for (const { checksum, gainPerMillivolt } of info.leads) {
          expect(gainPerMillivolt).toBe(200);
          expect(checksum!.found).toBe(checksum!.expected);
        }
        total += info.annotations.total;
        beats += info.annotations.beats;
      }
      expect(records).toHaveLength(48);
      expect({ total, beats }).toEqual({ total: 112_647, beats: 109_494 });
    },
  );
});

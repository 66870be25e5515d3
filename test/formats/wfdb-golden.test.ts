import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { diskFolder } from "../../src/core/file-source.node.ts";
import { parseWfdbAnnotationFile, readWfdb } from "../../src/formats/index.ts";

const directory = fileURLToPath(new URL("../golden/wfdb", import.meta.url));
const folder = diskFolder(directory);
const expected = JSON.parse(readFileSync(`${directory}/expected.json`, "utf8")) as Expected;

interface Expected {
  readonly records: readonly {
    readonly name: string;
    readonly sampleRate: number;
    readonly sampleCount: number;
    readonly comments: readonly string[];
    readonly leads: readonly {
      readonly name: string | null;
      readonly unit: string;
      readonly gain: number;
      readonly baseline: number;
      readonly samplesPerFrame: number;
      readonly digital: readonly number[];
      readonly physical: readonly (number | null)[];
    }[];
  }[];
  readonly joined: readonly {
    readonly name: string;
    readonly sampleRate: number;
    readonly sampleCount: number;
    readonly leads: readonly {
      readonly name: string;
      readonly unit: string;
      readonly physical: readonly (number | null)[];
    }[];
  }[];
  readonly ranges: readonly {
    readonly name: string;
    readonly from: number;
    readonly to: number;
    readonly physical: readonly (readonly (number | null)[])[];
  }[];
  readonly annotations: readonly {
    readonly record: string;
    readonly extension: string;
    readonly annotations: readonly Record<string, number | string>[];
    readonly customSymbols: readonly object[];
  }[];
}

const float32 = (values: readonly (number | null)[]) => Float32Array.from(values, (value) => value ?? NaN);

describe("against wfdb-python 4.3.1 (tools/golden/wfdb_files.py)", () => {
  it.each(expected.records)("$name: digital and physical samples are the same", async (golden) => {
    const recording = await readWfdb(folder, golden.name, { digital: true });
    expect(recording.sampleRate).toBe(golden.sampleRate);
    expect(recording.sampleCount).toBe(golden.sampleCount);
    expect(recording.comments).toEqual(golden.comments);
    expect(recording.leads).toHaveLength(golden.leads.length);
    for (const [i, lead] of recording.leads.entries()) {
      const wanted = golden.leads[i]!;
      expect(lead.name).toBe(wanted.name ?? `signal ${i}`);
      expect(lead.unit).toBe(wanted.unit);
      expect(lead.sampleRate).toBe(golden.sampleRate * wanted.samplesPerFrame);
      expect(lead.encoding!.gain).toBe(wanted.gain);
      expect(lead.encoding!.baseline).toBe(wanted.baseline);
      expect(lead.samples).toEqual(float32(wanted.physical));
      expect(Array.from(lead.encoding!.digital!)).toEqual(wanted.digital);
      if (lead.encoding!.checksum !== undefined) {
        expect(lead.encoding!.checksum.found).toBe(lead.encoding!.checksum.expected);
      }
    }
    expect(recording.notices.filter(({ code }) => code !== "uncalibrated")).toEqual([]);
  });

  it.each(expected.joined)("$name: segments are joined into the same samples", async (golden) => {
    const recording = await readWfdb(folder, golden.name);
    expect(recording.sampleRate).toBe(golden.sampleRate);
    expect(recording.sampleCount).toBe(golden.sampleCount);
    expect(recording.leads.map(({ name, unit, samples }) => ({ name, unit, samples }))).toEqual(
      golden.leads.map(({ name, unit, physical }) => ({ name, unit, samples: float32(physical) })),
    );
  });

  it.each(expected.ranges)("$name: frames $from to $to are the same", async ({ name, from, to, physical }) => {
    const recording = await readWfdb(folder, name, { from, to });
    expect(recording.sampleCount).toBe(to - from);
    expect(recording.leads.map(({ samples }) => samples)).toEqual(physical.map(float32));
    expect(recording.leads.every(({ encoding }) => encoding?.checksum === undefined)).toBe(true);
  });

  it.each(expected.annotations)("$record.$extension: annotations are the same", (golden) => {
    const name = `${golden.record}.${golden.extension}`;
    const read = parseWfdbAnnotationFile(readFileSync(`${directory}/${name}`), { name });
    expect(read.complete).toBe(true);
    expect(read.customSymbols).toEqual(golden.customSymbols);
    const filled = read.annotations.map((annotation) => ({ subtype: 0, channel: 0, num: 0, aux: "", ...annotation }));
    expect(filled).toEqual(golden.annotations);
  });

  it("reads a range of format 8 from the record's beginning, unlike wfdb-python", async () => {
    const whole = await readWfdb(folder, "format8");
    const part = await readWfdb(folder, "format8", { from: 7, to: 29 });
    expect(part.leads.map(({ samples }) => samples)).toEqual(whole.leads.map(({ samples }) => samples.slice(7, 29)));
  });
});

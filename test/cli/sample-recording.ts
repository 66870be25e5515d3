import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Lead, Recording } from "../../src/core/index.ts";
import { encodeWfdb } from "../../src/formats/index.ts";

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "einthoven-cli-"));
}

/** Ten seconds of two leads at 100 Hz with four annotations. */
export function sampleRecording(): Recording {
  const digital = Int32Array.from({ length: 1000 }, (_, i) => Math.round(200 * Math.sin(i / 10)) + 1024);
  const lead = (name: string): Lead => ({
    name,
    unit: "mV",
    sampleRate: 100,
    samples: Float32Array.from(digital, (value) => (value - 1024) / 200),
    encoding: { gain: 200, baseline: 1024, bits: 12, zero: 1024, format: 212, digital },
  });
  return {
    id: "sample",
    sampleRate: 100,
    sampleCount: 1000,
    leads: [lead("MLII"), lead("V5")],
    annotations: [
      { sample: 5, symbol: "+", aux: "(N" },
      { sample: 100, symbol: "N" },
      { sample: 300, symbol: "V" },
      { sample: 700, symbol: "N" },
    ],
    comments: ["69 M"],
    notices: [],
  };
}

/** Writes the sample as `NAME.hea`, `.dat`, `.atr`. */
export async function writeSample(folder: string, name = "sample"): Promise<void> {
  for (const [file, bytes] of encodeWfdb(sampleRecording(), { name })) await writeFile(join(folder, file), bytes);
}

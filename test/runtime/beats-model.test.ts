import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { classMaps } from "../../src/beats/index.ts";
import { diskFolder } from "../../src/core/file-source.node.ts";
import type { Recording } from "../../src/core/recording.ts";
import { readWfdb } from "../../src/formats/index.ts";
import { type Predictor, openModelFile } from "../../src/runtime/index.node.ts";

const dataDirectory = process.env.EINTHOVEN_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const folder = join(dataDirectory, "mitdb");

// Needs MIT-BIH's record 100 in EINTHOVEN_DATA or ../shared/data.
describe.skipIf(!existsSync(join(folder, "100.dat")))("the shipped model for beats, on record 100", () => {
  let predictor: Predictor;
  let recording: Recording;
  let positions: readonly number[];
  beforeAll(async () => {
    predictor = await openModelFile("models/beats.onnx");
    recording = await readWfdb(diskFolder(folder), "100");
    positions = recording.annotations
      .filter(({ symbol }) => classMaps.literature.has(symbol))
      .map(({ sample }) => sample);
  });
  afterAll(() => predictor.close());

  it("invents no beats where there is no signal", async () => {
    const [from, to] = [10 * 60 * 360, 20 * 60 * 360];
    const leads = recording.leads.map((lead) => ({ ...lead, samples: lead.samples.slice().fill(NaN, from, to) }));
    const whole = await predictor.predictBeats(recording, positions);
    const { beats, dropped } = await predictor.predictBeats({ ...recording, leads }, positions);
    expect(dropped).toEqual({ boundary: 0, gap: 755 });
    const labelOf = new Map(whole.beats.map(({ sample, label }) => [sample, label]));
    expect(beats.filter(({ sample, label }) => labelOf.get(sample) !== label)).toEqual([]);
    expect(beats.filter(({ sample }) => sample >= from && sample < to)).toEqual([]);
  });

  it("reads a recording that was cut as if nothing had been annotated after its end", async () => {
    const leads = recording.leads.map((lead) => ({ ...lead, samples: lead.samples.slice(0, 32_500) }));
    const cut = { ...recording, leads, sampleCount: 32_500 };
    const { beats, dropped } = await predictor.predictBeats(cut, positions);
    expect(dropped).toEqual({ boundary: 2162, gap: 0 });
    const inside = positions.filter((position) => position < 32_500);
    expect(beats).toEqual((await predictor.predictBeats(cut, inside)).beats);
  });

  it("leaves out a beat before the start, and refuses a flat recording", async () => {
    const { beats, dropped } = await predictor.predictBeats(recording, [-5, 1000]);
    expect([beats.map(({ sample }) => sample), dropped]).toEqual([[1000], { boundary: 1, gap: 0 }]);
    const leads = recording.leads.map((lead) => ({ ...lead, samples: lead.samples.slice().fill(0.1) }));
    await expect(predictor.predictBeats({ ...recording, leads }, positions)).rejects.toThrow(
      "expected an ECG lead in V, mV or uV that is not flat, found MLII (mV, flat), V5 (mV, flat).",
    );
  });

  it("says of the whole recording what it said when it was made", async () => {
    const { beats } = await predictor.predictBeats(recording, positions);
    const count = (wanted: string) => beats.filter(({ label }) => label === wanted).length;
    expect(["N", "S", "V", "F"].map(count)).toEqual([2239, 33, 1, 0]);
    const said = [
      { beat: 0, probabilities: [0.8611276, 0.1378846, 0.000807, 0.0001808] },
      { beat: 7, probabilities: [0.0512338, 0.9466535, 0.0021048, 0.000008] },
      { beat: 1906, probabilities: [0.0000278, 0.0000076, 0.9989032, 0.0010616] },
      { beat: 2272, probabilities: [0.994033, 0.0016489, 0.0002072, 0.0041107] },
    ];
    for (const { beat, probabilities } of said) {
      probabilities.forEach((value, i) => expect(beats[beat]!.probabilities[i], `${beat}`).toBeCloseTo(value, 6));
    }
  });
});

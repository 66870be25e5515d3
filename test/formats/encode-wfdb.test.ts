import { describe, expect, it } from "vitest";

import { memoryFolder } from "../../src/core/byte-source.ts";
import { createRandom } from "../../src/core/random.ts";
import {
  encodeWfdb,
  encodeWfdbAnnotations,
  parseWfdbAnnotations,
  readWfdb,
  wfdbSymbols,
} from "../../src/formats/index.ts";
import { sampleFormats } from "../../src/formats/wfdb/sample-formats.ts";
import type { Annotation, Lead, Recording } from "../../src/core/recording.ts";
import type { Random } from "../../src/core/random.ts";
import type { WritableFormat } from "../../src/formats/index.ts";

/** Leads of random digital values over a format's whole range, some invalid. */
function randomRecording(random: Random, code: WritableFormat): Recording {
  const format = sampleFormats.get(code)!;
  const sampleCount = random.integer(200);
  const leads = Array.from({ length: 1 + random.integer(4) }, (_, index): Lead => {
    const samplesPerFrame = 1 + random.integer(3);
    const digital = new Int32Array(sampleCount * samplesPerFrame);
    const gain = [200, 1000.5, 4.88e-3, 1e6][random.integer(4)]!;
    const baseline = random.integer(2000) - 1000;
    let level = random.integer(1000);
    for (let i = 0; i < digital.length; i++) {
      if (format.differences) {
        if (i > 0) level += Math.floor(random.uniform() * 256) - 128;
        digital[i] = level;
      } else {
        const free = format.min + 1 + Math.floor(random.uniform() * (format.max - format.min));
        digital[i] = random.uniform() < 0.1 ? format.invalid! : free;
      }
    }
    const samples = Float32Array.from(digital, (value) => (value === format.invalid ? NaN : (value - baseline) / gain));
    const encoding = { gain, baseline, bits: 10 + random.integer(7), zero: random.integer(100), format: code, digital };
    return { name: `lead ${index}`, unit: "mV", sampleRate: 250 * samplesPerFrame, samples, encoding };
  });
  return {
    id: "random",
    sampleRate: 250,
    sampleCount,
    leads,
    annotations: randomAnnotations(random).sort((a, b) => a.sample - b.sample),
    comments: ["<age>: 69", "a remark, ü"],
    start: "2001-02-03T12:30:00.250",
    notices: [],
  };
}

function randomAnnotations(random: Random): Annotation[] {
  const annotations: Annotation[] = [];
  let sample = 0;
  for (let i = random.integer(60); i > 0; i--) {
    sample += [random.integer(10), random.integer(2000), random.integer(2 ** 31) * 3, -random.integer(5)][
      random.integer(4)
    ]!;
    const own = ["d", "xyz", "[17]"][random.integer(3)]!;
    const symbol = random.uniform() < 0.1 ? own : wfdbSymbols[random.integer(wfdbSymbols.length)]!.symbol;
    const signed = () => [0, -128, 127, 5][random.integer(4)]!;
    const [subtype, num, channel] = [signed(), signed(), [0, 255, 1][random.integer(3)]!];
    const aux = ["", "", "(AFIB", "(N", "é", "x".repeat(255)][random.integer(6)]!;
    annotations.push({
      sample,
      symbol,
      ...(subtype === 0 ? {} : { subtype }),
      ...(num === 0 ? {} : { num }),
      ...(channel === 0 ? {} : { channel }),
      ...(aux === "" ? {} : { aux }),
    });
  }
  return annotations;
}

describe("encodeWfdb, then readWfdb", () => {
  it.each([8, 16, 24, 32, 61, 80, 160, 212, 310, 311] as const)(
    "gives the same recording in format %i",
    async (code) => {
      const random = createRandom(`encode ${code}`);
      for (let round = 0; round < 40; round++) {
        const recording = randomRecording(random, code);
        const files = encodeWfdb(recording);
        const read = await readWfdb(memoryFolder("memory", files), "random", { digital: true });
        expect(read.notices).toEqual([]);
        const withChecksum = recording.leads.map((lead) => ({
          ...lead,
          encoding: { ...lead.encoding, checksum: expect.objectContaining({}) },
        }));
        expect(read).toEqual({ ...recording, leads: withChecksum });
        for (const { encoding } of read.leads) expect(encoding!.checksum!.found).toBe(encoding!.checksum!.expected);
      }
    },
  );
});

describe("encodeWfdbAnnotations, then parseWfdbAnnotations", () => {
  it("gives the same annotations", () => {
    const random = createRandom("annotations");
    for (let round = 0; round < 300; round++) {
      const annotations = randomAnnotations(random);
      const bytes = encodeWfdbAnnotations(annotations);
      expect(parseWfdbAnnotations(bytes, { name: "random.atr" })).toEqual(annotations);
    }
  });
});

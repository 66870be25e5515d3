import { describe, expect, it } from "vitest";

import { cutRecording } from "../../src/core/cut-recording.ts";
import type { Recording } from "../../src/core/recording.ts";

const recording: Recording = {
  id: "a",
  sampleRate: 10,
  sampleCount: 100,
  start: "2001-12-31T23:59:58",
  leads: [
    {
      name: "slow",
      unit: "mV",
      sampleRate: 10,
      samples: Float32Array.from({ length: 100 }, (_, i) => i),
      encoding: {
        gain: 1,
        baseline: 0,
        bits: 12,
        zero: 0,
        checksum: { expected: 1, found: 1 },
        digital: Int32Array.from({ length: 100 }, (_, i) => i),
      },
    },
    { name: "fast", unit: "mV", sampleRate: 40, samples: Float32Array.from({ length: 400 }, (_, i) => i) },
  ],
  annotations: [19, 20, 49, 50].map((sample) => ({ sample, symbol: "N" })),
  comments: [],
  notices: [],
};

describe("cutRecording", () => {
  it("cuts every lead at its own rate, and counts from the stretch's start", () => {
    const cut = cutRecording(recording, { fromSeconds: 2, toSeconds: 5 });
    expect(cut.sampleCount).toBe(30);
    expect(cut.start).toBe("2002-01-01T00:00:00");
    expect(cut.annotations.map(({ sample }) => sample)).toEqual([0, 29]);
    const [slow, fast] = cut.leads;
    expect([slow!.samples[0], slow!.samples.at(-1)]).toEqual([20, 49]);
    expect([slow!.encoding!.digital![0], slow!.encoding!.digital!.at(-1)]).toEqual([20, 49]);
    expect([fast!.samples[0], fast!.samples.at(-1)]).toEqual([80, 199]);
    expect(slow!.encoding!.checksum).toBeUndefined();
  });

  it("keeps a clock time a clock time, over midnight too", () => {
    const cut = cutRecording({ ...recording, start: "23:59:58.500" }, { fromSeconds: 2 });
    expect(cut.start).toBe("00:00:00.500");
  });

  it("returns the recording itself where the stretch is all of it", () => {
    expect(cutRecording(recording, {})).toBe(recording);
    expect(cutRecording(recording, { toSeconds: 1000 })).toBe(recording);
  });

  it.each([
    [{ fromSeconds: 10 }, "within its 10 s, found 10 s to 10 s"],
    [{ fromSeconds: 3, toSeconds: 3 }, "found 3 s to 3 s"],
    [{ fromSeconds: -1 }, "found -1 s to 10 s"],
    [{ fromSeconds: NaN }, "found NaN s"],
  ])("refuses %j", (options, message) => {
    expect(() => cutRecording(recording, options)).toThrow(message);
  });
});

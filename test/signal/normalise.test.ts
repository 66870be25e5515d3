import { describe, expect, it } from "vitest";

import {
  compilePipeline,
  minMax,
  parsePipeline,
  waveletShrink,
  type WaveletShrinkOptions,
  zScore,
} from "../../src/signal/index.ts";
import { expectClose, goldenCases, singlePrecision } from "./golden.ts";

describe("zScore and minMax", () => {
  it.each(goldenCases<{ samples: number[]; zScore: number[]; minMax: number[] }>("normalise"))(
    "equals NumPy's for $samples.length samples",
    (golden) => {
      expectClose(zScore(golden.samples), golden.zScore, { tolerance: singlePrecision });
      expectClose(minMax(golden.samples), golden.minMax, { tolerance: singlePrecision });
    },
  );

  it("gives zeros for a constant signal", () => {
    for (const value of [0, 0.1, -1234.567, 1e30]) {
      const constant = Float32Array.from({ length: 251 }, () => value);
      expect(zScore(constant)).toEqual(new Float32Array(251));
      expect(minMax(constant)).toEqual(new Float32Array(251));
    }
  });

  it("gives zeros for what filters leave of a constant signal", () => {
    const constant = new Float32Array(3600).fill(1.3);
    for (const step of [
      { step: "bandpass", lowHz: 0.5, highHz: 40 },
      { step: "waveletDenoise", wavelet: "db6", levels: 9, dropApproximation: true },
    ]) {
      for (const last of ["zscore", "minmax"]) {
        const pipeline = compilePipeline(parsePipeline([step, { step: last }]), { sampleRate: 360 });
        expect(pipeline.run(constant)).toEqual(new Float32Array(3600));
      }
    }
  });

  it("keeps a small variation on a large offset", () => {
    const small = Float64Array.from({ length: 100 }, (_, i) => 1000 + (i % 2) * 1e-6);
    expect(Math.abs(zScore(small)[0]!)).toBeCloseTo(1, 3);
  });

  it("maps to any range", () => {
    expect([...minMax([3, 5, 4], { low: -1 })]).toEqual([-1, 1, 0]);
    expect([...minMax([3, 5, 4], { low: 2, high: 0 })]).toEqual([2, 0, 1]);
  });

  it("refuses what it cannot use", () => {
    expect(() => zScore([])).toThrow("Cannot normalise a signal: expected at least 1 sample, found none.");
    expect(() => zScore([1, NaN])).toThrow(/found NaN at sample 1/);
    expect(() => minMax([1, -Infinity])).toThrow(/found -Infinity at sample 1/);
  });
});

describe("waveletShrink", () => {
  interface Case {
    options: WaveletShrinkOptions;
    samples: number[];
    output: number[];
  }
  it.each(goldenCases<Case>("wavelet-shrink"))("equals PyWavelets' with $options", ({ options, samples, output }) => {
    expectClose(waveletShrink(samples, options), output, { tolerance: singlePrecision });
  });

  it("leaves a signal without levels as it is", () => {
    expect([...waveletShrink([1, 2, 4], { wavelet: "db2", levels: 0 })]).toEqual([1, 2, 4]);
  });
});

import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/index.ts";
import {
  dwt,
  type ExtensionMode,
  extensionModes,
  idwt,
  maxLevel,
  wavedec,
  wavelet,
  waveletDenoise,
  type WaveletDenoiseOptions,
  waveletNames,
  waverec,
} from "../../src/signal/index.ts";
import { doublePrecision, expectClose, goldenCases, greatestDifference, singlePrecision } from "./golden.ts";

function noise(length: number, seed: number | string): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.normal());
}

describe("wavelet filters", () => {
  const golden = goldenCases<{ name: string; decompositionLow: number[]; decompositionHigh: number[] }>(
    "wavelet-filters",
  );

  it("has the families that the documentation names", () => {
    expect(waveletNames).toEqual(golden.map(({ name }) => name));
  });

  it.each(golden)("$name equals PyWavelets'", ({ name, decompositionLow, decompositionHigh }) => {
    // PyWavelets' own tables have 11 to 16 good digits; ours are computed with 60.
    const found = wavelet(name);
    expectClose(found.decompositionLow, decompositionLow, { tolerance: 1e-10 });
    expectClose(found.decompositionHigh, decompositionHigh, { tolerance: 1e-10 });
    expect([...found.reconstructionLow]).toEqual([...found.decompositionLow].reverse());
    expect([...found.reconstructionHigh]).toEqual([...found.decompositionHigh].reverse());
  });

  it.each(waveletNames)("%s is orthonormal to its double shifts, with a sum of √2", (name) => {
    const filter = wavelet(name).reconstructionLow;
    for (let shift = 0; shift < filter.length; shift += 2) {
      let product = 0;
      for (let i = shift; i < filter.length; i++) product += filter[i]! * filter[i - shift]!;
      expect(product).toBeCloseTo(shift === 0 ? 1 : 0, 14);
    }
    expect(filter.reduce((sum, tap) => sum + tap, 0)).toBeCloseTo(Math.SQRT2, 14);
  });

  it("says which wavelets there are", () => {
    expect(() => wavelet("db99")).toThrow(/Cannot find wavelet "db99": expected db1 … db20, sym2 … sym20/);
    expect(() => wavelet("toString")).toThrow(/Cannot find wavelet/);
  });
});

describe("one level", () => {
  interface Case {
    wavelet: string;
    mode: ExtensionMode;
    samples: number[];
    approximation: number[];
    detail: number[];
    inverse: number[];
  }
  it.each(goldenCases<Case>("dwt"))("$wavelet $mode ($samples.length samples) equals PyWavelets'", (golden) => {
    const { samples, approximation, detail, inverse, ...options } = golden;
    const found = dwt(samples, options);
    expectClose(found.approximation, approximation, { tolerance: doublePrecision });
    expectClose(found.detail, detail, { tolerance: doublePrecision });
    expectClose(idwt(found, options), inverse, { tolerance: doublePrecision });
  });

  it.each(waveletNames.flatMap((name) => extensionModes.map((mode) => ({ name, mode }))))(
    "$name $mode: the inverse gives every length back",
    ({ name, mode }) => {
      for (const length of [1, 2, 5, 16, 33, 130]) {
        const samples = noise(length, length);
        const options = { wavelet: name, mode };
        const back = idwt(dwt(samples, options), options);
        expect(back.length - length).toBe(length % 2);
        expect(greatestDifference(samples, back)).toBeLessThan(1e-12);
      }
    },
  );

  it("is linear", () => {
    const [x, y] = [noise(77, "x"), noise(77, "y")];
    for (const mode of extensionModes) {
      const options = { wavelet: "sym7", mode };
      const [ofX, ofY] = [dwt(x, options), dwt(y, options)];
      const ofSum = dwt(
        x.map((value, i) => 2 * value - 3 * y[i]!),
        options,
      );
      for (const band of ["approximation", "detail"] as const) {
        const sum = ofX[band].map((value, i) => 2 * value - 3 * ofY[band][i]!);
        expect(greatestDifference(ofSum[band], sum)).toBeLessThan(1e-12);
      }
    }
  });

  it("sees no detail in a polynomial that the wavelet's moments cancel", () => {
    const ramp = Float64Array.from({ length: 64 }, (_, i) => i * i - 3 * i);
    const { detail } = dwt(ramp, { wavelet: "db3", mode: "zero" });
    expect(greatestDifference(detail.subarray(3, -3), new Float64Array(detail.length))).toBeLessThan(1e-9);
  });

  it("refuses what it cannot use", () => {
    expect(() => dwt([], { wavelet: "db2" })).toThrow(
      "Cannot decompose a signal: expected at least 1 sample, found none.",
    );
    expect(() => dwt([1, NaN, 2], { wavelet: "db2" })).toThrow(/expected finite samples, found NaN at sample 1/);
    expect(() => idwt({}, { wavelet: "db2" })).toThrow(/at least one band/);
    expect(() => idwt({ approximation: new Float64Array(4), detail: new Float64Array(3) }, { wavelet: "db2" })).toThrow(
      /found 3 and 4/,
    );
    expect(() => idwt({ approximation: new Float64Array(3) }, { wavelet: "db6" })).toThrow(
      /at least 6 coefficients for db6, found 3/,
    );
  });
});

describe("several levels", () => {
  interface Case {
    wavelet: string;
    mode: ExtensionMode;
    levels: number;
    maxLevel: number;
    samples: number[];
    approximation: number[];
    details: number[][];
    inverse: number[];
  }
  it.each(goldenCases<Case>("wavedec"))("$wavelet $mode, $levels levels equals PyWavelets'", (golden) => {
    const { samples, approximation, details, inverse, ...options } = golden;
    expect(maxLevel(samples.length, golden.wavelet)).toBe(golden.maxLevel);
    const found = wavedec(samples, options);
    expectClose(found.approximation, approximation, { tolerance: doublePrecision });
    expect(found.details.length).toBe(details.length);
    found.details.forEach((detail, i) => expectClose(detail, details[i]!, { tolerance: doublePrecision }));
    expectClose(waverec(found, options), inverse, { tolerance: doublePrecision });
  });

  it("takes the largest useful number of levels where none is given", () => {
    expect(wavedec(noise(1000, 1), { wavelet: "db6" }).details.length).toBe(maxLevel(1000, "db6"));
    expect(maxLevel(1000, "db6")).toBe(6);
    expect(maxLevel(5, "db6")).toBe(0);
    expect(maxLevel(11 * 2 ** 7, "db6")).toBe(7);
  });

  it("refuses levels that are no whole number", () => {
    expect(() => wavedec([1, 2, 3], { wavelet: "db1", levels: 1.5 })).toThrow(/whole number of levels/);
    expect(() => wavedec([1, 2, 3], { wavelet: "db1", levels: -1 })).toThrow(/found -1/);
  });
});

describe("waveletDenoise", () => {
  interface Case {
    options: WaveletDenoiseOptions;
    samples: number[];
    output: number[];
  }
  it.each(goldenCases<Case>("wavelet-denoise"))("equals PyWavelets' with $options", ({ options, samples, output }) => {
    expectClose(waveletDenoise(samples, options), output, { tolerance: singlePrecision });
  });

  it("gives the signal back where nothing is dropped, and zeros where everything is", () => {
    const samples = Float32Array.from(noise(345, 5));
    expectClose(waveletDenoise(samples, { wavelet: "db4", levels: 4 }), samples, { tolerance: singlePrecision });
    const nothing = waveletDenoise(samples, {
      wavelet: "db4",
      levels: 2,
      dropApproximation: true,
      dropDetails: [1, 2],
    });
    expect([...nothing]).toEqual(Array.from({ length: 345 }, () => 0));
  });

  it("takes a drifting baseline out and leaves the beats", () => {
    const beat = (i: number) => Math.exp(-(((i % 300) - 150) ** 2) / 50);
    const samples = Float32Array.from({ length: 6000 }, (_, i) => beat(i) + 2 * Math.sin(i / 2000) + 5);
    const clean = waveletDenoise(samples, { wavelet: "db6", levels: 9, dropApproximation: true, dropDetails: [1, 2] });
    expect(Math.abs(clean.reduce((sum, value) => sum + value, 0) / clean.length)).toBeLessThan(0.05);
    expect(clean[3150]! - clean[3000]!).toBeCloseTo(1, 1);
  });

  it("refuses what it cannot use", () => {
    expect(() => waveletDenoise([1, 2], { wavelet: "db6", levels: 2, dropDetails: [3] })).toThrow(
      "Cannot drop the details of level 3: expected a level of 1 to 2.",
    );
    expect(() => waveletDenoise([1, NaN], { wavelet: "db6", levels: 2 })).toThrow(/found NaN at sample 1/);
    expect(() => waveletDenoise([], { wavelet: "db6", levels: 2 })).toThrow(/found none/);
  });
});

import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/index.ts";
import { createFft, createResampler, resampleFft, resamplePoly, resampleTo } from "../../src/signal/index.ts";
import { expectClose, goldenCases, greatestDifference, singlePrecision } from "./golden.ts";

describe("createFft", () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 12, 16, 31, 64, 81, 100, 251, 324])("%i values: as the sum that defines it", (size) => {
    const random = createRandom(size);
    const input = Float64Array.from({ length: 2 * size }, () => random.normal());
    const expected = new Float64Array(2 * size);
    for (let k = 0; k < size; k++) {
      for (let n = 0; n < size; n++) {
        const angle = (-2 * Math.PI * ((k * n) % size)) / size;
        const [re, im] = [input[2 * n]!, input[2 * n + 1]!];
        expected[2 * k]! += re * Math.cos(angle) - im * Math.sin(angle);
        expected[2 * k + 1]! += re * Math.sin(angle) + im * Math.cos(angle);
      }
    }
    const plan = createFft(size);
    const output = new Float64Array(2 * size);
    plan.forward(input, output);
    expectClose(output, expected, { tolerance: 1e-12 });
    const back = new Float64Array(2 * size);
    plan.inverse(output, back);
    expectClose(back, input, { tolerance: 1e-12 });
  });

  it("refuses sizes that are no whole number", () => {
    expect(() => createFft(0)).toThrow(/found 0/);
    expect(() => createFft(2.5)).toThrow(/found 2.5/);
  });
});

describe("resampleFft", () => {
  const golden = goldenCases<{ samples: number[]; length: number; output: number[] }>("resample-fft");

  it.each(golden)("$samples.length → $length samples equals SciPy's resample", ({ samples, length, output }) => {
    expectClose(resampleFft(samples, length), output, { tolerance: singlePrecision });
    const plan = createResampler(samples.length, length);
    plan(samples.toReversed()); // a plan keeps nothing of an earlier call
    expectClose(plan(samples), output, { tolerance: 1e-11 });
  });

  it("there and back on a band-limited signal", () => {
    for (const [length, other] of [
      [200, 123],
      [201, 124],
      [999, 1500],
      [1200, 700],
    ] as const) {
      const samples = Float64Array.from({ length }, (_, i) => {
        const t = (2 * Math.PI * i) / length;
        return 0.4 + Math.sin(3 * t + 1) + 0.5 * Math.cos(20 * t) - 0.2 * Math.sin(50 * t);
      });
      const back = createResampler(other, length)(createResampler(length, other)(samples));
      expect(greatestDifference(back, samples)).toBeLessThan(1e-10);
    }
  });

  it("refuses what it cannot use", () => {
    expect(() => resampleFft([1, 2], 0)).toThrow(/whole number of samples, 1 or more, found 0/);
    expect(() => resampleFft([], 3)).toThrow(/at least 1 sample/);
    expect(() => resampleFft([1, Infinity], 3)).toThrow(/found Infinity at sample 1/);
  });
});

describe("resamplePoly", () => {
  const golden = goldenCases<{ samples: number[]; up: number; down: number; output: number[] }>("resample-poly");

  it.each(golden)("$samples.length samples by $up / $down equals SciPy's", ({ samples, up, down, output }) => {
    expectClose(resamplePoly(samples, { up, down }), output, { tolerance: singlePrecision });
  });

  it("refuses what it cannot use", () => {
    expect(() => resamplePoly([1, 2], { up: 0, down: 2 })).toThrow(/whole factors, 1 or more, found 0 \/ 2/);
    expect(() => resamplePoly([], { up: 1, down: 2 })).toThrow(/at least 1 sample/);
    expect(() => resamplePoly([1, NaN], { up: 1, down: 2 })).toThrow(/found NaN at sample 1/);
  });
});

describe("resampleTo", () => {
  const tone = (rate: number, seconds: number) =>
    Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => Math.sin((2 * Math.PI * 7 * i) / rate));

  it.each([
    [360, 250],
    [250, 360],
    [128, 250],
    [500, 100],
    [257, 360],
    [360, 128.5],
    [1000, 333.25],
  ])("%d Hz → %d Hz keeps a tone of 7 Hz", (fromRate, toRate) => {
    const found = resampleTo(tone(fromRate, 4), { fromRate, toRate });
    const expected = Float32Array.from({ length: found.length }, (_, i) => Math.sin((2 * Math.PI * 7 * i) / toRate));
    expect(found.length).toBe(Math.ceil((Math.round(4 * fromRate) * toRate) / fromRate));
    const middle = Math.floor(toRate);
    expect(greatestDifference(found.subarray(middle, -middle), expected.subarray(middle, -middle))).toBeLessThan(0.01);
  });

  it("leaves a signal of the same rate as it is", () => {
    const samples = tone(360, 1);
    expect([...resampleTo(samples, { fromRate: 360, toRate: 360 })]).toEqual([...samples]);
  });

  it("refuses rates that it cannot convert", () => {
    const samples = tone(360, 1);
    expect(() => resampleTo(samples, { fromRate: 360, toRate: 0 })).toThrow(/positive rates, found 360 Hz and 0 Hz/);
    expect(() => resampleTo(samples, { fromRate: 360, toRate: NaN })).toThrow(/positive rates/);
    expect(() => resampleTo(samples, { fromRate: 360, toRate: 100 * Math.PI })).toThrow(
      /ratio of whole numbers up to 10000, found 0.87/,
    );
  });
});

import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/index.ts";
import {
  butterworth,
  type ButterworthOptions,
  medianFilter,
  notch,
  removeMedianBaseline,
  type Section,
  type Sections,
  sosfilt,
  sosfiltfilt,
  steadyState,
} from "../../src/signal/index.ts";
import { expectClose, goldenCases, singlePrecision } from "./golden.ts";

const lowpass = butterworth({ kind: "lowpass", order: 4, cutoffHz: 40, sampleRate: 360 });

/** |H| at a frequency. */
function gainAt(sections: Sections, { hz, sampleRate }: { hz: number; sampleRate: number }): number {
  const angle = (2 * Math.PI * hz) / sampleRate;
  const size = (c0: number, c1: number, c2: number) =>
    Math.hypot(c0 + c1 * Math.cos(angle) + c2 * Math.cos(2 * angle), c1 * Math.sin(angle) + c2 * Math.sin(2 * angle));
  return sections.reduce((gain, [b0, b1, b2, a0, a1, a2]) => (gain * size(b0, b1, b2)) / size(a0, a1, a2), 1);
}

describe("butterworth", () => {
  const golden = goldenCases<{ options: ButterworthOptions; sections: number[][] }>("butterworth");

  it.each(golden)("equals SciPy's sections: $options", ({ options, sections }) => {
    const found = butterworth(options);
    expect(found.length).toBe(sections.length);
    found.forEach((section, i) => expectClose(section, sections[i]!, { tolerance: 1e-10 }));
    // The gain alone is tiny beside the other coefficients.
    expect(Math.abs(found[0]![0] / sections[0]![0]! - 1)).toBeLessThan(1e-7);
  });

  it("lies 3 dB down at the cut-off", () => {
    expect(gainAt(lowpass, { hz: 40, sampleRate: 360 })).toBeCloseTo(Math.SQRT1_2, 10);
    expect(gainAt(lowpass, { hz: 0, sampleRate: 360 })).toBeCloseTo(1, 10);
    const band = butterworth({ kind: "bandpass", order: 3, lowHz: 0.5, highHz: 40, sampleRate: 360 });
    for (const hz of [0.5, 40]) expect(gainAt(band, { hz, sampleRate: 360 })).toBeCloseTo(Math.SQRT1_2, 8);
  });

  it("says which cut-offs it can use", () => {
    const base = { order: 2, sampleRate: 250 } as const;
    expect(() => butterworth({ ...base, kind: "lowpass", cutoffHz: 150 })).toThrow(
      "Cannot design a lowpass filter: expected a cut-off above 0 Hz and below 125 Hz, half the sample rate, found 150 Hz.",
    );
    expect(() => butterworth({ ...base, kind: "highpass", cutoffHz: 0 })).toThrow(/found 0 Hz/);
    expect(() => butterworth({ ...base, kind: "highpass", cutoffHz: NaN })).toThrow(/found NaN Hz/);
    expect(() => butterworth({ ...base, kind: "bandpass", lowHz: 40, highHz: 5 })).toThrow(
      /expected lowHz below highHz, found 40 Hz and 5 Hz/,
    );
    expect(() => butterworth({ ...base, order: 0, kind: "lowpass", cutoffHz: 5 })).toThrow(
      /whole order of 1 to 24, found 0/,
    );
  });
});

describe("sosfilt and sosfiltfilt", () => {
  interface Case {
    sections: Section[];
    samples: number[];
    fromRest: number[];
    steadyState: number[];
    forward: number[];
    state: number[];
    zeroPhase: number[];
  }
  it.each(goldenCases<Case>("sos-filter"))("equals SciPy's ($sections.length sections)", (golden) => {
    const { sections, samples } = golden;
    expectClose(sosfilt(samples, { sections }).output, golden.fromRest, { tolerance: singlePrecision });
    const steady = steadyState(sections);
    expectClose(steady, golden.steadyState, { tolerance: 1e-9 });
    const { output, state } = sosfilt(samples, { sections, state: steady.map((value) => value * samples[0]!) });
    expectClose(output, golden.forward, { tolerance: singlePrecision });
    expectClose(state, golden.state, { tolerance: 1e-9 });
    expectClose(sosfiltfilt(samples, { sections }), golden.zeroPhase, { tolerance: singlePrecision });
  });

  it("gives the same in blocks that hand their state on", () => {
    const random = createRandom("blocks");
    const samples = Float32Array.from({ length: 500 }, () => random.normal());
    const whole = sosfilt(samples, { sections: lowpass });
    const first = sosfilt(samples.subarray(0, 123), { sections: lowpass });
    const second = sosfilt(samples.subarray(123), { sections: lowpass, state: first.state });
    expect([...first.output, ...second.output]).toEqual([...whole.output]);
    expect([...second.state]).toEqual([...whole.state]);
  });

  it("leaves its input and state alone", () => {
    const samples = Float32Array.from({ length: 100 }, (_, i) => i % 5);
    const copy = samples.slice();
    const state = steadyState(lowpass);
    const stateCopy = state.slice();
    sosfilt(samples, { sections: lowpass, state });
    sosfiltfilt(samples, { sections: lowpass });
    expect(samples).toEqual(copy);
    expect(state).toEqual(stateCopy);
  });

  it("refuses what it cannot use", () => {
    expect(() => sosfiltfilt(new Float32Array(15), { sections: lowpass })).toThrow(
      "Cannot filter a signal forward and backward: expected more than 15 samples for this filter, found 15.",
    );
    expect(sosfiltfilt(new Float32Array(16), { sections: lowpass })).toEqual(new Float32Array(16));
    expect(() => sosfilt([1, NaN, 3], { sections: lowpass })).toThrow(/found NaN at sample 1 \(gaps are NaN/);
    expect(() => sosfiltfilt([], { sections: lowpass })).toThrow(/found none/);
    expect(() => sosfilt([1], { sections: lowpass, state: new Float64Array(3) })).toThrow(/state of 4 values/);
  });
});

describe("notch", () => {
  interface Case {
    options: { frequencyHz: number; quality: number; sampleRate: number };
    section: number[];
    samples: number[];
    zeroPhase: number[];
  }
  it.each(goldenCases<Case>("notch"))(
    "equals SciPy's iirnotch: $options",
    ({ options, section, samples, zeroPhase }) => {
      const sections = notch(options);
      expectClose(sections[0]!, section, { tolerance: 1e-12 });
      expectClose(sosfiltfilt(samples, { sections }), zeroPhase, { tolerance: singlePrecision });
      expect(gainAt(sections, { hz: options.frequencyHz, sampleRate: options.sampleRate })).toBeCloseTo(0, 10);
    },
  );

  it("refuses what it cannot use", () => {
    expect(() => notch({ frequencyHz: 60, sampleRate: 100 })).toThrow(/below 50 Hz, half the sample rate, found 60 Hz/);
    expect(() => notch({ frequencyHz: 20, sampleRate: 100, quality: 0 })).toThrow(/positive quality, found 0/);
  });
});

describe("medianFilter", () => {
  const golden = goldenCases<{ samples: number[]; width: number; output: number[] }>("median-filter");

  it.each(golden)("$samples.length samples, width $width equals SciPy's", ({ samples, width, output }) => {
    expectClose(medianFilter(samples, width), output, { tolerance: singlePrecision });
  });

  it("equals sorting each window, ties included", () => {
    const random = createRandom("median");
    for (const [length, width, distinct] of [
      [400, 9, 3],
      [1000, 31, 1000],
      [1000, 101, 10],
    ] as const) {
      const samples = Float32Array.from({ length }, () => random.integer(distinct));
      const found = medianFilter(samples, width);
      const half = (width - 1) / 2;
      for (let i = half; i < length - half; i++) {
        expect(found[i]).toBe(samples.slice(i - half, i + half + 1).sort()[half]);
      }
    }
  });

  it("refuses what it cannot use", () => {
    expect(() => medianFilter([1, 2], 2)).toThrow(
      "Cannot filter by the median: expected an odd number of samples, found 2.",
    );
    expect(() => medianFilter([1, NaN], 3)).toThrow(/found NaN at sample 1/);
    expect(() => medianFilter([], 3)).toThrow(/found none/);
  });
});

describe("removeMedianBaseline", () => {
  const golden = goldenCases<{ samples: number[]; sampleRate: number; output: number[] }>("median-baseline");

  it.each(golden)("equals two medians of SciPy's", ({ samples, sampleRate, output }) => {
    expectClose(removeMedianBaseline(new Float32Array(samples), { sampleRate }), output, {
      tolerance: singlePrecision,
    });
  });

  it("refuses widths that are not positive", () => {
    expect(() => removeMedianBaseline(new Float32Array(3), { sampleRate: 360, shortSeconds: 0 })).toThrow(
      /expected positive widths in seconds, found 0/,
    );
  });
});

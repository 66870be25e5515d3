import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { bandFeatureNames, columnScaling, waveletFeatures, waveletFeaturesOfRow } from "../../src/signal/index.ts";
import { expectClose, goldenCases } from "./golden.ts";

interface Case {
  readonly samples: readonly number[];
  readonly wavelet: string;
  readonly levels: number;
  readonly features: readonly number[];
}

const { scaling } = JSON.parse(
  readFileSync(new URL("../golden/signal/wavelet-features.json", import.meta.url), "utf8"),
) as { scaling: Readonly<Record<"values" | "rows" | "mean" | "deviation", readonly number[]>> };

describe("waveletFeatures", () => {
  it.each(goldenCases<Case>("wavelet-features"))(
    "equals PyWavelets' and NumPy's ($samples.length samples, $wavelet, $levels levels)",
    ({ samples, features, ...options }) => {
      const found = waveletFeatures(samples, options);
      expect(found.length).toBe((options.levels + 1) * bandFeatureNames.length);
      // Each feature for itself: crossings are counts, and must not hide what is small.
      bandFeatureNames.forEach((name, k) => {
        const of = (values: ArrayLike<number>) =>
          Array.from(values).filter((_, i) => i % bandFeatureNames.length === k);
        expectClose(of(found), of(features), { tolerance: 1e-6, label: name });
      });
    },
  );

  it("gives 864 values for 12 leads", () => {
    const row = Float32Array.from({ length: 12 * 1000 }, (_, i) => Math.sin(i * i));
    const features = waveletFeaturesOfRow(row, { channels: 12 });
    expect(features.length).toBe(864);
    expect(features.subarray(72, 144)).toEqual(waveletFeatures(row.subarray(1000, 2000)));
    expect(() => waveletFeaturesOfRow(row, { channels: 7 })).toThrow("expected a multiple of 7 samples, found 12000");
  });

  it("sees nothing in the details of a constant, whatever its size", () => {
    const features = waveletFeatures(new Float32Array(500).fill(0.7));
    for (const value of features.subarray(12)) expect(value).toBe(0);
    expect(features[bandFeatureNames.indexOf("mean")]).toBeCloseTo(0.7 * 2 ** 2.5, 4);
  });

  it("refuses what it cannot use", () => {
    expect(() => waveletFeatures([])).toThrow(/found none/);
    expect(() => waveletFeatures([1, NaN])).toThrow(/found NaN at sample 1/);
    expect(() => waveletFeatures([1, 2], { wavelet: "db99" })).toThrow(/Cannot find wavelet/);
  });
});

describe("columnScaling", () => {
  it("equals scikit-learn's StandardScaler, over the rows asked for", () => {
    const found = columnScaling(Float32Array.from(scaling.values), { columns: 4, rows: scaling.rows });
    expectClose(found.mean, scaling.mean, { tolerance: 1e-12 });
    expectClose(found.deviation, scaling.deviation, { tolerance: 1e-12 });
  });

  it("refuses no rows", () => {
    expect(() => columnScaling(new Float32Array(4), { columns: 4, rows: [] })).toThrow("at least 1 row, found none");
  });
});

import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/index.ts";
import {
  compileImageEncoder,
  compilePipeline,
  imageEncoders,
  type ImageEncoderSettings,
  type ImageSize,
} from "../../src/signal/index.ts";
import { expectClose, goldenCases } from "./golden.ts";

interface Case extends Omit<ImageSize, "samples"> {
  readonly settings: ImageEncoderSettings;
  readonly samples: readonly number[];
  readonly image: readonly number[];
}

/** PyWavelets looks its wavelet's integral up in a table; its error is what the tolerance of cwt allows. */
const references = {
  gasf: ["pyts", 1e-6],
  gadf: ["pyts", 1e-6],
  mtf: ["pyts", 1e-6],
  recurrence: ["pyts", 1e-6],
  stft: ["SciPy", 1e-6],
  cwt: ["PyWavelets", 2e-4],
} as const;

describe.each(Object.entries(references))("%s", (name, [reference, tolerance]) => {
  it.each(goldenCases<Case>(`image-${name}`).map((golden, index) => ({ index, golden })))(
    `equals ${reference}'s, case $index ($golden.samples.length samples, $golden.rows × $golden.columns)`,
    ({ golden: { settings, samples, image, ...size } }) => {
      const encoder = compileImageEncoder(settings, { ...size, samples: samples.length });
      expectClose(encoder.encode(Float32Array.from(samples)), image, { tolerance });
    },
  );
});

const noise = (length: number, seed: string) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
};

describe.each(imageEncoders.map(({ name }) => name))("every encoder: %s", (name) => {
  const settings = { name } as ImageEncoderSettings;
  const sizes = [
    { samples: 720, rows: 16, columns: 24 },
    { samples: 333, rows: 7, columns: 5 },
    { samples: 200, rows: 1, columns: 1 },
  ];

  it.each(sizes)("$samples samples give $rows × $columns finite values, the same ones each time", (size) => {
    const encoder = compileImageEncoder(settings, { ...size, sampleRate: 360 });
    const [first, second] = [noise(size.samples, "a"), noise(size.samples, "b")];
    const image = encoder.encode(first);
    expect(image.length).toBe(size.rows * size.columns);
    expect(image.every(Number.isFinite)).toBe(true);
    encoder.encode(second);
    const again = new Float32Array(image.length).fill(NaN);
    expect(encoder.encode(first, again)).toBe(again);
    expect([...again]).toEqual([...image]);
    expect([...compileImageEncoder(settings, { ...size, sampleRate: 360 }).encode(first)]).toEqual([...image]);
  });

  it("leaves its input as it is", () => {
    const samples = noise(300, "c");
    const before = samples.slice();
    compileImageEncoder(settings, { samples: 300, sampleRate: 360, rows: 8, columns: 8 }).encode(samples);
    expect([...samples]).toEqual([...before]);
  });

  it.each([0, 1.5, -3])("gives finite values for a constant %d", (value) => {
    const encoder = compileImageEncoder(settings, { samples: 300, sampleRate: 360, rows: 8, columns: 9 });
    expect(encoder.encode(new Float32Array(300).fill(value)).every(Number.isFinite)).toBe(true);
  });

  it("refuses sizes that don't fit, and samples that are not finite", () => {
    const size = { samples: 300, sampleRate: 360, rows: 8, columns: 8 };
    const compile = (changed: object) => compileImageEncoder(settings, { ...size, ...changed });
    expect(() => compile({ rows: 301 })).toThrow(`Cannot make images by ${name}: expected 1 to 300 rows`);
    expect(() => compile({ columns: 0 })).toThrow(/expected 1 to 300 columns.*found 0/);
    expect(() => compile({ columns: 2.5 })).toThrow(/found 2.5/);
    expect(() => compile({}).encode(new Float32Array(299))).toThrow(/expected 300 samples .* found 299/);
    expect(() => compile({}).encode(new Float32Array(300), new Float32Array(3))).toThrow(/found 300 for 3/);
    expect(() => compile({}).encode(new Float32Array(300).fill(NaN))).toThrow(/expected finite samples, found NaN/);
    expect(() => compileImageEncoder({ ...settings, colour: 1 } as never, size)).toThrow(/Cannot make images/);
  });
});

describe("encoders with settings of their own", () => {
  const size = { samples: 100, sampleRate: 100, rows: 8, columns: 8 };

  it("refuse what does not fit the signal", () => {
    expect(() => compileImageEncoder({ name: "recurrence", dimension: 3, delay: 47 }, size)).toThrow(
      "expected a signal of at least 102 samples for 8 × 8 states of 3 values, 47 apart, found 100",
    );
    expect(() => compileImageEncoder({ name: "stft", segmentSeconds: 2 }, size)).toThrow(
      "expected segments of 2 samples up to the signal's 100, found 200 (2 s)",
    );
    expect(() => compileImageEncoder({ name: "stft", highHz: 60 }, size)).toThrow(/up to 50 Hz, found 0 to 60/);
    expect(() => compileImageEncoder({ name: "cwt", lowHz: 9, highHz: 5 }, size)).toThrow(/found 9 to 5/);
    expect(() => compileImageEncoder({ name: "cwt" }, { ...size, sampleRate: NaN })).toThrow(/known sample rate/);
    expect(() => compileImageEncoder({ name: "reshape" }, { ...size, rows: 11, columns: 10 })).toThrow(
      "Cannot reshape a signal into 11 × 10: expected at least 110 samples, found 100.",
    );
    expect(() => compileImageEncoder({ name: "photo" } as never, size)).toThrow(/gasf, gadf, mtf/);
  });

  it("a sine of amplitude 1 has magnitude 1/2 at its frequency, and −6 dB", () => {
    const sine = Float32Array.from({ length: 400 }, (_, i) => Math.sin((2 * Math.PI * 20 * i) / 200));
    const at = { samples: 400, sampleRate: 200, rows: 1, columns: 5 };
    const image = compileImageEncoder({ name: "stft", lowHz: 20, highHz: 20 }, at).encode(sine);
    for (const value of image) expect(value).toBeCloseTo(0.5, 6);
    const decibels = compileImageEncoder({ name: "stft", lowHz: 20, strength: "decibels" }, at).encode(sine);
    for (const value of decibels) expect(value).toBeCloseTo(-6.0206, 3);
  });

  it("the scalogram is strongest in the row of a sine's frequency", () => {
    const sine = Float32Array.from({ length: 1000 }, (_, i) => Math.sin((2 * Math.PI * 8 * i) / 250));
    const encoder = compileImageEncoder(
      { name: "cwt", lowHz: 2, highHz: 32, strength: "power" },
      { samples: 1000, sampleRate: 250, rows: 33, columns: 1 },
    );
    const image = encoder.encode(sine);
    const strongest = image.indexOf(Math.max(...image));
    // Frequency by ratio: row 16 of 0 … 32 is 8 Hz; the scale's √s moves the top a little.
    expect(Math.abs(strongest - 16)).toBeLessThanOrEqual(1);
  });

  it("reshape keeps the samples, or means of them", () => {
    const samples = Float32Array.from({ length: 12 }, (_, i) => i);
    const encode = (rows: number, columns: number) => [
      ...compileImageEncoder({ name: "reshape" }, { samples: 12, sampleRate: 1, rows, columns }).encode(samples),
    ];
    expect(encode(3, 4)).toEqual([...samples]);
    expect(encode(2, 3)).toEqual([0.5, 2.5, 4.5, 6.5, 8.5, 10.5]);
  });
});

describe("the pipeline step image", () => {
  it("makes an image of each window, of whatever length", () => {
    const pipeline = compilePipeline([{ step: "image", encoder: { name: "cwt" }, rows: 4, columns: 6 }], {
      sampleRate: 100,
    });
    for (const length of [100, 150, 100]) expect(pipeline.run(noise(length, "d")).length).toBe(24);
  });

  it("refuses an encoder that needs the rate where it is lost, and one that is unknown", () => {
    const image = { step: "image", encoder: { name: "stft" }, rows: 4, columns: 6 } as const;
    const pipeline = compilePipeline([{ step: "resampleLength", length: 64 }, image], { sampleRate: 100 });
    expect(() => pipeline.run(noise(100, "e"))).toThrow(/known sample rate/);
    expect(() => compilePipeline([{ ...image, encoder: { name: "x" } } as never], { sampleRate: 100 })).toThrow(
      "Cannot read step 1 (image), encoder.name of a pipeline: expected an image encoder named gasf",
    );
  });
});

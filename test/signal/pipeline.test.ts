import { describe, expect, it } from "vitest";
import { z } from "zod";

import { createRandom } from "../../src/core/index.ts";
import {
  butterworth,
  compilePipeline,
  fillGaps,
  parsePipeline,
  type PipelineRecipe,
  pipelineSchema,
  type PipelineStep,
  removeMedianBaseline,
  resampleFft,
  resampleTo,
  sosfiltfilt,
  waveletDenoise,
  zScore,
} from "../../src/signal/index.ts";

const random = createRandom("pipeline");
const samples = Float32Array.from({ length: 3600 }, (_, i) => Math.sin(i / 9) + 0.1 * random.normal() + i / 2000);

/** One of each kind, in the order of the table. */
const oneOfEach: PipelineStep[] = [
  { step: "fillGaps" },
  { step: "waveletDenoise", wavelet: "db6", levels: 9, dropApproximation: true, dropDetails: [1, 2] },
  { step: "waveletShrink", wavelet: "sym8", levels: 4 },
  { step: "lowpass", cutoffHz: 40 },
  { step: "highpass", cutoffHz: 0.5, order: 2 },
  { step: "bandpass", lowHz: 0.5, highHz: 40 },
  { step: "bandstop", lowHz: 48, highHz: 52, order: 2 },
  { step: "notch", frequencyHz: 50 },
  { step: "medianBaseline" },
  { step: "resample", rate: 250 },
  { step: "resampleLength", length: 1000 },
  { step: "zscore" },
  { step: "minmax", low: -1 },
  { step: "waveletFeatures" },
  { step: "image", encoder: { name: "cwt", lowHz: 1 }, rows: 8, columns: 12 },
];

describe("the steps", () => {
  it("are all tested here", () => {
    const known = pipelineSchema.element.options.map((option) => option.shape.step.value);
    expect(oneOfEach.map(({ step }) => step)).toEqual(known);
  });

  it.each(oneOfEach)("$step: finite output, input untouched, the same from JSON and when run again", (step) => {
    const copy = samples.slice();
    const pipeline = compilePipeline([step], { sampleRate: 360 });
    const output = pipeline.run(samples);
    expect(samples).toEqual(copy);
    expect(output).toBeInstanceOf(Float32Array);
    expect(output.every(Number.isFinite)).toBe(true);
    const changed = ["resample", "resampleLength", "waveletFeatures", "image"].includes(step.step);
    if (!changed) expect(output.length).toBe(samples.length);
    pipeline.run(samples.subarray(0, 500));
    expect(pipeline.run(samples)).toEqual(output);

    const read = parsePipeline(JSON.parse(JSON.stringify([step])));
    expect(parsePipeline(JSON.parse(JSON.stringify(read)))).toEqual(read);
    expect(compilePipeline(read, { sampleRate: 360 }).run(samples)).toEqual(output);
  });

  it.each(oneOfEach.slice(1))("$step refuses gaps and empty signals, and works behind fillGaps", (step) => {
    const gappy = samples.slice();
    gappy.fill(NaN, 100, 140);
    expect(() => compilePipeline([step], { sampleRate: 360 }).run(gappy)).toThrow(
      /^Cannot .*: expected finite samples, found NaN at sample 100 \(gaps are NaN; the step fillGaps bridges them\)\.$/,
    );
    expect(() => compilePipeline([step], { sampleRate: 360 }).run(new Float32Array(0))).toThrow(
      /expected at least 1 sample, found none/,
    );
    const output = compilePipeline([{ step: "fillGaps" }, step], { sampleRate: 360 }).run(gappy);
    expect(output.every(Number.isFinite)).toBe(true);
  });
});

describe("compilePipeline", () => {
  it("runs the steps in order, each at the rate that the one before leaves", () => {
    const recipe: PipelineRecipe = [
      { step: "waveletDenoise", wavelet: "db6", levels: 5, dropApproximation: true, dropDetails: [1, 2] },
      { step: "resample", rate: 250 },
      { step: "bandpass", lowHz: 1, highHz: 30, order: 3 },
      { step: "medianBaseline" },
      { step: "zscore" },
    ];
    const pipeline = compilePipeline(recipe, { sampleRate: 360 });
    expect(pipeline.sampleRate).toBe(250);
    const denoised = waveletDenoise(samples, {
      wavelet: "db6",
      levels: 5,
      dropApproximation: true,
      dropDetails: [1, 2],
    });
    const resampled = resampleTo(denoised, { fromRate: 360, toRate: 250 });
    const sections = butterworth({ kind: "bandpass", lowHz: 1, highHz: 30, order: 3, sampleRate: 250 });
    const filtered = removeMedianBaseline(sosfiltfilt(resampled, { sections }), { sampleRate: 250 });
    expect(pipeline.run(samples)).toEqual(zScore(filtered));
  });

  it("resamples windows of changing lengths", () => {
    const pipeline = compilePipeline([{ step: "resampleLength", length: 251 }], { sampleRate: 360 });
    expect(pipeline.sampleRate).toBeNaN();
    for (const length of [324, 324, 400, 324, 1, 251]) {
      const window = samples.subarray(7, 7 + length);
      const expected = resampleFft(window, 251);
      pipeline.run(window).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
    }
  });

  it("gives a result that later runs leave alone", () => {
    const pipeline = compilePipeline([{ step: "resampleLength", length: 100 }], { sampleRate: 360 });
    const first = pipeline.run(samples.subarray(0, 150));
    const copy = first.slice();
    pipeline.run(samples.subarray(500, 650));
    expect(first).toEqual(copy);
  });

  it("resamples by Fourier transform where asked to", () => {
    const run = compilePipeline([{ step: "resample", rate: 100, method: "fft" }], { sampleRate: 360 }).run;
    expect(run(samples)).toEqual(resampleFft(samples, 1000));
  });

  it("filters forward only where asked to, without a jump at the start", () => {
    const step = { step: "lowpass", cutoffHz: 10, zeroPhase: false } as const;
    const output = compilePipeline([step], { sampleRate: 360 }).run(Float32Array.from({ length: 50 }, () => 7));
    for (const value of output) expect(value).toBeCloseTo(7, 5);
  });

  it("is the identity without steps", () => {
    expect(compilePipeline([], { sampleRate: 360 }).run(samples)).toBe(samples);
  });

  it.each([
    [
      [{ step: "bandpass", lowHz: 0.5, highHz: 200 }],
      /bandpass filter: .* below 180 Hz, half the sample rate, found 200 Hz/,
    ],
    [
      [
        { step: "resample", rate: 50 },
        { step: "lowpass", cutoffHz: 40 },
      ],
      /lowpass filter: .* below 25 Hz, half the sample rate, found 40 Hz/,
    ],
    [[{ step: "waveletDenoise", wavelet: "db6", levels: 2, dropDetails: [3] }], /details of level 3.* 1 to 2/],
    [[{ step: "resample", rate: 100 * Math.PI }], /ratio of whole numbers/],
    [
      [
        { step: "resampleLength", length: 9 },
        { step: "notch", frequencyHz: 50 },
      ],
      /step notch: expected a known sample rate, found none after resampleLength/,
    ],
  ] as [PipelineRecipe, RegExp][])("refuses %j before it runs", (recipe, message) => {
    expect(() => compilePipeline(recipe, { sampleRate: 360 })).toThrow(message);
  });

  it("refuses a rate that is none", () => {
    expect(() => compilePipeline([], { sampleRate: 0 })).toThrow(/positive sample rate in Hz, found 0/);
  });
});

describe("parsePipeline", () => {
  const names = oneOfEach.map(({ step }) => step).join(", ");

  it.each([
    [[{ step: "zscroe" }], `Cannot read step 1 of a pipeline: expected a step named ${names}, found "zscroe".`],
    [[{ step: "zscore" }, {}], `Cannot read step 2 of a pipeline: expected a step named ${names}, found no name.`],
    [{ step: "zscore" }, "Cannot read a pipeline: expected a list of steps, found an object."],
    [null, "Cannot read a pipeline: expected a list of steps, found null."],
    [[{ step: "zscore", extra: 1 }], /^Cannot read step 1 \(zscore\) of a pipeline: .*extra/],
    [
      [{ step: "resample", rate: "250" }],
      "Cannot read step 1 (resample), rate of a pipeline: expected number, found string.",
    ],
    [[{ step: "waveletDenoise", wavelet: "db66", levels: 9 }], /wavelet of a pipeline: expected .* found "db66"\.$/],
    [[{ step: "waveletDenoise", wavelet: "db6", levels: 2.5 }], /levels of a pipeline/],
    [["zscore"], /^Cannot read step 1 of a pipeline: /],
  ] as [unknown, string | RegExp][])("says what is wrong with %j", (value, message) => {
    expect(() => parsePipeline(value)).toThrow(message);
  });

  it("writes defaults out", () => {
    expect(parsePipeline([{ step: "lowpass", cutoffHz: 40 }])).toEqual([
      { step: "lowpass", cutoffHz: 40, order: 4, zeroPhase: true },
    ]);
  });

  it("becomes a JSON schema", () => {
    const schema = z.toJSONSchema(pipelineSchema, { io: "input" });
    expect(JSON.stringify(schema)).toContain('"const":"waveletDenoise"');
  });
});

describe("fillGaps", () => {
  it("bridges gaps by straight lines, and the ends by their neighbour", () => {
    const filled = fillGaps(Float32Array.of(NaN, NaN, 2, NaN, 4, NaN, NaN, NaN, 0, NaN));
    expect([...filled]).toEqual([2, 2, 2, 3, 4, 3, 2, 1, 0, 0]);
  });

  it("leaves a signal without gaps as it is, in a new array", () => {
    const filled = fillGaps(samples);
    expect(filled).toEqual(samples);
    expect(filled).not.toBe(samples);
  });

  it("refuses a signal that is nothing but a gap", () => {
    expect(() => fillGaps(Float32Array.of(NaN, NaN))).toThrow(
      "Cannot fill the gaps of a signal: expected at least 1 valid sample, found 2 invalid ones.",
    );
    expect(() => fillGaps(new Float32Array(0))).toThrow(/found no samples/);
  });
});

import { describe, expect, it } from "vitest";

import {
  type CollectSegmentsOptions,
  collectSegments,
  labelSegments,
  rhythmIntervals,
  segmentPreprocessingSchema,
} from "../../src/beats/index.ts";
import type { Annotation, Recording } from "../../src/core/recording.ts";

/** 100 Hz, a ramp of one millivolt a second. */
function ramp(marks: readonly (readonly [sample: number, symbol: string, aux?: string])[], seconds = 20): Recording {
  const sampleRate = 100;
  const sampleCount = seconds * sampleRate;
  return {
    id: "r1",
    sampleRate,
    sampleCount,
    leads: [
      { name: "II", unit: "mV", sampleRate, samples: Float32Array.from({ length: sampleCount }, (_, i) => i / 100) },
    ],
    annotations: marks.map(([sample, symbol, aux]): Annotation => ({ sample, symbol, ...(aux && { aux }) })),
    comments: [],
    notices: [],
  };
}

const options: CollectSegmentsOptions = {
  classes: { N: ["(N"], AF: ["(AFIB", "(AFL"] },
  preprocessing: { sampleRate: 100, leads: ["II"], recording: [], windowSeconds: 2, segment: [] },
};

describe("rhythmIntervals", () => {
  it("reaches from mark to mark, whatever fills the text up, and joins equal neighbours", () => {
    const recording = ramp([
      [50, "+", "(N\0"],
      [120, "N"],
      [300, "+", "(N"],
      [500, "+", "(AFIB\0\0"],
      [700, "+", "note"],
      [900, "+"],
    ]);
    expect(rhythmIntervals(recording)).toEqual([
      { from: 50, to: 500, rhythm: "(N" },
      { from: 500, to: 2000, rhythm: "(AFIB" },
    ]);
  });

  it("has ventricular flutter between brackets, and then the rhythm that was marked last", () => {
    const marks = [
      [0, "+", "(N"],
      [400, "["],
      [420, "+", "(VFL\0"],
      [600, "]"],
      [650, "+", "(N"],
      [900, "["],
      [1100, "]"],
    ] as const;
    expect(rhythmIntervals(ramp(marks))).toEqual([
      { from: 0, to: 400, rhythm: "(N" },
      { from: 400, to: 650, rhythm: "(VFL" },
      { from: 650, to: 900, rhythm: "(N" },
      { from: 900, to: 1100, rhythm: "(VFL" },
      { from: 1100, to: 2000, rhythm: "(N" },
    ]);
  });

  it("knows brackets without any rhythm text, an open end, marks outside the recording, and nothing", () => {
    expect(rhythmIntervals(ramp([[700, "["]]))).toEqual([{ from: 700, to: 2000, rhythm: "(VFL" }]);
    expect(
      rhythmIntervals(
        ramp([
          [-5, "+", "(N"],
          [9999, "+", "(B"],
        ]),
      ),
    ).toEqual([{ from: 0, to: 2000, rhythm: "(N" }]);
    expect(rhythmIntervals(ramp([]))).toEqual([]);
  });
});

describe("collectSegments", () => {
  const marks = [
    [50, "+", "(N"],
    [700, "+", "(AFIB"],
    [1100, "+", "(AFL"],
    [1500, "+", "(VT"],
  ] as const;

  it("keeps segments of one class, and counts the others by reason", async () => {
    const set = await collectSegments([ramp(marks, 19)], options);
    expect([...set.positions]).toEqual([200, 400, 800, 1000, 1200]);
    expect([...set.labels].map((label) => set.classes[label])).toEqual(["N", "N", "AF", "AF", "AF"]);
    expect(set.windowLength).toBe(200);
    expect(set.windows[200]).toBe(4);
    expect(set.records).toEqual([
      {
        id: "r1",
        patientId: "r1",
        lead: "II",
        segments: 5,
        dropped: { boundary: 1, unlabelled: 1, change: 2, otherRhythm: { "(VT": 1 }, gap: 0 },
      },
    ]);
  });

  it("takes the class that fills enough, where a share is given", async () => {
    const set = await collectSegments([ramp(marks, 19)], { ...options, share: 0.75 });
    expect([...set.positions]).toEqual([0, 200, 400, 800, 1000, 1200]);
    expect(set.records[0]!.dropped).toMatchObject({ unlabelled: 0, change: 2 });
  });

  it("overlaps with a shorter stride, and may count from each rhythm's start", async () => {
    const overlapping = await collectSegments([ramp(marks, 19)], { ...options, strideSeconds: 0.5 });
    expect([...overlapping.positions].slice(0, 4)).toEqual([50, 100, 150, 200]);
    const perRhythm = await collectSegments([ramp(marks, 19)], { ...options, countFrom: "rhythm" });
    expect([...perRhythm.positions]).toEqual([50, 250, 450, 700, 900, 1100, 1300]);
  });

  it("drops segments that touch a gap", async () => {
    const recording = ramp(marks, 19);
    recording.leads[0]!.samples[250] = NaN;
    const set = await collectSegments([recording], options);
    expect([...set.positions]).toEqual([400, 800, 1000, 1200]);
    expect(set.records[0]!.dropped.gap).toBe(1);
  });

  it("resamples, runs both pipelines, and gives starts in the recording's samples", async () => {
    const set = await collectSegments([ramp([]), ramp(marks)], {
      ...options,
      preprocessing: {
        sampleRate: 50,
        leads: ["V1", "II"],
        recording: [],
        windowSeconds: 2,
        segment: [{ step: "resampleLength", length: 64 }],
      },
    });
    expect(set.windowLength).toBe(64);
    expect([...set.recordOf]).toEqual([1, 1, 1, 1, 1]);
    expect([...set.positions]).toEqual([200, 400, 800, 1000, 1200]);
    expect(set.records[0]).toMatchObject({ segments: 0, dropped: { unlabelled: 10 } });
  });

  it("labels whole recordings where told so", async () => {
    const set = await collectSegments([ramp([], 7)], {
      ...options,
      rhythmsOf: ({ sampleCount }) => [{ from: 0, to: sampleCount, rhythm: "(AFIB" }],
    });
    expect([...set.labels]).toEqual([1, 1, 1]);
    expect(set.records[0]!.dropped.boundary).toBe(1);
  });

  it("refuses options that don't fit together, and recordings without the lead", async () => {
    const collect = (changed: Partial<CollectSegmentsOptions>) =>
      collectSegments([ramp(marks)], { ...options, ...changed });
    await expect(collect({ share: 0.5 })).rejects.toThrow("expected a share over 0.5, at most 1, found 0.5");
    await expect(collect({ strideSeconds: 0 })).rejects.toThrow(
      "expected a stride of at least a sample, 0.01 s, found 0",
    );
    await expect(collect({ classes: { A: ["(N"], B: ["(N"] } })).rejects.toThrow(
      "each rhythm in one class, found (N in two",
    );
    await expect(collect({ classes: { A: ["(N"] } })).rejects.toThrow("at least 2 classes, found 1");
    await expect(collect({ preprocessing: { ...options.preprocessing, leads: ["V5"] } })).rejects.toThrow(
      "expected lead V5, found II",
    );
    expect(segmentPreprocessingSchema.safeParse({ ...options.preprocessing, windowSeconds: 0 }).success).toBe(false);
  });
});

it("labelSegments with strides of a fraction of a sample does not drift", () => {
  const rhythms = [{ from: 0, to: 1000, rhythm: "(N" }];
  const { positions } = labelSegments(rhythms, {
    classes: [["(N"]],
    sampleCount: 1000,
    length: 33.3,
    stride: 33.3,
    share: 1,
    countFrom: "recording",
  });
  expect(positions[29]).toBe(966);
  expect(positions.length).toBe(30);
});

import { describe, expect, it } from "vitest";

import { type BeatPreprocessing, classMaps, collectBeats, countByClass, rrFeatures } from "../../src/beats/index.ts";
import { spikes } from "./small-recording.ts";

const preprocessing: BeatPreprocessing = {
  sampleRate: 360,
  leads: ["MLII"],
  recording: [],
  window: { before: 100, after: 150 },
  beat: [],
};

describe("class maps", () => {
  it("differ in the escape beats alone", () => {
    const differing = [...classMaps["aami-ec57"]].filter(([symbol, name]) => classMaps.literature.get(symbol) !== name);
    expect(differing).toEqual([
      ["e", "S"],
      ["j", "S"],
    ]);
    expect([...classMaps.literature.keys()].sort()).toEqual([...classMaps["aami-ec57"].keys()].sort());
  });

  it("have no rhythm changes and other notes that are no beats", () => {
    for (const symbol of ["+", "~", "|", "x", "[", "!", "]", '"']) expect(classMaps.literature.has(symbol)).toBe(false);
  });
});

describe("collectBeats", () => {
  const recordings = [
    spikes([
      [50, "N"],
      [400, "N"],
      [600, "+"],
      [700, "A"],
      [1000, "V"],
      [1400, "/"],
      [1800, "e"],
    ]),
    spikes(
      [
        [400, "F"],
        [900, "L"],
      ],
      { id: "r2" },
    ),
  ];

  it("labels the beats of the classes, and counts what is left out by reason", async () => {
    const set = await collectBeats(recordings, {
      classMap: "literature",
      classes: ["N", "S", "V", "F"],
      preprocessing,
    });
    expect(set.size).toBe(6);
    expect([...set.labels].map((label) => set.classes[label])).toEqual(["N", "S", "V", "N", "F", "N"]);
    expect([...set.positions]).toEqual([400, 700, 1000, 1800, 400, 900]);
    expect([...set.recordOf]).toEqual([0, 0, 0, 0, 1, 1]);
    expect(set.records[0]).toEqual({
      id: "r1",
      patientId: "r1",
      lead: "MLII",
      beats: 4,
      dropped: { boundary: 1, gap: 0, otherClass: { "/": 1 } },
    });
    expect(countByClass(set, [0, 1, 2, 3, 4, 5])).toEqual([3, 1, 1, 1]);
    for (let beat = 0; beat < set.size; beat++) expect(set.windows[beat * 250 + 100]).toBe(1);
  });

  it("counts escape beats as the map says", async () => {
    const set = await collectBeats(recordings, { classMap: "aami-ec57", classes: ["N", "S"], preprocessing });
    expect(countByClass(set, [0, 1, 2, 3])).toEqual([2, 2]);
  });

  it("takes RR intervals over all beats, also those left out", async () => {
    const set = await collectBeats(recordings, { classMap: "literature", classes: ["N"], preprocessing });
    expect(set.rr[0]).toBeCloseTo(350 / 360, 6);
    expect(set.rr[4]).toBeCloseTo(400 / 360, 6);
  });
});

describe("rrFeatures", () => {
  it("gives interval before and after, and their ratios to local and record mean", () => {
    const features = rrFeatures([0, 360, 720, 900], { sampleRate: 360 });
    expect([...features.subarray(8, 12)].map((value) => Math.round(value * 1000) / 1000)).toEqual([1, 0.5, 1, 1.2]);
    expect([...features.subarray(12, 14)]).toEqual([0.5, 0.5]);
    expect([...features.subarray(0, 2)]).toEqual([1, 1]);
  });

  it("has nothing to say of a lone beat", () => {
    expect([...rrFeatures([100], { sampleRate: 360 })].every(Number.isNaN)).toBe(true);
    expect(rrFeatures([], { sampleRate: 360 })).toHaveLength(0);
  });
});

import { describe, expect, it } from "vitest";

import { type BeatPreprocessing, beatPreprocessingSchema, beatWindowLength, cutBeats } from "../../src/beats/index.ts";
import { spikes } from "./small-recording.ts";

const plain: BeatPreprocessing = beatPreprocessingSchema.parse({
  sampleRate: 360,
  leads: ["MLII", "II"],
  recording: [],
  window: { before: 100, after: 150 },
  beat: [],
});

describe("cutBeats", () => {
  it("has the R peak `before` samples into the window", () => {
    const recording = spikes([
      [500, "N"],
      [1000, "V"],
    ]);
    const cut = cutBeats(recording, [500, 1000], plain);
    expect(cut.length).toBe(250);
    expect(cut.windows).toHaveLength(500);
    expect(cut.windows[100]).toBe(1);
    expect(cut.windows[250 + 100]).toBe(1);
    expect(cut.windows.reduce((sum, value) => sum + value, 0)).toBe(2);
  });

  it("leaves out and counts beats whose window leaves the recording, to the sample", () => {
    const positions = [99, 100, 3850, 3851];
    const cut = cutBeats(spikes(positions.map((sample) => [sample, "N"])), positions, plain);
    expect([...cut.kept]).toEqual([1, 2]);
    expect(cut.dropped).toEqual({ boundary: 2, gap: 0 });
  });

  it("takes voltages of any unit to mV, and refuses what is none or has no valid sample", () => {
    const recording = spikes([[500, "N"]]);
    const inUnit = (unit: string, factor: number) => {
      const leads = recording.leads.map((lead) => ({ ...lead, unit, samples: lead.samples.map((v) => v * factor) }));
      return cutBeats({ ...recording, leads }, [500], plain).windows[100];
    };
    expect([inUnit("uV", 1000), inUnit("V", 1e-3), inUnit("mv", 1)].map((v) => v!.toFixed(6))).toEqual(
      Array.from({ length: 3 }, () => "1.000000"),
    );
    expect(() => inUnit("mmHg", 1)).toThrow("Cannot use lead MLII of recording r1: expected a voltage in V, mV or uV");
    expect(() => inUnit("mV", NaN)).toThrow("recording r1: expected valid samples, found 4000 invalid ones");
  });

  it("leaves out and counts beats on a gap, and no others", () => {
    const positions = [500, 800, 1200];
    const recording = spikes(positions.map((sample) => [sample, "N"]));
    recording.leads[0]!.samples.fill(NaN, 700, 950);
    const cut = cutBeats(recording, positions, plain);
    expect([...cut.kept]).toEqual([0, 2]);
    expect(cut.dropped).toEqual({ boundary: 0, gap: 1 });
    expect(cut.windows.every(Number.isFinite)).toBe(true);
    recording.leads[0]!.samples.fill(0, 700, 950);
    recording.leads[0]!.samples[649] = NaN;
    expect(cutBeats(recording, positions, plain).dropped.gap).toBe(1);
    recording.leads[0]!.samples[649] = 0;
    recording.leads[0]!.samples[650] = NaN;
    expect(cutBeats(recording, positions, plain).dropped.gap).toBe(0);
  });

  it("resamples a recording of another rate", () => {
    const recording = spikes([[250, "N"]], { sampleRate: 180 });
    const cut = cutBeats(recording, [250], plain);
    const peak = cut.windows.indexOf(Math.max(...cut.windows));
    expect(peak).toBe(100);
  });

  it("applies the steps over each window and tells their length before", () => {
    const resampled = { ...plain, beat: [{ step: "resampleLength" as const, length: 120 }] };
    expect(beatWindowLength(resampled)).toBe(120);
    expect(cutBeats(spikes([[500, "N"]]), [500], resampled).windows).toHaveLength(120);
  });

  it("takes the best lead, whatever the case of its name", () => {
    const recording = spikes([[500, "N"]], { lead: "ii" });
    expect(cutBeats(recording, [500], plain).leads).toEqual(["ii"]);
  });

  it("refuses a recording without the leads", () => {
    const recording = spikes([[500, "N"]], { lead: "V5" });
    expect(() => cutBeats(recording, [500], plain)).toThrow(
      "Cannot use recording r1: expected lead MLII or II, found V5.",
    );
  });

  it("takes no beats", () => {
    expect(cutBeats(spikes([]), [], plain).windows).toHaveLength(0);
  });

  describe("of two leads", () => {
    const two = { ...plain, leadCount: 2 };
    const [first, second] = [spikes([[500, "N"]]), spikes([[600, "N"]], { lead: "V1" })];
    const other = { name: "Pressure", unit: "mmHg", sampleRate: 360, samples: new Float32Array(4000).fill(80) };
    const recording = { ...first, leads: [second.leads[0]!, other, first.leads[0]!] };

    it("has the best lead first, then the next one that is a voltage", () => {
      const cut = cutBeats(recording, [500, 700], two);
      expect([cut.length, cut.leads]).toEqual([250, ["MLII", "V1"]]);
      const ones = [...cut.windows.entries()].filter(([, value]) => value === 1).map(([index]) => index);
      // [beat, lead, sample]: the first beat sees V1's spike 100 samples later, the second one 100 before.
      expect(ones).toEqual([100, 250 + 200, 500 + 250]);
      expect(cut.windows).toHaveLength(1000);
    });

    it("leaves out beats on a gap in either", () => {
      const samples = second.leads[0]!.samples.slice();
      samples[640] = NaN;
      const gapped = { ...recording, leads: [{ ...second.leads[0]!, samples }, first.leads[0]!] };
      expect(cutBeats(gapped, [500, 1500], two)).toMatchObject({ dropped: { boundary: 0, gap: 1 } });
      expect(cutBeats(gapped, [500, 1500], plain)).toMatchObject({ dropped: { boundary: 0, gap: 0 } });
    });

    it("reads leads of different rates, and the steps of each window by lead", () => {
      const slow = spikes([[300, "N"]], { sampleRate: 180, length: 2000, lead: "V5" }).leads[0]!;
      const preprocessing = { ...two, beat: [{ step: "resampleLength" as const, length: 125 }] };
      const cut = cutBeats({ ...first, leads: [first.leads[0]!, slow] }, [600], preprocessing);
      expect(cut.length).toBe(125);
      const peak = (from: number) =>
        cut.windows.subarray(from, from + 125).indexOf(Math.max(...cut.windows.subarray(from, from + 125)));
      expect(peak(125)).toBe(50);
    });

    it("refuses a recording with fewer", () => {
      expect(() => cutBeats({ ...recording, leads: [other, first.leads[0]!] }, [500], two)).toThrow(
        "Cannot use recording r1: expected 2 leads in V, mV or uV with valid samples, found MLII.",
      );
    });
  });
});

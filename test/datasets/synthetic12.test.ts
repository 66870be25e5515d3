import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { Recording } from "../../src/core/recording.ts";
import { locateDataset, openSynthetic12, writePtbXlLayout } from "../../src/datasets/index.ts";
import { conditionClasses, conditions } from "../../src/datasets/synthetic12/conditions.ts";

const lead = (recording: Recording, name: string) => recording.leads.find((one) => one.name === name)!.samples;

/** Mean over beats of what `measure` finds around each R peak, as sample offsets at 500 Hz. */
function overBeats(
  recording: Recording,
  measure: (at: (milliseconds: number) => number) => number,
  name: string,
): number {
  const samples = lead(recording, name);
  const beats = recording.annotations.filter(
    ({ symbol, sample }) => /[NLR]/.test(symbol) && sample > 250 && sample < 4600,
  );
  const found = beats.map(({ sample }) => measure((milliseconds) => samples[sample + milliseconds / 2]!));
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

describe("synthetic12", () => {
  const quiet = openSynthetic12({ recordings: 400, rate: 500, noise: 0 });

  it("makes the same recording whatever else is asked for", async () => {
    const few = openSynthetic12({ recordings: 3 });
    const many = openSynthetic12({ recordings: 3000 });
    expect(await few.open("00002")).toEqual(await many.open("00002"));
    expect(await few.open("00002")).not.toEqual(await openSynthetic12({ seed: 2 }).open("00002"));
    const recording = await many.open("02999");
    expect(recording).toMatchObject({
      id: "02999",
      sampleRate: 100,
      sampleCount: 1000,
      patientId: "synthetic12/1-2999",
    });
    expect(recording.leads.map(({ name }) => name).join(" ")).toBe("I II III aVR aVL aVF V1 V2 V3 V4 V5 V6");
    expect(await openSynthetic12({ rate: 500 }).open("00001")).toMatchObject({ sampleRate: 500, sampleCount: 5000 });
  });

  it("has several labels each, every class often enough, and no pair that can't be", async () => {
    const { classes, kind, of, folds } = await openSynthetic12({ recordings: 2000 }).labels!();
    expect(classes).toEqual(["1AVB", "AFIB", "AMI", "CLBBB", "CRBBB", "IMI", "ISC_", "LVH", "NORM"]);
    expect(kind).toBe("several");
    expect(of.size).toBe(2000);
    const labels = [...of.values()];
    for (const name of conditionClasses) {
      expect(labels.filter((own) => own.includes(name)).length, name).toBeGreaterThan(60);
    }
    expect(labels.filter((own) => own.length > 1).length).toBeGreaterThan(200);
    for (const own of labels) {
      for (const [code, { excludes }] of Object.entries(conditions)) {
        if (own.includes(code))
          expect(own.some((other) => (excludes as readonly string[]).includes(other))).toBe(false);
      }
    }
    expect(new Set(folds!.values()).size).toBe(10);
    const supers = await openSynthetic12({ recordings: 200 }).labels!("superdiagnostic");
    expect(supers.classes).toEqual(["CD", "HYP", "MI", "NORM", "STTC"]);
    expect(supers.of.size).toBeLessThan(200);
  });

  it("shows each condition where a textbook would look for it", async () => {
    const { of } = await quiet.labels!();
    const alone = async (code: string) => {
      const names = [...of].filter(([, own]) => own.length === 1 && own[0] === code).map(([name]) => name);
      return Promise.all(names.slice(0, 8).map((name) => quiet.open(name)));
    };
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
    const measured = async (code: string, name: string, measure: (at: (ms: number) => number) => number) =>
      median((await alone(code)).map((recording) => overBeats(recording, measure, name)));
    const span = (at: (ms: number) => number, from: number, to: number) => {
      const values = Array.from({ length: (to - from) / 2 + 1 }, (_, i) => at(from + 2 * i));
      return { least: Math.min(...values), most: Math.max(...values) };
    };
    // ST in V5 against the level before the QRS, mV.
    const st = (at: (ms: number) => number) => at(120) - at(-70);
    expect(await measured("ISC_", "V5", st)).toBeLessThan((await measured("NORM", "V5", st)) - 0.08);
    // A deep negative wave early in aVF; loss of R in V2.
    const q = (at: (ms: number) => number) => span(at, -60, 10).least - at(-70);
    expect(await measured("IMI", "aVF", q)).toBeLessThan((await measured("NORM", "aVF", q)) - 0.2);
    expect(await measured("AMI", "V2", q)).toBeLessThan((await measured("NORM", "V2", q)) - 0.2);
    const height = (at: (ms: number) => number) => span(at, -60, 60).most - span(at, -60, 60).least;
    expect(await measured("LVH", "V5", height)).toBeGreaterThan(1.4 * (await measured("NORM", "V5", height)));
    // Late forces to the right with a right bundle-branch block, a broad R to the left with a left one.
    const late = (at: (ms: number) => number) => at(60) - at(-70);
    expect(await measured("CRBBB", "V1", late)).toBeGreaterThan(0.15);
    // The annotation sits on lead I's late peak here: 40 ms before it a narrow QRS has not begun.
    const wide = (at: (ms: number) => number) => (at(-40) - at(-100)) / height(at);
    expect(await measured("CLBBB", "I", wide)).toBeGreaterThan((await measured("NORM", "I", wide)) + 0.2);
    // The P wave lies earlier: at −250 ms there is more than a third of it, where a healthy heart is still silent.
    const early = (at: (ms: number) => number) => span(at, -340, -240).most - at(-80);
    expect(await measured("1AVB", "II", early)).toBeGreaterThan((await measured("NORM", "II", early)) + 0.03);
    for (const recording of await alone("AFIB")) {
      expect(recording.annotations.find(({ symbol }) => symbol === "+")?.aux).toBe("(AFIB");
      const beats = recording.annotations.filter(({ symbol }) => symbol !== "+").map(({ sample }) => sample);
      const intervals = beats.slice(1).map((sample, i) => sample - beats[i]!);
      expect(Math.max(...intervals) / Math.min(...intervals)).toBeGreaterThan(1.25);
    }
  });

  it("is known by name, and refuses what it does not know", async () => {
    const dataset = await locateDataset("synthetic12", { env: {}, home: "", options: { recordings: 5, rate: 250 } });
    expect(dataset.recordNames).toEqual(["00001", "00002", "00003", "00004", "00005"]);
    await expect(dataset.open("00006")).rejects.toThrow("expected one of 5 records");
    await expect(dataset.labels!("rhythm")).rejects.toThrow("expected one of conditions, superdiagnostic");
    expect(() => openSynthetic12({ rate: 50 })).toThrow("Cannot open dataset synthetic12: rate");
  });
});

describe("virtual recordings in PTB-XL's layout", () => {
  it("open as ptb-xl, with the same samples and labels", async () => {
    const directory = await mkdtemp(join(tmpdir(), "einthoven-virtual-"));
    try {
      await writePtbXlLayout(directory, { recordings: 12 });
      const copy = await locateDataset("ptb-xl", { dataDirectory: directory, env: {}, home: directory });
      const made = openSynthetic12({ recordings: 12 });
      expect(copy.recordNames).toEqual(made.recordNames);
      const [one, other] = [await copy.open("00007"), await made.open("00007")];
      expect(one.notices).toEqual([]);
      expect(one.leads.map(({ samples }) => samples)).toEqual(other.leads.map(({ samples }) => samples));
      const labels = await copy.labels!("diagnostic");
      const conditionsOf = (await made.labels!()).of;
      for (const [record, own] of labels.of) {
        expect(own).toEqual(conditionsOf.get(record)!.filter((code) => code !== "AFIB"));
      }
      expect((await copy.labels!("superdiagnostic")).of).toEqual((await made.labels!("superdiagnostic")).of);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

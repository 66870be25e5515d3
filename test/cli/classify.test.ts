import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Lead, Recording } from "../../src/core/recording.ts";
import { synthesiseRecording } from "../../src/datasets/index.ts";
import { encodeWfdb, readWfdb } from "../../src/formats/index.ts";
import { diskFolder } from "../../src/core/file-source.node.ts";
import { runInProcess } from "./run-in-process.ts";
import { temporaryFolder } from "./sample-recording.ts";

let directory: string;
const whole = synthesiseRecording({ seed: 3, patient: 4, seconds: 40, leads: ["MLII", "V1"] });
const [mlii, v1] = whole.leads as [Lead, Lead];
const filled = (lead: Lead, value: number): Lead => ({ ...lead, samples: lead.samples.slice().fill(value) });

beforeAll(async () => {
  directory = await temporaryFolder();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function save(name: string, changes: Partial<Recording> = {}): Promise<void> {
  const path = join(directory, name);
  await mkdir(join(path, ".."), { recursive: true });
  const recording = { ...whole, ...changes };
  for (const [file, bytes] of encodeWfdb(recording, { format: 16, name: path.slice(path.lastIndexOf("/") + 1) })) {
    await writeFile(join(path, "..", file), bytes);
  }
}

const classify = (...argv: readonly string[]) => runInProcess(["classify", ...argv], { cwd: directory });
const json = async (...argv: readonly string[]) => JSON.parse((await classify(...argv, "--json")).stdout);

describe("the lead in which beats are found", () => {
  it("is one that the model reads: no pressure, no breath, not one without samples", async () => {
    await save("whole");
    await save("pressure", {
      leads: [
        { ...filled(v1, 20), name: "ABP", unit: "mmHg" },
        { ...mlii, name: "ECG" },
      ],
    });
    await save("breath", { leads: [{ ...v1, name: "RESP" }, mlii] });
    await save("empty", { leads: [filled(mlii, NaN), v1] });
    const { beats } = (await json("whole", "--model", "beats")).recordings[0];
    for (const [name, lead] of [
      ["pressure", "ECG"],
      ["breath", "MLII"],
      ["empty", "V1"],
    ] as const) {
      const [found] = (await json(name, "--model", "beats")).recordings;
      expect(found.lead).toBe(lead);
      expect(Math.abs(found.beats.length - beats.length), name).toBeLessThan(3);
    }
  });
});

describe("a model of one lead", () => {
  it("reads the recording's only ECG lead, whatever its name, and says so", async () => {
    await save("lone", {
      leads: [
        { ...mlii, name: "Channel 1" },
        { ...v1, name: "Resp" },
      ],
    });
    const { code, stderr, stdout } = await classify("lone", "--model", "rhythm", "--json");
    expect(code).toBe(0);
    const message = "The model reads lead ECG; Channel 1, the recording's only ECG lead, was read in its place.";
    expect(stderr).toBe(`Notice: lone: ${message}\n`);
    const [found] = JSON.parse(stdout).recordings;
    expect(found).toMatchObject({ leads: ["Channel 1"], notices: [{ code: "lone-lead", message }] });
    await save("named", { leads: [{ ...mlii, name: "ECG" }] });
    expect((await json("named", "--model", "rhythm")).recordings[0].probabilities).toEqual(found.probabilities);
  });

  it("names the leads where there are several, of which --lead chooses", async () => {
    const { code, stderr } = await classify("whole", "--model", "rhythm");
    expect([code, stderr]).toEqual([1, "Cannot use recording whole: expected lead ECG, found MLII, V1.\n"]);
    expect((await json("whole", "--model", "rhythm", "--lead", "v1")).recordings[0].leads).toEqual(["V1"]);
    const none = await classify("whole", "--model", "rhythm", "--lead", "V9");
    expect(none.stderr).toBe("Cannot use recording whole: expected lead V9, found MLII, V1.\n");
  });
});

describe("recordings that show nearly nothing", () => {
  it("are refused where all leads are flat, and named where one is", async () => {
    await save("flat", { leads: [filled(mlii, 0.1), filled(v1, 0.2)] });
    await save("half-flat", { leads: [mlii, filled(v1, 0.2)] });
    const said = { beats: /not flat, found MLII \(mV, flat\)/, multibranch: /a signal in MLII, found a flat line/ };
    for (const [model, message] of Object.entries(said)) {
      const { code, stderr } = await classify("flat", "--model", model);
      expect(code).toBe(1);
      expect(stderr).toMatch(message);
    }
    expect((await classify("flat", "--model", "rhythm", "--lead", "V1")).stderr).toContain(
      "Cannot classify recording flat: expected a signal in V1, found a flat line.",
    );
    const { stderr, stdout } = await classify("half-flat", "--model", "beats");
    expect(stderr).toBe("Notice: half-flat: Lead V1 is flat.\n");
    expect(stdout).toContain("lead MLII");
  });

  it("are noticed where they are short, or mostly missing", async () => {
    const first = (lead: Lead, count: number): Lead => ({
      ...lead,
      name: "ECG",
      samples: lead.samples.slice(0, count),
    });
    await save("short", { leads: [first(mlii, 720)], sampleCount: 720, annotations: [] });
    expect((await classify("short", "--model", "rhythm")).stderr).toBe(
      "Notice: short: The recording has 2.0 s of the 30 s that the model reads at once; zeros stand for the rest.\n",
    );
    const gappy = { ...mlii, name: "ECG", samples: mlii.samples.slice().fill(NaN, 3000, 13_000) };
    await save("gappy", { leads: [gappy] });
    const [found] = (await json("gappy", "--model", "rhythm")).recordings;
    const codes = found.notices.map(({ code }: { code: string }) => code);
    expect(codes).toContain("bridged");
    expect(found.notices.at(-1).message).toBe("69 % of the samples are missing; straight lines stand for them.");
  });

  it("are refused where beats are to be annotated and none are, and noticed where none were found", async () => {
    await save("bare", { annotations: [{ sample: 5, symbol: "+", aux: "(N" }] });
    const { code, stderr } = await classify("bare", "--model", "beats", "--beats", "annotated");
    expect(code).toBe(1);
    expect(stderr).toBe(
      "Cannot take the beats of recording bare: expected annotated beats, found annotations of other kinds.\n",
    );
    const still = { ...mlii, samples: mlii.samples.slice(0, 72) };
    await save("still", { leads: [still], sampleCount: 72, annotations: [] });
    expect((await classify("still", "--model", "beats")).stderr).toContain("Notice: still: No beats were found.\n");
  });

  it("have the recording's own notices in the JSON", async () => {
    await save("odd");
    await writeFile(
      join(directory, "odd.hea"),
      (await readFile(join(directory, "odd.hea"), "utf8")).replace(/^odd /, "other "),
    );
    const [found] = (await json("odd", "--model", "beats")).recordings;
    expect(found.notices).toEqual([{ code: "name", message: 'The header of odd calls the record "other".' }]);
  });
});

describe("several recordings", () => {
  it("are classified but for the bad one, which is named", async () => {
    await save("again");
    const argv = ["whole", "flat", "again", "--model", "beats", "--write", "ai", "--out", "several"];
    const { code, stdout, stderr } = await classify(...argv, "--json");
    expect(code).toBe(1);
    const { recordings, errors } = JSON.parse(stdout);
    expect(recordings.map(({ id }: { id: string }) => id)).toEqual(["whole", "again"]);
    expect(recordings[0].written).toBe(join(directory, "several", "whole.ai"));
    expect(errors).toEqual([{ recording: "flat", message: expect.stringMatching(/^Cannot use recording flat: /) }]);
    expect(stderr).toMatch(/^flat: Cannot use recording flat: .*\nCannot classify 1 of 3 recordings: flat\.\n$/);
    expect(await readdir(join(directory, "several"))).toEqual(["again.ai", "whole.ai"]);
    const shown = await classify("flat", "whole", "--model", "beats");
    expect(shown.stdout).toMatch(/^whole {2}\d+ beats/);
    expect(await classify("flat", "nothing", "--model", "beats")).toMatchObject({ code: 1, stdout: "" });
  });

  it("of one name are refused before anything is written", async () => {
    await save("a/m10");
    await save("b/m10");
    const { code, stderr } = await classify("a/m10", "b/m10.hea", "--model", "beats", "--write", "q", "--out", "same");
    expect(code).toBe(2);
    expect(stderr).toContain("expected recordings of different names");
    expect(await readdir(directory)).not.toContain("same");
  });

  it("stop at Ctrl-C", async () => {
    const interrupt = new AbortController();
    const sink = { write: () => interrupt.abort(new DOMException("Interrupted.", "AbortError")) };
    // The first one's notice comes when it has been read.
    const argv = ["classify", "half-flat", "whole", "--model", "beats", "--write", "late", "--json"];
    const run = { cwd: directory, signal: interrupt.signal, stderr: sink };
    expect(await runInProcess(argv, run)).toMatchObject({ code: 130, stdout: "" });
    expect((await readdir(directory)).filter((file) => file.endsWith(".late"))).toEqual([]);
  });
});

it.each(["dat", "hea", "mat", "csv", "npy", "edf", "xws", "DAT"])("--write %s is refused", async (annotator) => {
  const before = await readFile(join(directory, "whole.dat"));
  const { code, stderr } = await classify("whole", "--model", "beats", "--write", annotator, "--force");
  expect(code).toBe(2);
  expect(stderr).toContain("expected an annotator name such as ai");
  expect(await readFile(join(directory, "whole.dat"))).toEqual(before);
});

it("shows no control characters of a file", async () => {
  await save("steering", {
    leads: [
      { ...mlii, name: "X\u001B[31m" },
      { ...filled(v1, 0), name: "Y\u001B[31m" },
    ],
  });
  const read = await readWfdb(diskFolder(directory), "steering");
  expect(read.leads[0]!.name).toContain("\u001B");
  const { stdout, stderr } = await classify("steering", "--model", "beats");
  expect(stdout).toContain("lead X�[31m");
  expect(stderr).toContain("Lead Y�[31m is flat.");
  const refused = await classify("steering", "--model", "multibranch");
  expect(refused.stderr).toContain("found X�[31m");
  expect(stdout + stderr + refused.stderr).not.toContain("\u001B");
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { locateDataset } from "../../src/datasets/index.ts";

const golden = new URL("../golden/mat/cases.json", import.meta.url);

describe("cpsc2018", () => {
  let directory: string;
  const open = (options: Record<string, unknown> = {}) =>
    locateDataset("cpsc2018", { dataDirectory: directory, env: {}, home: directory, options });
  const names = Array.from({ length: 20 }, (_, i) => `A${String(i + 1).padStart(4, "0")}`);
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "einthoven-cpsc-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it("reads the challenge's own form", async () => {
    const cases = JSON.parse(await readFile(golden, "utf8")) as Record<string, string>;
    for (const [i, record] of names.entries()) {
      const folder = join(directory, `TrainingSet${1 + (i % 3)}`);
      await mkdir(folder, { recursive: true });
      await writeFile(
        join(folder, `${record}.mat`),
        Buffer.from(cases[i % 2 === 0 ? "ecg" : "ecg compressed"]!, "base64"),
      );
    }
    const rows = names.map((record, i) => `${record},${1 + (i % 9)},${i === 3 ? "9" : ""},`);
    const reference = join(directory, "REFERENCE.csv");
    await writeFile(reference, ["Recording,First_label,Second_label,Third_label", ...rows, ""].join("\r\n"));
    const dataset = await open();
    expect(dataset.recordNames).toEqual(names);
    const recording = await dataset.open("A0004");
    expect(recording).toMatchObject({ id: "A0004", sampleRate: 500, sampleCount: 5, patientId: "cpsc2018/A0004" });
    expect(recording.leads.map(({ name }) => name).join(" ")).toBe("I II III aVR aVL aVF V1 V2 V3 V4 V5 V6");
    expect([...recording.leads[3]!.samples]).toEqual([15, 16, 17, 18, 19].map((value) => value / 8 - 3));
    const { classes, of, folds, kind, notices } = await dataset.labels!();
    expect(classes.join(" ")).toBe("NORM AFIB 1AVB CLBBB CRBBB PAC VPC STD_ STE_");
    expect(kind).toBe("several");
    expect(of.get("A0001")).toEqual(["NORM"]);
    expect(of.get("A0004")).toEqual(["CLBBB", "STE_"]);
    expect([...new Set(folds!.values())].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(notices.map(({ code }) => code)).toEqual(["partial", "folds"]);

    await writeFile(reference, "Recording,First_label,Second_label,Third_label\nA0001,10,,\n");
    await expect(dataset.labels!()).rejects.toThrow(/expected numbers from 1 to 9, found 10 \(.*line 2\)/);
    await rm(reference);
    await expect(dataset.labels!()).rejects.toThrow("expected REFERENCE.csv");
    await writeFile(join(directory, "TrainingSet1", "A0001.mat"), Buffer.from(cases["numbers"]!, "base64"));
    await expect(dataset.open("A0001")).rejects.toThrow("found no variable ECG");
  });

  it("reads the converted form, with diagnoses as SNOMED CT codes", async () => {
    const folder = join(directory, "training", "cpsc_2018", "g1");
    await mkdir(folder, { recursive: true });
    const codes = ["426783006", "164889003,59118001", "284470004,10370003", "10370003"];
    for (const [i, record] of names.entries()) {
      const lines = [`${record} 1 500 2`, `${record}.mat 16+24 1000/mV 16 0 5 0 0 I`, "#Age: 74", "#Sex: Male"];
      await writeFile(join(folder, `${record}.hea`), [...lines, `#Dx: ${codes[i % 4]}`, ""].join("\n"));
      await writeFile(join(folder, `${record}.mat`), new Uint8Array([...new Uint8Array(24), 5, 0, 250, 255]));
    }
    const dataset = await open({ seed: 5 });
    expect([...(await dataset.open("A0001")).leads[0]!.samples]).toEqual([0.005, -0.006].map(Math.fround));
    const { of, notices } = await dataset.labels!("icbeb");
    expect(of.size).toBe(15);
    expect(of.get("A0002")).toEqual(["AFIB", "CRBBB"]);
    expect(of.get("A0003")).toEqual(["PAC"]);
    expect(notices.map(({ code }) => code)).toEqual(["partial", "unlabelled", "other-labels", "folds"]);
    await expect(dataset.labels!("rhythm")).rejects.toThrow("expected one of icbeb");
  });
});

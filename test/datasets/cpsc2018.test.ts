import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { countCpsc2018Files } from "../../src/datasets/cpsc2018/cpsc2018-records.ts";
import { listDatasets, locateDataset } from "../../src/datasets/index.ts";

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

  /** A header and samples as the challenges of 2020 and 2021 have them. */
  async function writeConverted(folder: string, record: string, codes: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const lines = [`${record} 1 500 2`, `${record}.mat 16+24 1000/mV 16 0 5 0 0 I`, "#Age: 74", "#Sex: Male"];
    await writeFile(join(folder, `${record}.hea`), [...lines, `#Dx: ${codes}`, ""].join("\n"));
    await writeFile(join(folder, `${record}.mat`), new Uint8Array([...new Uint8Array(24), 5, 0, 250, 255]));
  }
  const status = async () =>
    (await listDatasets({ dataDirectory: directory, env: {}, home: directory })).find(
      ({ name }) => name === "cpsc2018",
    );

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
    const codes = ["426783006", "164889003,59118001", "284470004,10370003", "10370003"];
    for (const [i, record] of names.entries()) await writeConverted(folder, record, codes[i % 4]!);
    // Of a record whose download was interrupted.
    await writeFile(join(folder, "A0030.mat"), "half");
    const dataset = await open({ seed: 5 });
    expect([...(await dataset.open("A0001")).leads[0]!.samples]).toEqual([0.005, -0.006].map(Math.fround));
    const { of, notices } = await dataset.labels!("icbeb");
    expect(of.size).toBe(15);
    expect(of.get("A0002")).toEqual(["AFIB", "CRBBB"]);
    expect(of.get("A0003")).toEqual(["PAC"]);
    expect(notices.map(({ code }) => code)).toEqual(["partial", "unlabelled", "other-labels", "folds"]);
    await expect(dataset.labels!("rhythm")).rejects.toThrow("expected one of icbeb");
  });

  it("uses both forms together, each record once", async () => {
    const cases = JSON.parse(await readFile(golden, "utf8")) as Record<string, string>;
    for (const record of names) await writeFile(join(directory, `${record}.mat`), Buffer.from(cases["ecg"]!, "base64"));
    await writeConverted(directory, "A0001", "164889003");
    await writeConverted(join(directory, "training", "cpsc_2018", "g1"), "A0002", "10370003,270492004");
    await writeConverted(join(directory, "training", "cpsc_2018", "g1"), "A0021", "59118001");
    expect((await status())?.files).toEqual({ present: 6 + 18, expected: 6 + 6874 + 1 });
    const dataset = await open();
    expect(dataset.recordNames).toEqual([...names, "A0021"]);
    await expect(dataset.labels!()).rejects.toThrow(
      /expected REFERENCE\.csv in .* for the 18 recordings without a header \(A0003, A0004, A0005, …\), found none/,
    );
    const rows = names.map((record) => `${record},1,,`);
    await writeFile(
      join(directory, "REFERENCE.csv"),
      ["Recording,First_label,Second_label,Third_label", ...rows, ""].join("\n"),
    );
    expect((await status())?.files).toEqual({ present: 6 + 18 + 1, expected: 6 + 6874 + 1 });
    const { of, notices } = await dataset.labels!();
    expect(["A0001", "A0002", "A0003", "A0021"].map((record) => of.get(record))).toEqual([
      ["AFIB"],
      ["1AVB"],
      ["NORM"],
      ["CRBBB"],
    ]);
    expect(notices.map(({ code }) => code)).toEqual(["partial", "forms", "other-labels", "folds"]);
    expect(notices[1]!.message).toContain("18 recordings of cpsc2018 in the challenge's own form and 3 converted");
    expect((await dataset.open("A0002")).leads).toHaveLength(1);
    expect((await dataset.open("A0003")).leads).toHaveLength(12);
    await expect(dataset.open("A0022")).rejects.toThrow("expected one of 21 records");
  });

  it("says where a converted recording lacks its header, and where there are too few for folds", async () => {
    const cases = JSON.parse(await readFile(golden, "utf8")) as Record<string, string>;
    for (const record of names.slice(0, 3)) await writeConverted(directory, record, "164889003");
    await expect((await open()).labels!()).rejects.toThrow(
      "Cannot make the folds of cpsc2018: expected at least 10 recordings with labels, one for each fold, found 3",
    );
    // Level 4 with a variable val.
    await writeFile(join(directory, "A0004.mat"), Buffer.from(cases["level 4"]!, "base64"));
    await expect((await open()).open("A0004")).rejects.toThrow(
      "found a converted recording without its header A0004.hea",
    );
  });

  it("counts a copy as complete in either form, and in both", () => {
    const records = (from: number, to: number) =>
      new Map(Array.from({ length: to - from + 1 }, (_, i) => [`A${String(from + i).padStart(4, "0")}`, "path"]));
    const none = new Map<string, string>();
    const count = (converted: Map<string, string>, original: Map<string, string>, hasReference = true) =>
      Object.values(countCpsc2018Files({ converted, original }, { hasReference }));
    expect(count(none, records(1, 6877))).toEqual([6878, 6878]);
    expect(count(none, records(1, 6877), false)).toEqual([6877, 6878]);
    expect(count(none, records(1, 40))).toEqual([41, 6878]);
    expect(count(records(1, 6877), none)).toEqual([13_754, 13_754]);
    expect(count(records(1, 6877), none, false)).toEqual([13_754, 13_754]);
    expect(count(records(1, 77), records(78, 6877))).toEqual([154 + 6800 + 1, 154 + 6800 + 1]);
  });
});

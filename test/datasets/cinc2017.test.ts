import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { locateDataset } from "../../src/datasets/index.ts";

const sharedData = process.env["EINTHOVEN_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** A record as the challenge has them: a MATLAB file's 24 bytes, then 16-bit samples. */
async function writeRecord(folder: string, record: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const header = `${record} 1 300 4 05:05:15 1/05/2000\n${record}.mat 16+24 1000/mV 16 0 100 0 0 ECG\n`;
  await writeFile(join(folder, `${record}.hea`), header);
  await writeFile(
    join(folder, `${record}.mat`),
    new Uint8Array([...new Uint8Array(24), 100, 0, 200, 0, 44, 1, 156, 255]),
  );
}

describe("cinc2017", () => {
  let directory: string;
  const open = () => locateDataset("cinc2017", { dataDirectory: directory, env: {}, home: directory });
  const labels = "A00001,N\nA00002,A\nA00227,O\nA01176,~\n";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "einthoven-cinc-"));
    await writeFile(join(directory, "REFERENCE-v3.csv"), labels);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it.each([
    ["in one folder", () => ""],
    ["as published", (record: string) => join("training", record.slice(0, 3))],
  ])("reads records %s, with both tasks", async (_, folderOf) => {
    for (const record of ["A00001", "A00002", "A00227", "A01176", "A05000"]) {
      await writeRecord(join(directory, folderOf(record)), record);
    }
    const dataset = await open();
    expect(dataset.recordNames).toEqual(["A00001", "A00002", "A00227", "A01176", "A05000"]);
    const names = ["A00001", "A00003", "A08528", "A08529", "A00000", "A3", "other"];
    expect(names.filter((record) => dataset.lacks!(record))).toEqual(["A00003", "A08528"]);
    const recording = await dataset.open("A00002");
    expect(recording).toMatchObject({ id: "A00002", sampleRate: 300, patientId: "cinc2017/A00002" });
    expect([...recording.leads[0]!.samples]).toEqual([0.1, 0.2, 0.3, -0.1].map(Math.fround));
    const rhythm = await dataset.labels!();
    expect(rhythm).toMatchObject({ task: "rhythm", classes: ["N", "A", "O", "~"], kind: "one" });
    expect(Object.fromEntries(rhythm.of)).toEqual({ A00001: ["N"], A00002: ["A"], A00227: ["O"], A01176: ["~"] });
    expect(rhythm.patients!.get("A01176")).toBe(rhythm.patients!.get("A00227"));
    expect(rhythm.notices.map(({ code }) => code)).toEqual(["partial", "unlabelled"]);
    const af = await dataset.labels!("af");
    expect(af.classes).toEqual(["A", "rest"]);
    expect([...af.of.values()].flat()).toEqual(["rest", "A", "rest", "rest"]);
  });

  it("says what is wrong with the labels, and what options it has", async () => {
    await writeRecord(directory, "A00001");
    await writeFile(join(directory, "REFERENCE-v3.csv"), "A00001,N\nA00002,X\n");
    await expect((await open()).labels!()).rejects.toThrow(
      /expected N, A, O or ~, found X \(.*REFERENCE-v3\.csv, line 2\)/,
    );
    await rm(join(directory, "REFERENCE-v3.csv"));
    await expect((await open()).labels!()).rejects.toThrow("found no such file");
    await expect((await open()).labels!("beats")).rejects.toThrow("expected one of rhythm, af");
    const options = { rate: 300 };
    await expect(
      locateDataset("cinc2017", { dataDirectory: directory, env: {}, home: directory, options }),
    ).rejects.toThrow("Cannot open dataset cinc2017");
  });

  it.skipIf(!existsSync(join(sharedData, "cinc2017")))(
    "has the published class counts (skipped where absent)",
    async () => {
      const dataset = await locateDataset("cinc2017", { dataDirectory: sharedData, env: {}, home: directory });
      expect(dataset).toMatchObject({ notices: [] });
      expect(["A00001", "A08529"].map(dataset.lacks!)).toEqual([false, false]);
      const { of, patients, notices } = await dataset.labels!("rhythm");
      expect(notices).toEqual([]);
      const count = (label: string) => [...of.values()].filter(([found]) => found === label).length;
      expect(["N", "A", "O", "~"].map(count)).toEqual([5076, 758, 2415, 279]);
      expect(new Set(patients!.values()).size).toBe(8526);
      expect((await dataset.open("A08528")).leads[0]!.samples.length).toBeGreaterThan(2000);
    },
  );
});

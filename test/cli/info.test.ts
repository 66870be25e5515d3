import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { beforeEach, describe, expect, it } from "vitest";

import { runInProcess } from "./run-in-process.ts";
import { temporaryFolder, writeSample } from "./sample-recording.ts";

const data = process.env.EINTHOVEN_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeSample(folder);
});

describe("info", () => {
  it.each(["sample", "sample.hea", "sample.dat", "sample.atr", "./sample"])("opens %s", async (spec) => {
    const { code, stdout, stderr } = await runInProcess(["info", spec, "--json"], { cwd: folder });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const { leads, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({
      id: "sample",
      sampleRate: 100,
      sampleCount: 1000,
      annotations: { total: 4, beats: 3, bySymbol: { "+": 1, N: 2, V: 1 } },
      comments: ["69 M"],
      notices: [],
    });
    expect(leads).toMatchObject([
      { name: "MLII", unit: "mV", gainPerMillivolt: 200 },
      { name: "V5", unit: "mV", gainPerMillivolt: 200 },
    ]);
    for (const { checksum } of leads) expect(checksum.found).toBe(checksum.expected);
  });

  it("prints a list for several recordings, and tables for people", async () => {
    await writeSample(folder, "other");
    const list = await runInProcess(["info", "sample", "other", "--json"], { cwd: folder });
    expect(JSON.parse(list.stdout).map(({ id }: { id: string }) => id)).toEqual(["sample", "other"]);
    const { stdout } = await runInProcess(["info", "sample", "other"], { cwd: folder });
    expect(stdout).toContain("sample, 100 Hz, 10 s (1,000 samples)");
    expect(stdout).toContain("other, 100 Hz");
    expect(stdout).toMatch(/^V +1 {2}Premature ventricular contraction$/m);
    expect(stdout).toContain("# 69 M");
  });

  it("shows a wrong checksum, in words and in JSON", async () => {
    const path = join(folder, "sample.dat");
    const bytes = await readFile(path);
    bytes[30]! ^= 1;
    await writeFile(path, bytes);
    const { code, stdout } = await runInProcess(["info", "sample"], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/wrong: expected -?\d+, found -?\d+/);
    expect(stdout).toContain("Notice: ");
    const { notices } = JSON.parse((await runInProcess(["info", "sample", "--json"], { cwd: folder })).stdout);
    expect(notices).toHaveLength(1);
    expect(notices[0].code).toBe("checksum");
  });

  it("calls a checksum of 0, WFDB's placeholder, not given", async () => {
    const path = join(folder, "sample.hea");
    const lines = (await readFile(path, "utf8")).split("\n");
    // File, format, gain, bits, zero, initial value, checksum, …
    lines[1] = lines[1]!.replace(/^((?:\S+ ){6})\S+/, "$10");
    await writeFile(path, lines.join("\n"));
    const { code, stdout } = await runInProcess(["info", "sample"], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^MLII .* not given *$/m);
    expect(stdout).toMatch(/^V5 .* right *$/m);
    expect(stdout).not.toContain("wrong");
    expect(stdout).toContain("checksum 0, WFDB's placeholder, for MLII");
  });

  it("makes a recording of the synthetic dataset", async () => {
    const { code, stdout } = await runInProcess(["info", "synthetic/syn001", "--json"], { cwd: folder });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).annotations.beats).toBeGreaterThan(100);
  });

  it.each([
    ["nowhere", "expected a WFDB header", "nowhere.hea, found none"],
    ["mitdb/100", "found none of its files", "einthoven data get mitdb"],
    ["mitdb/100", "Cannot open dataset mitdb", "data get mitdb --data"],
    ["synthetic/nobody", "Cannot open synthetic/nobody", "expected one of 40 records"],
    [".", "expected a record, found a folder", ""],
    ["alone.dat", "expected its WFDB header", "alone.hea beside it"],
    ["sample/below", "expected a WFDB header", "below.hea, found none"],
  ])("says in one sentence what %s lacks", async (spec, first, second) => {
    await writeFile(join(folder, "alone.dat"), "x");
    const { code, stdout, stderr } = await runInProcess(["info", spec, "--data", "data"], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(first);
    expect(stderr).toContain(second);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("offers the command that gets the rest of a dataset of which only a part is there", async () => {
    await mkdir(join(folder, "data", "mitdb"), { recursive: true });
    for (const extension of ["hea", "dat", "atr"])
      await writeFile(join(folder, "data", "mitdb", `100.${extension}`), "");
    const { code, stderr } = await runInProcess(["info", "mitdb/101", "--data", "data"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Cannot open recording mitdb/101: its files are not all in ${join(folder, "data", "mitdb")}. ` +
        "Get them with: einthoven data get mitdb --data data\n",
    );
  });

  it.each(["sample.hea", "sample.dat"])("says in one sentence what is wrong with a folder named %s", async (name) => {
    await rm(join(folder, name));
    await mkdir(join(folder, name));
    const { code, stderr } = await runInProcess(["info", "sample"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("sample");
  });

  it("names file and line of a damaged header", async () => {
    await writeFile(join(folder, "sample.hea"), "sample two 360\n");
    const { code, stderr } = await runInProcess(["info", "sample"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot .*sample\.hea, line 1\)\n$/);
  });

  it.skipIf(!existsSync(join(data, "mitdb", "234.atr")))(
    "finds every checksum right, 112,647 annotations and 109,494 beats in MIT-BIH",
    async () => {
      const records = (await readFile(join(data, "mitdb", "RECORDS"), "utf8")).trim().split("\n");
      const specs = records.map((record) => `mitdb/${record}`);
      const { code, stdout } = await runInProcess(["info", ...specs, "--data", data, "--json"]);
      expect(code).toBe(0);
      const infos = JSON.parse(stdout) as {
        sampleCount: number;
        leads: { checksum: { expected: number; found: number } }[];
        annotations: { total: number; beats: number };
        notices: unknown[];
      }[];
      expect(infos).toHaveLength(48);
      expect(infos.reduce((sum, { annotations }) => sum + annotations.total, 0)).toBe(112_647);
      expect(infos.reduce((sum, { annotations }) => sum + annotations.beats, 0)).toBe(109_494);
      for (const { sampleCount, leads, notices } of infos) {
        expect(sampleCount).toBe(650_000);
        expect(notices).toEqual([]);
        for (const { checksum } of leads) expect(checksum.found).toBe(checksum.expected);
      }
    },
  );
});

import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { diskFolder } from "../../src/core/file-source.node.ts";
import { readWfdb } from "../../src/formats/index.ts";
import { runInProcess } from "./run-in-process.ts";
import { sampleRecording, temporaryFolder, writeSample } from "./sample-recording.ts";

let folder: string;
const convert = (...argv: string[]) => runInProcess(["convert", ...argv], { cwd: folder });

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeSample(folder);
});

describe("convert", () => {
  it.each(["8", "16", "24", "32", "61", "160", "212"])("writes WFDB format %s and reads it back", async (format) => {
    const { code, stderr } = await convert("sample", "out/copy", "--format", format);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const copy = await readWfdb(diskFolder(join(folder, "out")), "copy", { digital: true });
    const original = sampleRecording();
    expect(copy.annotations).toEqual(original.annotations);
    expect(copy.comments).toEqual(original.comments);
    expect(copy.notices).toEqual([]);
    for (const [i, lead] of copy.leads.entries()) {
      expect(lead.name).toBe(original.leads[i]!.name);
      expect(lead.encoding?.format).toBe(Number(format));
      expect(lead.encoding?.digital).toEqual(original.leads[i]!.encoding?.digital);
    }
  });

  it.each(["80", "310", "311"])("refuses format %s, which is too narrow for the samples", async (format) => {
    const { code, stderr } = await convert("sample", "out/copy", "--format", format);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot write lead MLII in WFDB format \d+: expected .* found 1024\n$/);
    expect(await readdir(folder)).not.toContain("out");
  });

  it("writes CSV in physical units or as integers, and says what has no place there", async () => {
    const { code, stderr } = await convert("sample", "a.csv");
    expect(code).toBe(0);
    expect(stderr).toBe("Notice: csv files have no place for annotations; 4 are not in a.csv\n");
    const physical = (await readFile(join(folder, "a.csv"), "utf8")).split("\r\n");
    expect(physical.slice(0, 3)).toEqual(["time,MLII,V5", "0,0,0", "0.01,0.1,0.1"]);
    expect(physical).toHaveLength(1002);
    await convert("sample", "b.csv", "--digital");
    const digital = (await readFile(join(folder, "b.csv"), "utf8")).split("\r\n");
    expect(digital.slice(0, 3)).toEqual(["time,MLII,V5", "0,1024,1024", "0.01,1044,1044"]);
  });

  it("writes an NPY array, and reads it with the rate told", async () => {
    expect((await convert("sample", "a.npy")).code).toBe(0);
    const { code, stderr } = await convert("a.npy", "back.csv");
    expect(code).toBe(1);
    expect(stderr).toContain("expected a sample rate");
    expect((await convert("a.npy", "back.csv", "--rate", "100")).code).toBe(0);
    await convert("sample", "a.csv");
    const [back, direct] = await Promise.all(["back.csv", "a.csv"].map((file) => readFile(join(folder, file), "utf8")));
    expect(back!.split("\r\n").slice(1)).toEqual(direct!.split("\r\n").slice(1));
    expect((await convert("a.csv", "c.hea")).code).toBe(0);
    expect((await readWfdb(diskFolder(folder), "c")).sampleRate).toBe(100);
  });

  it("cuts a stretch, annotations with it", async () => {
    const { code, stdout } = await convert("sample", "cut.hea", "--from", "2", "--to", "5", "--json");
    expect(code).toBe(0);
    const names = ["cut.dat", "cut.atr", "cut.hea"].map((name) => join(folder, name));
    expect(JSON.parse(stdout)).toMatchObject({ sampleCount: 300, annotations: 1, files: names });
    const cut = await readWfdb(diskFolder(folder), "cut");
    expect(cut.annotations).toEqual([{ sample: 100, symbol: "V" }]);
    expect(cut.leads[0]?.samples).toEqual(sampleRecording().leads[0]?.samples.slice(200, 500));
    expect(cut.notices).toEqual([]);
  });

  it("overwrites only with --force", async () => {
    await writeFile(join(folder, "a.csv"), "mine");
    const refused = await convert("sample", "a.csv");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("a.csv: expected no such file, found one (--force overwrites)");
    expect(await readFile(join(folder, "a.csv"), "utf8")).toBe("mine");
    expect((await convert("sample", "a.csv", "--force")).code).toBe(0);
    expect((await convert("sample", "sample", "--format", "16", "--force")).code).toBe(0);
    expect((await readWfdb(diskFolder(folder), "sample")).leads[0]?.encoding?.format).toBe(16);
  });

  it("does not leave another recording's annotations beside a new one", async () => {
    await writeFile(join(folder, "bare.atr"), "old");
    const { code, stderr } = await convert("sample", "bare", "--from", "8", "--force");
    expect(code).toBe(1);
    expect(stderr).toContain("bare.atr");
    expect(await readdir(folder)).not.toContain("bare.hea");
  });

  it.each([
    [["sample"], "missing required argument 'out'"],
    [["sample", "a.mp3"], "expected a name that ends in .csv, .npy, .hea or .dat"],
    [["sample", "a.mat"], "expected a name that ends in .csv, .npy, .hea or .dat"],
    [["sample", "a.atr", "--force"], "expected a name that ends in .csv, .npy, .hea or .dat"],
    [["sample", "a", "--digital"], "--digital: expected an OUT that ends in .csv"],
    [["sample", "a.csv", "--format", "16"], "--format: expected a WFDB record as OUT"],
    [["sample", "a", "--format", "17"], 'found "17"'],
    [["sample", "a", "--from", "5", "--to", "5"], "--to: expected more than 5 s, found 5"],
  ])("refuses %j with code 2", async (argv, sentence) => {
    const { code, stderr } = await convert(...argv);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });

  it.each([
    ["outside the recording", ["sample", "a", "--from", "10"], "within its 10 s"],
    ["a name that WFDB does not allow", ["sample", "a b"], "record name"],
    ["a folder in the file's place", ["sample", "taken.csv", "--force"], "taken.csv: it is a folder, not a file"],
    ["a file in the folder's place", ["sample", "sample.dat/a.csv"], "sample.dat"],
  ])("says in one sentence why it can't: %s", async (_, argv, sentence) => {
    await mkdir(join(folder, "taken.csv"));
    const before = await readdir(folder);
    const { code, stderr } = await convert(...argv);
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(stderr).toContain(sentence);
    expect(code).toBe(1);
    expect(await readdir(folder)).toEqual(before);
  });

  it("writes nothing after Ctrl-C", async () => {
    const controller = new AbortController();
    controller.abort();
    const { code, stderr } = await runInProcess(["convert", "sample", "a.csv"], {
      cwd: folder,
      signal: controller.signal,
    });
    expect(code).toBe(130);
    expect(stderr).toBe("Interrupted.\n");
    expect(await readdir(folder)).not.toContain("a.csv");
  });
});

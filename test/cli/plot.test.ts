import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { runInProcess } from "./run-in-process.ts";
import { temporaryFolder, writeSample } from "./sample-recording.ts";

let folder: string;
const plot = (...argv: string[]) => runInProcess(["plot", ...argv], { cwd: folder });

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeSample(folder);
});

describe("plot", () => {
  it("draws SVG and HTML with the leads and the annotations asked for", async () => {
    const svg = await plot("sample", "--from", "2", "--to", "6", "--leads", "V5", "--out", "a.svg");
    expect(svg).toEqual({ code: 0, stdout: "sample, 2 s to 6 s, drawn in a.svg\n", stderr: "" });
    const text = await readFile(join(folder, "a.svg"), "utf8");
    expect(text).toMatch(/^<svg /);
    expect(text).toContain("V5");
    expect(text).not.toContain("MLII");
    const html = await plot("sample", "--out", "sub/a.html", "--json");
    expect(JSON.parse(html.stdout)).toEqual({
      id: "sample",
      from: 0,
      to: 10,
      leads: ["MLII", "V5"],
      file: join(folder, "sub", "a.html"),
    });
    expect(await readFile(join(folder, "sub", "a.html"), "utf8")).toMatch(/^<!DOCTYPE html>/);
  });

  it("draws PNG", async () => {
    expect((await plot("sample", "--out", "a.PNG")).code).toBe(0);
    const bytes = await readFile(join(folder, "a.PNG"));
    expect([...bytes.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it.each([
    [["sample"], "--out is missing"],
    [["sample", "--out", "a.jpg"], "expected a file that ends in .svg, .html or .png, found a.jpg"],
    [["sample", "--out", "a.svg", "--from", "4", "--to", "4"], "--to: expected more than 4 s, found 4"],
  ])("refuses %j with code 2", async (argv, sentence) => {
    const { code, stderr } = await plot(...argv);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });

  it.each([
    [["--leads", "II"], "expected a lead II, found MLII, V5"],
    [["--from", "20"], "found 20 … 30 s"],
    [["--from", "20", "--to", "25"], "found 20 … 25 s"],
  ])("says in one sentence why it can't draw %j", async (argv, sentence) => {
    const { code, stderr } = await plot("sample", "--out", "a.svg", ...argv);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain(sentence);
    expect(code).toBe(1);
    expect(await readdir(folder)).not.toContain("a.svg");
  });
});

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { checksumFile, datasetFiles, datasetEntry, type WfdbEntry } from "../../src/datasets/index.ts";
import { runInProcess } from "./run-in-process.ts";
import { temporaryFolder } from "./sample-recording.ts";

let folder: string;
const data = (...argv: string[]) => runInProcess(["data", ...argv], { cwd: folder, home: folder });
const files = datasetFiles(datasetEntry("mitdb") as WfdbEntry);

/** A source in which each file of MIT-BIH is a few bytes long, with the digests that fit. */
async function writeSource(directory: string): Promise<void> {
  await mkdir(directory);
  const digests: string[] = [];
  for (const file of files) {
    const content = `content of ${file}`;
    await writeFile(join(directory, file), content);
    digests.push(`${createHash("sha256").update(content).digest("hex")} ${file}\n`);
  }
  await writeFile(join(directory, checksumFile), digests.join(""));
}

beforeEach(async () => {
  folder = await temporaryFolder();
});

describe("data list", () => {
  it("says what is not there, and how to get it", async () => {
    const { code, stdout } = await data("list");
    expect(code).toBe(0);
    expect(stdout).toMatch(/mitdb +MIT-BIH Arrhythmia Database/);
    expect(stdout).toContain("not on this machine; get it with: einthoven data get mitdb");
    expect(stdout).toContain("made by the program, nothing to download");
  });

  it("offers a download to where it looked", async () => {
    await mkdir(join(folder, "mine", "mitdb"), { recursive: true });
    await writeFile(join(folder, "mine", "mitdb", "100.hea"), "");
    const { stdout } = await data("list", "--data", "mine");
    expect(stdout).toContain("not on this machine; get it with: einthoven data get svdb --data mine");
    expect(stdout).toMatch(/1 of \d+ files in .*; get it with: einthoven data get mitdb --data mine\n/);
    const { stderr } = await data("verify", "mitdb", "--data", "mine");
    expect(stderr).toMatch(/Get it with: einthoven data get mitdb --data mine\n$/);
  });

  it("prints JSON", async () => {
    const { stdout } = await data("list", "--json");
    const [mitdb] = JSON.parse(stdout);
    expect(mitdb).toMatchObject({ name: "mitdb", recordCount: 48, complete: false });
  });
});

describe("data get and verify", () => {
  it("copies a dataset, checks it, finds damage and repairs it", async () => {
    await writeSource(join(folder, "source"));
    const get = ["get", "mitdb", "--from", join(folder, "source"), "--data", "mine"];
    const first = await data(...get, "--json");
    expect(first.stderr).toMatch(/^Getting mitdb {2}.* in /);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({
      name: "mitdb",
      directory: join(folder, "mine", "mitdb"),
      skipped: [],
    });
    expect(JSON.parse(first.stdout).downloaded).toHaveLength(files.length);

    expect((await data("list", "--data", "mine")).stdout).toContain(`complete in ${join(folder, "mine", "mitdb")}`);
    const right = await data("verify", "mitdb", "--data", "mine");
    expect(right.code).toBe(0);
    expect(right.stdout).toBe(`${files.length} files in ${join(folder, "mine", "mitdb")} are as published\n`);

    await writeFile(join(folder, "mine", "mitdb", "100.dat"), "damaged");
    await rm(join(folder, "mine", "mitdb", "101.hea"));
    const wrong = await data("verify", "mitdb", "--data", "mine");
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain("wrong: 100.dat\nmissing: 101.hea");
    expect(wrong.stderr).toMatch(
      /Cannot vouch for dataset mitdb: found 1 wrong and 1 missing files .* data get mitdb --data mine\n$/,
    );
    expect(JSON.parse((await data("verify", "mitdb", "--data", "mine", "--json")).stdout)).toMatchObject({
      ok: false,
      missing: ["101.hea"],
    });

    const second = await data(...get);
    expect(second.code).toBe(0);
    expect(second.stdout).toContain("2 files downloaded");
    expect(second.stdout).toContain("100.dat");
    expect(await readFile(join(folder, "mine", "mitdb", "100.dat"), "utf8")).toBe("content of 100.dat");
  });

  it("goes into the cache where nobody names a place", async () => {
    await writeSource(join(folder, "source"));
    const { code, stdout } = await data("get", "mitdb", "--from", join(folder, "source"));
    expect(code).toBe(0);
    expect(stdout).toContain(join(folder, ".cache", "einthoven", "mitdb"));
  });

  it("takes --from relative to the current folder", async () => {
    await writeSource(join(folder, "source"));
    expect((await data("get", "mitdb", "--from", "source", "--data", "mine")).code).toBe(0);
  });

  it.each([
    [["get", "nothing"], "Cannot find dataset nothing: expected one of mitdb, "],
    [["get", "synthetic"], "nothing has to be downloaded"],
    [["get", "mitdb", "--from", "nowhere"], "nowhere"],
    [["verify", "nothing"], "Cannot find dataset nothing"],
    [["verify", "mitdb"], "Get it with: einthoven data get mitdb"],
    [["verify", "synthetic"], "there are no files"],
  ])("says in one sentence why it can't: %j", async (argv, sentence) => {
    const { code, stdout, stderr } = await data(...argv);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it("names a folder that lies where a file belongs", async () => {
    await writeSource(join(folder, "source"));
    const taken = join(folder, "mine", "mitdb", "100.dat");
    await mkdir(taken, { recursive: true });
    const { code, stderr } = await data("get", "mitdb", "--from", "source", "--data", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain(`Cannot read ${taken}: expected a file, found a folder\n`);
  });

  it("stops at Ctrl-C and leaves what has arrived", async () => {
    await writeSource(join(folder, "source"));
    const controller = new AbortController();
    let seen = "";
    const stderr = {
      write: (text: string) => {
        seen += text;
        controller.abort();
      },
    };
    const isTty = { stdout: false, stderr: true };
    const world = { cwd: folder, home: folder, stderr, isTty, signal: controller.signal };
    const { code } = await runInProcess(["data", "get", "mitdb", "--from", "source", "--data", "mine"], world);
    expect(code).toBe(130);
    expect(seen).toMatch(/Interrupted\.\n$/);
    expect((await data("get", "mitdb", "--from", "source", "--data", "mine")).code).toBe(0);
  });
});

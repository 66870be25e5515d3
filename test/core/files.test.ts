import { mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { blobSource, memoryFolder, memorySource } from "../../src/core/byte-source.ts";
import { diskFolder, fileSource } from "../../src/core/file-source.node.ts";
import { makeFolder } from "../../src/core/make-folder.node.ts";
import { writeFileWhole } from "../../src/core/write-file.node.ts";

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-"));
});

describe("byte sources", () => {
  it.each([
    ["memory", () => memorySource("some", bytes)],
    ["blob", () => blobSource("some", new Blob([bytes]))],
    ["file", () => fileSource(join(directory, "some"), "some")],
  ] as const)("%s: whole, in part, and beyond the end", async (_, make) => {
    await writeFile(join(directory, "some"), bytes);
    const source = make();
    expect(source.name).toBe("some");
    expect(await source.size()).toBe(100);
    expect(await source.read()).toEqual(bytes);
    expect(await source.read({ start: 90 })).toEqual(bytes.slice(90));
    expect(await source.read({ start: 10, end: 20 })).toEqual(bytes.slice(10, 20));
    expect(await source.read({ start: 95, end: 200 })).toEqual(bytes.slice(95));
    expect(await source.read({ start: 100, end: 200 })).toEqual(new Uint8Array(0));
  });

  it("folders open what is there, and nothing else", async () => {
    await writeFile(join(directory, "some"), bytes);
    for (const folder of [diskFolder(directory), memoryFolder("memory", new Map([["some", bytes]]))]) {
      expect(await (await folder.open("some"))?.read()).toEqual(bytes);
      expect(await folder.open("other")).toBeUndefined();
      expect(await folder.open("some/below")).toBeUndefined();
    }
  });
});

describe("writeFileWhole", () => {
  it("replaces a file and leaves nothing beside it", async () => {
    const path = join(directory, "a", "b.txt");
    await writeFileWhole(path, "first");
    await writeFileWhole(path, "second");
    expect(await readFile(path, "utf8")).toBe("second");
    expect(await readdir(join(directory, "a"))).toEqual(["b.txt"]);
  });

  it("leaves the old file and no rest when it fails", async () => {
    const path = join(directory, "taken");
    await writeFileWhole(join(path, "inside"), "x");
    await expect(writeFileWhole(path, "y")).rejects.toThrow();
    expect(await readdir(directory)).toEqual(["taken"]);
  });
});

describe("makeFolder", () => {
  it("makes a folder and those above it, and takes one that is there", async () => {
    const path = join(directory, "a", "b", "c");
    await makeFolder(path);
    await makeFolder(path);
    expect(await readdir(join(directory, "a", "b"))).toEqual(["c"]);
  });

  it("makes several at once that share what lies above", async () => {
    // Each finds it missing, and one of them has made it when the others look again: seldom, so many times.
    for (let round = 0; round < 100; round++) {
      const above = join(directory, `round ${round}`, "b");
      await Promise.all(Array.from({ length: 8 }, (_, i) => makeFolder(join(above, `c${i}`))));
      expect(await readdir(above)).toHaveLength(8);
    }
  });

  it("fails where a part of the path is a file", async () => {
    await writeFile(join(directory, "file"), "x");
    await expect(makeFolder(join(directory, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(join(directory, "file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.skipIf(process.platform !== "linux")("fails where nothing can be made", async () => {
    await expect(makeFolder("/proc/nothing/below")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

import { mkdir, mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { writeFilesWhole } from "../../src/core/write-files.node.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-"));
});

describe("writeFilesWhole", () => {
  it("writes all files and makes the folders above them", async () => {
    const files = new Map([
      [join(directory, "a", "x.dat"), Uint8Array.of(1, 2)],
      [join(directory, "a", "x.hea"), "text"],
    ] as [string, Uint8Array | string][]);
    await writeFilesWhole(files);
    expect((await readdir(join(directory, "a"))).sort()).toEqual(["x.dat", "x.hea"]);
    expect(await readFile(join(directory, "a", "x.hea"), "utf8")).toBe("text");
  });

  it("writes none of them, and leaves what was there, when one can't be written", async () => {
    await writeFile(join(directory, "first"), "old");
    await writeFile(join(directory, "file"), "a file, so no folder");
    const files = new Map([
      [join(directory, "first"), "new"],
      [join(directory, "file", "second"), "new"],
    ]);
    await expect(writeFilesWhole(files)).rejects.toThrow();
    expect((await readdir(directory)).sort()).toEqual(["file", "first"]);
    expect(await readFile(join(directory, "first"), "utf8")).toBe("old");
  });

  it("writes none of them after an abort", async () => {
    const files = new Map([[join(directory, "first"), "new"]]);
    await expect(writeFilesWhole(files, { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(await readdir(directory)).toEqual([]);
  });

  it("names the file in the error, and says that it was to be written", async () => {
    const path = join(directory, "x");
    await mkdir(`${path}.part-${process.pid}`);
    await expect(writeFilesWhole(new Map([[path, "new"]]))).rejects.toMatchObject({
      code: "EISDIR",
      syscall: "write",
      path: `${path}.part-${process.pid}`,
    });
  });
});

import { execFile } from "node:child_process";
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loadRecipe } from "../../src/cli/load-recipe.ts";
import { datasetEntry, locateDataset } from "../../src/datasets/index.ts";
import { encodeNpy, encodeWfdb } from "../../src/formats/index.ts";

describe("a folder of one's own", () => {
  let directory: string;
  const open = (options: Record<string, unknown> = {}) =>
    locateDataset("folder", { env: {}, home: directory, options: { directory, ...options } });
  const write = (file: string, content: string | Uint8Array) => writeFile(join(directory, file), content);
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "einthoven-folder-"));
    await write("a.csv", "time,II\n0,1\n0.01,2\n");
    await write("b.npy", encodeNpy({ shape: [1, 3], dtype: "f4", values: Float32Array.of(4, 5, 6) }));
    const lead = { name: "II", unit: "mV", sampleRate: 100, samples: Float32Array.of(0.5, 0.25) };
    const wfdb = {
      id: "c",
      sampleRate: 100,
      sampleCount: 2,
      leads: [lead],
      annotations: [],
      comments: [],
      notices: [],
    };
    await mkdir(join(directory, "deep"));
    for (const [file, bytes] of encodeWfdb(wfdb)) await write(join("deep", file), bytes);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it("opens WFDB, CSV and NPY, with one label each", async () => {
    await write("labels.csv", "record,label,patient,fold\na,AF,p1,1\nb.npy,N,p2,2\ndeep/c,N,p1,1\n");
    const dataset = await open({ sampleRate: 100, leads: ["II"] });
    expect(dataset.recordNames).toEqual(["a", "b.npy", "deep/c"]);
    const first = await Promise.all(dataset.recordNames.map(async (name) => (await dataset.open(name)).leads[0]!));
    expect(first.map(({ name, samples }) => [name, samples[0]])).toEqual([
      ["II", 1],
      ["II", 4],
      ["II", 0.5],
    ]);
    expect(await dataset.open("deep/c")).toMatchObject({ id: "deep/c", patientId: "folder/p1", sampleRate: 100 });
    const { classes, kind, of, folds, patients } = await dataset.labels!();
    expect({ classes, kind }).toEqual({ classes: ["AF", "N"], kind: "one" });
    expect(Object.fromEntries(of)).toEqual({ a: ["AF"], "b.npy": ["N"], "deep/c": ["N"] });
    expect([...folds!.values()]).toEqual([1, 2, 1]);
    expect(patients!.get("a")).toBe(patients!.get("deep/c"));
    expect(datasetEntry("folder")).toMatchObject({ kind: "folder" });
  });

  it("takes one column per class, and several labels in one field", async () => {
    await write("labels.csv", "record,AF,LBBB\na,1,1\nb,0,1\ndeep/c,0,0\n");
    const columns = await (await open()).labels!("labels");
    expect(columns).toMatchObject({ classes: ["AF", "LBBB"], kind: "several" });
    expect(Object.fromEntries(columns.of)).toEqual({ a: ["AF", "LBBB"], b: ["LBBB"] });
    expect(columns.notices[0]!.message).toContain("1 records of the table have no label");
    await write("mine.csv", "record,label\na,AF;LBBB\nb,N\n");
    const one = await (await open({ labels: "mine.csv" })).labels!();
    expect(one).toMatchObject({ classes: ["AF", "LBBB", "N"], kind: "several" });
    expect(one.folds).toBeUndefined();
  });

  it("leaves out a column without name and values, after a comma at the end", async () => {
    await write("labels.csv", "record,AF,N,\na,1,0,\nb,0,1, \n");
    const { classes, of } = await (await open()).labels!();
    expect([classes, Object.fromEntries(of)]).toEqual([["AF", "N"], { a: ["AF"], b: ["N"] }]);
  });

  it.each([
    ["record,AF,N,\na,1,0,\nb,0,1,1\n", "expected a name for each class, found a column without one"],
    ["record,AF,\na,1,\n", "expected a column label, or one per class, found record, AF"],
    ["label\nAF\n", "expected columns record"],
    ["record,AF\na,1\n", "expected a column label, or one per class, found record, AF"],
    ["record,AF,N\na,1,x\n", 'expected 0 or 1 for N, found "x" (FOLDER/labels.csv, line 2)'],
    ["record,label\na,AF\na,N\n", 'once, found "a", the same as "a" in line 2 (FOLDER/labels.csv, line 3)'],
    [
      "record,label\nb,AF\na,N\n./b.npy,N\n",
      'once, found "./b.npy", the same as "b" in line 2 (FOLDER/labels.csv, line 4)',
    ],
    ["record,label\ndeep/c,\ndeep/../deep/c.hea,N\n", 'found "deep/../deep/c.hea", the same as "deep/c" in line 2'],
    ["record,label\nz,AF\nz,N\n", 'found "z", the same as "z" in line 2'],
    ["record,label\n ,AF\n", 'expected a record\'s name, found "" (FOLDER/labels.csv, line 2)'],
    [
      ",record,AF,N\n0,a,1,0\n",
      "expected a name for each class, found a column without one (FOLDER/labels.csv, line 1)",
    ],
    ["record,label,fold\na,AF,0\n", 'expected a fold from 1 on, found "0"'],
    ["record,label,fold\na,AF,1\nb,AF,\n", "expected a fold for all 2 records or none, found 1"],
  ])("says what is wrong with a table: %j", async (text, message) => {
    await write("labels.csv", text);
    await expect(open()).rejects.toThrow(message.replace("FOLDER", directory));
  });

  it("tells files from their names: symbolic links to one file are one record, hard links and files of one name two", async () => {
    await symlink("b.npy", join(directory, "soft.npy"));
    await link(join(directory, "b.npy"), join(directory, "hard.npy"));
    await write("labels.csv", "record,label\nb,AF\nsoft,N\n");
    await expect(open()).rejects.toThrow('found "soft", the same as "b" in line 2');
    // Programs that save space make hard links of files with the same content.
    await write("labels.csv", "record,label\nb,AF\nhard,N\n");
    expect((await open()).recordNames).toEqual(["b", "hard"]);
    await write("b.csv", "time,II\n0,1\n0.01,2\n");
    await write("labels.csv", "record,label\nb.npy,AF\nb.csv,N\n");
    expect((await open()).recordNames).toEqual(["b.npy", "b.csv"]);
  });

  it("reads a table in Latin-1 where it is no UTF-8", async () => {
    const table = "record,label,patient\na,Flütter,Müller\nb,Flötter,Möller\n";
    for (const encoding of ["latin1", "utf8"] as const) {
      await write("labels.csv", Buffer.from(table, encoding));
      const { classes, patients } = await (await open()).labels!();
      expect(classes).toEqual(["Flötter", "Flütter"]);
      expect([...patients!.values()]).toEqual(["folder/Müller", "folder/Möller"]);
    }
  });

  it("says what is missing", async () => {
    await expect(open()).rejects.toThrow(/expected labels in .*labels\.csv/);
    await expect(locateDataset("folder", { env: {}, home: "" })).rejects.toThrow(
      "Cannot open dataset folder: directory",
    );
    await write("labels.csv", "record,label\nb,AF\nz,N\n");
    const dataset = await open();
    await expect(dataset.open("b")).rejects.toThrow("expected a sample rate");
    await expect(dataset.open("z")).rejects.toThrow("expected one of z.hea, z.csv, z.npy in");
    await expect(dataset.open("y")).rejects.toThrow("expected one of 2 records");
  });

  it("lies relative to the recipe that names it", async () => {
    const file = fileURLToPath(new URL("../../examples/own-model.json", import.meta.url));
    const changes = ["dataset.name=folder", 'dataset.options={"directory":"here"}'];
    const { recipe } = await loadRecipe(file, { cwd: directory, changes });
    expect(recipe.dataset.options["directory"]).toBe(join(file, "..", "here"));
  });

  it("has an example that runs", async () => {
    const example = fileURLToPath(new URL("../../examples/own-data.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [example, join(directory, "example")]);
    expect(stdout).toMatch(
      /^10 records of ectopic and regular, 10 people, folds 1 2 3 4 5\nr1: 1000 samples of I, II, V2 at 100 Hz\n$/,
    );
  });
});

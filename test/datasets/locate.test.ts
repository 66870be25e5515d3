import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  cacheDirectory,
  datasetCatalogue,
  datasetEntry,
  datasetFiles,
  downloadDirectory,
  listDatasets,
  locateDataset,
  patientIdOf,
  syntheticDataset,
  type WfdbEntry,
  writeSyntheticDataset,
} from "../../src/datasets/index.ts";

const mitdb = datasetEntry("mitdb") as WfdbEntry;

describe("the catalogue", () => {
  it("knows mitdb as PhysioNet has it", () => {
    expect(mitdb).toMatchObject({ version: "1.0.0", path: "mitdb/1.0.0", annotator: "atr" });
    expect(mitdb.recordNames).toHaveLength(48);
    expect(new Set(mitdb.recordNames).size).toBe(48);
    expect(datasetFiles(mitdb)).toHaveLength(145);
  });

  it("declares that records 201 and 202 are one person, and no others", () => {
    expect(patientIdOf(mitdb, "202")).toBe(patientIdOf(mitdb, "201"));
    expect(new Set(mitdb.recordNames.map((record) => patientIdOf(mitdb, record))).size).toBe(47);
  });

  it("has different names", () => {
    const names = datasetCatalogue.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("data directories", () => {
  const home = join("/", "home", "ada");

  it("follow XDG, macOS and Windows", () => {
    expect(cacheDirectory({ env: {}, home })).toBe(join(home, ".cache", "einthoven"));
    expect(cacheDirectory({ env: { XDG_CACHE_HOME: join("/", "c") }, home })).toBe(join("/", "c", "einthoven"));
    expect(cacheDirectory({ env: { XDG_CACHE_HOME: "relative" }, home })).toBe(join(home, ".cache", "einthoven"));
    expect(cacheDirectory({ env: {}, home, platform: "darwin" })).toBe(join(home, "Library", "Caches", "einthoven"));
    expect(cacheDirectory({ env: { LOCALAPPDATA: "local" }, home, platform: "win32" })).toBe(
      join("local", "einthoven", "Cache"),
    );
  });

  it("are asked in order: --data alone, EINTHOVEN_DATA, the cache", () => {
    const env = { EINTHOVEN_DATA: "data" };
    expect(downloadDirectory("mitdb", { env, home, dataDirectory: "mine" })).toBe(join("mine", "mitdb"));
    expect(downloadDirectory("mitdb", { env, home })).toBe(join("data", "mitdb"));
    expect(downloadDirectory("mitdb", { env: {}, home })).toBe(join(home, ".cache", "einthoven", "mitdb"));
  });
});

describe("locating datasets", () => {
  let home: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "einthoven-locate-"));
    env = {};
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  /** Files of the right names; nobody looks inside until a record is opened. */
  const place = async (directory: string, leaveOut: readonly string[] = []) => {
    await mkdir(directory, { recursive: true });
    for (const file of datasetFiles(mitdb)) if (!leaveOut.includes(file)) await writeFile(join(directory, file), "");
    return directory;
  };

  it("finds it in --data, in --data/mitdb, in EINTHOVEN_DATA and in the cache", async () => {
    const cached = await place(join(home, ".cache", "einthoven", "mitdb"));
    expect(await locateDataset("mitdb", { env, home })).toMatchObject({
      directory: cached,
      recordNames: mitdb.recordNames,
    });
    env.EINTHOVEN_DATA = join(home, "environment");
    expect(await locateDataset("mitdb", { env, home })).toMatchObject({ directory: cached });
    const named = await place(join(home, "environment", "mitdb"));
    expect(await locateDataset("mitdb", { env, home })).toMatchObject({ directory: named });
    const given = await place(join(home, "given", "mitdb"));
    for (const dataDirectory of [given, join(home, "given")]) {
      expect(await locateDataset("mitdb", { env, home, dataDirectory })).toMatchObject({ directory: given });
    }
  });

  it("offers the command that gets it", async () => {
    await expect(locateDataset("mitdb", { env, home })).rejects.toThrow(
      /^Cannot open dataset mitdb: found none of its files in .*einthoven\. Get it with: einthoven data get mitdb$/,
    );
    await place(join(home, ".cache", "einthoven", "mitdb"));
    await expect(locateDataset("mitdb", { env, home, dataDirectory: join(home, "x") })).rejects.toThrow(
      /found none of its files in .*x\. Get it with: einthoven data get mitdb --data .*x$/,
    );
    await expect(locateDataset("mit", { env, home })).rejects.toThrow("expected one of mitdb, ");
  });

  it("refuses an incomplete copy unless told otherwise, and prefers a complete one", async () => {
    env.EINTHOVEN_DATA = home;
    await place(join(home, "mitdb"), ["213.dat", "100.atr"]);
    await expect(locateDataset("mitdb", { env, home })).rejects.toThrow(
      /expected 144 files in .*mitdb, found 142 \(missing 100\.atr, 213\.dat\)\. Get the rest with: einthoven data get/,
    );
    const found = await locateDataset("mitdb", { env, home, incomplete: "accept" });
    expect(found.recordNames).toHaveLength(46);
    await expect(found.open("100")).rejects.toThrow(/^Cannot open mitdb\/100: expected one of 46 records \(101, 102/);
    const cached = await place(join(home, ".cache", "einthoven", "mitdb"));
    expect(await locateDataset("mitdb", { env, home })).toMatchObject({ directory: cached });
  });

  it("lists what there is, and where", async () => {
    const all = await listDatasets({ env, home });
    const nothing = all[0];
    expect(nothing).toMatchObject({ name: "mitdb", complete: false, files: { present: 0, expected: 145 } });
    expect(nothing).not.toHaveProperty("directory");
    expect(nothing!.licence).toMatch(/Open Data Commons Attribution/);
    expect(all.find(({ name }) => name === "synthetic")).toMatchObject({
      name: "synthetic",
      complete: true,
      recordCount: 40,
    });
    const large = all.find(({ name }) => name === "cinc2017");
    expect(large).toMatchObject({ complete: false, recordCount: 8528, files: { present: 0, expected: 17_057 } });
    const cached = await place(join(home, ".cache", "einthoven", "mitdb"), ["213.dat", "RECORDS"]);
    const [some] = await listDatasets({ env, home });
    expect(some).toMatchObject({ directory: cached, complete: false, files: { present: 143, expected: 145 } });
    await writeFile(join(cached, "213.dat"), "");
    expect((await listDatasets({ env, home }))[0]).toMatchObject({ complete: true, files: { present: 144 } });
  });
});

describe("the synthetic dataset", () => {
  const options = { seed: 5, patients: 3, seconds: 20 };
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "einthoven-synthetic-"));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it("opens from memory, without any files", async () => {
    const dataset = await locateDataset("synthetic", { env: {}, home });
    expect(dataset.directory).toBeUndefined();
    expect(dataset.recordNames).toHaveLength(40);
    const recording = await dataset.open("syn001");
    expect(recording).toMatchObject({ id: "syn001", sampleRate: 360, sampleCount: 108_000 });
    expect(recording.leads.map(({ name }) => name)).toEqual(["MLII", "V1"]);
    await expect(dataset.open("syn041")).rejects.toThrow(/^Cannot open synthetic\/syn041: expected one of 40 records/);
  });

  it.each([{ patient: 5 }, { patients: 0 }, { patients: 1e12 }, { profile: "nobody" }])("refuses %j", async (wrong) => {
    const opening = locateDataset("synthetic", { env: {}, home, options: wrong });
    await expect(opening).rejects.toThrow("Cannot open dataset synthetic: ");
  });

  it.each([16, 212] as const)("is the same when it was written as WFDB format %d and read again", async (format) => {
    const memory = syntheticDataset({ ...options, format });
    const written = await writeSyntheticDataset(join(home, "synthetic"), { ...options, format });
    const found = await locateDataset("synthetic", { env: {}, home, dataDirectory: home });
    expect(await readdir(join(home, "synthetic"))).toHaveLength(3 * 3 + 2);
    expect(found.recordNames).toEqual(written.recordNames);
    for (const name of found.recordNames) {
      const [made, read] = [await memory.open(name), await found.open(name)];
      expect(read.notices).toEqual([]);
      expect(read.annotations).toEqual(made.annotations);
      expect(read.comments).toEqual(made.comments);
      expect(read).toMatchObject({ id: name, patientId: made.patientId, sampleRate: 360, sampleCount: 7200 });
      read.leads.forEach((lead, i) => {
        expect(lead.name).toBe(made.leads[i]!.name);
        expect(Buffer.compare(Buffer.from(lead.samples.buffer), Buffer.from(made.leads[i]!.samples.buffer))).toBe(0);
      });
    }
  });

  it("is not taken from a directory whose writing was cut short", async () => {
    await writeSyntheticDataset(join(home, "synthetic"), options);
    await rm(join(home, "synthetic", "synthetic.json"));
    const found = await locateDataset("synthetic", { env: {}, home, dataDirectory: home });
    expect(found.directory).toBeUndefined();
  });

  it("says what is wrong with a manifest", async () => {
    await cp(new URL("../../package.json", import.meta.url), join(home, "synthetic.json"));
    const locate = () => locateDataset("synthetic", { env: {}, home, dataDirectory: home });
    await expect(locate()).rejects.toThrow(/^Cannot read .*synthetic\.json: /);
    await writeFile(join(home, "synthetic.json"), "{");
    await expect(locate()).rejects.toThrow(/synthetic\.json: expected JSON, found /);
  });
});

describe("the other WFDB databases", () => {
  const wfdb = (name: string) => datasetEntry(name) as WfdbEntry;

  it.each([
    ["afdb", 23, 93],
    ["cudb", 35, 106],
    ["svdb", 78, 235],
    ["incartdb", 75, 226],
    ["nstdb", 15, 43],
  ])("%s has %i records in %i files", (name, records, files) => {
    const entry = wfdb(name);
    expect(new Set(entry.recordNames).size).toBe(records);
    expect(new Set(datasetFiles(entry)).size).toBe(files);
    expect(entry.licence.name).toMatch(/Open Data Commons Attribution/);
  });

  it("know persons across databases, and in headers", async () => {
    expect(patientIdOf(wfdb("nstdb"), "119e_6")).toBe(patientIdOf(mitdb, "119"));
    const home = await mkdtemp(join(tmpdir(), "einthoven-incart-"));
    try {
      for (const [record, person] of [
        ["I01", 1],
        ["I02", 1],
        ["I03", 2],
      ] as const) {
        const header = [
          `${record} 1 257 3`,
          `${record}.dat 16 250/mV 16 0 1 6 0 I`,
          `# patient ${person}`,
          "# PVCs, noise",
          "",
        ];
        await writeFile(join(home, `${record}.hea`), header.join("\n"));
        await writeFile(join(home, `${record}.dat`), Uint8Array.of(1, 0, 2, 0, 3, 0));
        await writeFile(join(home, `${record}.atr`), Uint8Array.of(0, 0));
      }
      const dataset = await locateDataset("incartdb", { dataDirectory: home, env: {}, home, incomplete: "accept" });
      expect(dataset.notices!.map(({ message }) => message)).toEqual([
        "This copy of incartdb is partial: it has 3 of 75 recordings.",
      ]);
      const persons = await Promise.all(dataset.recordNames.map(async (name) => (await dataset.open(name)).patientId));
      expect(persons).toEqual(["incartdb/person-1", "incartdb/person-1", "incartdb/person-2"]);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  it("say which records are left out", async () => {
    const home = await mkdtemp(join(tmpdir(), "einthoven-afdb-"));
    try {
      for (const file of datasetFiles(wfdb("afdb"))) await writeFile(join(home, file), "");
      const dataset = await locateDataset("afdb", { dataDirectory: home, env: {}, home });
      expect(dataset.recordNames).toHaveLength(23);
      expect(dataset.notices![0]!.message).toMatch(/^Records 00735 and 03665 of afdb are left out/);
      await expect(dataset.open("00735")).rejects.toThrow("Cannot open afdb/00735: expected one of 23 records");
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { locateDataset } from "../../src/datasets/index.ts";
import { ptbXlTasks } from "../../src/datasets/ptb-xl/ptb-xl-facts.ts";
import { parseSuperclassLabels } from "../../src/datasets/ptb-xl/superclass-labels.ts";
import { type SmallRow, writeSmallPtbXl } from "./small-ptb-xl.ts";

const sharedData = process.env["EINTHOVEN_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const counts = { superdiagnostic: 5, subdiagnostic: 23, diagnostic: 44, form: 19, rhythm: 12, all: 71 };

const rows: readonly SmallRow[] = [
  { id: 1, codes: "{'NORM': 100.0, 'SR': 0.0}", patient: 7, fold: 3, rates: [100, 500] },
  { id: 2, codes: "{'IMI': 15.0, 'LVH': 0, 'AFIB': 0.0}", patient: 7, fold: 3 },
  { id: 3, codes: "{'PVC': 100.0}", patient: 8, fold: 9 },
  { id: 4, codes: "{'SR': 0.0}", patient: 9, fold: 10, rates: [] },
  { id: 1005 },
  { id: 1006 },
];

describe("ptb-xl", () => {
  let directory: string;
  const open = (options: Record<string, unknown> = {}) =>
    locateDataset("ptb-xl", { dataDirectory: directory, env: {}, home: directory, options });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "einthoven-ptb-xl-"));
    await writeSmallPtbXl(directory, rows);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it("names recordings by number, opens them at either rate, and says how partial it is", async () => {
    const dataset = await open();
    expect(dataset.recordNames).toEqual(["00001", "00002", "00003", "01005", "01006"]);
    expect(await dataset.open("00002")).toMatchObject({ id: "00002", sampleRate: 100, patientId: "ptb-xl/7" });
    expect((await dataset.open("01005")).patientId).toBeUndefined();
    expect(dataset.notices!.map(({ message }) => message)).toEqual([
      "This copy of ptb-xl is partial: it has 5 of 21,799 recordings at 100 Hz.",
      "2 of these recordings have no row in ptbxl_database.csv: person, statements and fold are unknown.",
      "1 rows of ptbxl_database.csv have no recording at 100 Hz here.",
    ]);
    const fast = await open({ rate: 500 });
    expect(fast.recordNames).toEqual(["00001"]);
    expect(await fast.open("00001")).toMatchObject({ sampleRate: 500 });
    await expect(open({ rate: 250 })).rejects.toThrow("Cannot open dataset ptb-xl: rate");
    await expect(open({ rates: 100 })).rejects.toThrow("Cannot open dataset ptb-xl: options");
  });

  it("has the classes of the full statements file in each task, by name", async () => {
    const dataset = await open();
    for (const task of ptbXlTasks) {
      const { classes, kind } = await dataset.labels!(task);
      expect(classes, task).toHaveLength(counts[task]);
      expect([...classes].sort(), task).toEqual(classes);
      expect(kind).toBe("several");
    }
    expect((await dataset.labels!()).task).toBe("superdiagnostic");
    await expect(dataset.labels!("sub")).rejects.toThrow("expected one of superdiagnostic, subdiagnostic");
  });

  it("labels by the codes whatever their likelihood, and leaves out recordings with none", async () => {
    const dataset = await open();
    const of = async (task: string) => Object.fromEntries((await dataset.labels!(task)).of);
    expect(await of("superdiagnostic")).toEqual({ "00001": ["NORM"], "00002": ["HYP", "MI"] });
    expect(await of("diagnostic")).toEqual({ "00001": ["NORM"], "00002": ["IMI", "LVH"] });
    expect(await of("rhythm")).toEqual({ "00001": ["SR"], "00002": ["AFIB"] });
    expect(await of("form")).toEqual({ "00003": ["PVC"] });
    expect(await of("all")).toMatchObject({ "00002": ["AFIB", "IMI", "LVH"], "00003": ["PVC"] });
    const { folds, patients, notices } = await dataset.labels!("all");
    expect(Object.fromEntries(folds!)).toEqual({ "00001": 3, "00002": 3, "00003": 9 });
    expect(patients!.get("00001")).toBe(patients!.get("00002"));
    expect(notices.map(({ code }) => code)).toEqual(["partial", "partial-metadata", "partial-files"]);
  });

  it("takes superclasses from the table beside it where rows are missing, and says so", async () => {
    const header = "ecg_id,recording,NORM,MI,STTC,CD,HYP,part";
    const table = [header, "1,x,0,0,0,1,0,test", "1005,x,0,1,0,1,0,val", "1006,x,0,0,0,0,0,train", ""].join("\n");
    await writeFile(join(directory, "superclass-labels.csv"), table);
    const dataset = await open();
    const { of, folds, notices } = await dataset.labels!("superdiagnostic");
    expect(Object.fromEntries(of)).toEqual({ "00001": ["NORM"], "00002": ["HYP", "MI"], "01005": ["CD", "MI"] });
    expect(folds!.get("01005")).toBe(9);
    expect(folds!.get("00001")).toBe(3);
    expect(notices.map(({ code }) => code)).toContain("derived-labels");
    expect((await dataset.labels!("all")).of.has("01005")).toBe(false);
  });

  it.each<[string, SmallRow]>([
    ["expected codes of scp_statements.csv, found XYZ", { id: 5, codes: "{'XYZ': 1.0}" }],
    ["expected a value at character 8", { id: 5, codes: "{'SR': os.getcwd()}" }],
    ["expected a dict of numbers", { id: 5, codes: "['SR']" }],
    ["expected a dict of numbers", { id: 5, codes: "{'SR': 'high'}" }],
    ['expected a strat_fold from 1 to 10, found "11"', { id: 5, codes: "{}", fold: 11 }],
    ['expected a strat_fold from 1 to 10, found ""', { id: 5, codes: "{}", fold: "" }],
    ["expected a patient_id from 0", { id: 5, codes: "{}", patient: "x" }],
    ["expected each ecg_id once, found 00001 twice", { id: 1, codes: "{}" }],
  ])("says where the metadata is wrong: %s", async (message, row) => {
    await writeSmallPtbXl(directory, [rows[0]!, row]);
    await expect(open()).rejects.toThrow(message);
    // Two rows of two lines each after the header.
    await expect(open()).rejects.toThrow(/ptbxl_database\.csv, line 5\)$/);
  });

  it("says which of its files is missing or short", async () => {
    await writeFile(
      join(directory, "scp_statements.csv"),
      ",diagnostic,form,rhythm,diagnostic_class,diagnostic_subclass\nNORM,1.0,,,NORM,NORM\n",
    );
    await expect(open()).rejects.toThrow("expected 5 classes of task superdiagnostic, found 1");
    await rm(join(directory, "ptbxl_database.csv"));
    await writeSmallPtbXl(directory, rows);
    await writeFile(join(directory, "ptbxl_database.csv"), 'ecg_id,patient_id,scp_codes,strat_fold\n1,2,"{}');
    await expect(open()).rejects.toThrow(/Cannot read the table: Quote Not Closed/);
    await rm(join(directory, "ptbxl_database.csv"));
    await expect(open()).rejects.toThrow(/expected .*ptbxl_database\.csv, found no such file/);
  });
});

describe.skipIf(!existsSync(join(sharedData, "ptb-xl", "superclass-labels.csv")))(
  "ptb-xl at hand (skipped where it is absent)",
  () => {
    it("has the labels of its 849 metadata rows, and superclasses for all recordings", async () => {
      const dataset = await locateDataset("ptb-xl", { dataDirectory: sharedData, env: {}, home: "/nowhere" });
      expect(dataset.recordNames).toHaveLength(1987);
      const { of, folds } = await dataset.labels!("superdiagnostic");
      expect(of.size).toBe(1987 - 22);
      // The superclasses derived from the official labels are those that the metadata rows give, and so are the parts.
      const file = join(sharedData, "ptb-xl", "superclass-labels.csv");
      const table = parseSuperclassLabels(await readFile(file, "utf8"), {
        file,
        classes: ["CD", "HYP", "MI", "NORM", "STTC"],
      });
      for (const [record, labels] of of) {
        const { classes, part } = table.get(record)!;
        expect(labels, record).toEqual(classes);
        const fold = folds!.get(record)!;
        expect(fold === 9 ? "val" : fold === 10 ? "test" : "train", record).toBe(part);
      }
      expect((await dataset.labels!("all")).of.size).toBe(849);
    });
  },
);

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { checkMarkup } from "../evaluate/check-markup.ts";
import { goldenScores } from "../evaluate/golden-scores.ts";
import { doubles, type Files, npy, score, scoreJson, type ScoreOutput } from "./run-score.ts";

const { cases } = goldenScores;
const [multiLabel, , , multiClass, , binary] = cases;

const rowsOf = (values: readonly number[], size: number) =>
  Array.from({ length: values.length / size }, (_, row) => values.slice(row * size, (row + 1) * size));
const csvOf = (values: readonly number[], size: number) =>
  rowsOf(values, size)
    .map((row) => row.join(","))
    .join("\n");
function expectGolden(found: ScoreOutput, given: (typeof cases)[number]): void {
  expect(found.task).toBe(given.task);
  for (const [name, value] of Object.entries(given.metrics)) {
    expect(found.metrics[name]!.value, name).toBeCloseTo(value, 12);
  }
  expect(Object.keys(found.metrics).sort()).toEqual(Object.keys(given.metrics).sort());
}

describe("einthoven score", () => {
  it.each([multiLabel!, multiClass!, binary!])("reads arrays ($task)", async (given) => {
    const truth = npy("u1", Uint8Array.from(given.truth), [given.truth.length / given.classes, given.classes]);
    expectGolden(
      await scoreJson(
        { "y.npy": truth, "p.npy": doubles(given.scores, given.classes) },
        "--truth y.npy --scores p.npy",
      ),
      given,
    );
  });

  it.each([multiLabel!, multiClass!, binary!])("reads tables without a header ($task)", async (given) => {
    const files = { "y.csv": csvOf(given.truth, given.classes), "p.csv": csvOf(given.scores, given.classes) };
    expectGolden(await scoreJson(files, "--truth y.csv --scores p.csv"), given);
  });

  it("takes labels as numbers of several types and as words", async () => {
    const given = multiClass!;
    const labels = rowsOf(given.truth, given.classes).map((row) => row.indexOf(1));
    const names = ["AFIB", "LBBB", "NORM", "PVC", "STE"];
    const header = `${names.join(",")}\n`;
    const forms: Files[] = [
      { y: npy("i8", BigInt64Array.from(labels, BigInt), [labels.length]) },
      { y: npy("f4", Float32Array.from(labels), [labels.length]) },
      { y: `label\n${labels.join("\n")}` },
      { y: labels.map((label) => names[label]).join("\n") },
      { y: `diagnosis\n${labels.map((label) => names[label]).join("\n")}` },
    ];
    for (const form of forms) {
      const found = await scoreJson({ ...form, "p.csv": header + csvOf(given.scores, 5) }, "--truth y --scores p.csv");
      expectGolden(found, given);
      expect(found.classes).toEqual(names);
    }
  });

  it("matches rows by id and classes by name", async () => {
    const given = multiLabel!;
    const names = ["a", "b", "c", "d", "e", "f"];
    const line = (row: readonly number[], i: number) => `rec${i},${row.join(",")}`;
    const turned = rowsOf(given.scores, 6)
      .map((row, i) => line([...row].reverse(), i))
      .reverse();
    const files = {
      "y.csv": `ecg_id,${names.join(",")}\n${rowsOf(given.truth, 6).map(line).join("\n")}`,
      "p.csv": `ecg_id,${[...names].reverse().join(",")}\n${turned.join("\n")}`,
    };
    const found = await scoreJson(files, "--truth y.csv --scores p.csv");
    expectGolden(found, given);
    expect(found.notices[0]!.message).toMatch(/put in the order of y.csv, by id/);
  });

  it("reads a run's predictions, and resamples its records", async () => {
    const given = multiClass!;
    const names = ["N", "S", "V", "F", "Q"];
    const lines = rowsOf(given.scores, 5).map((row, i) => {
      const truth = names[given.truth.slice(i * 5, i * 5 + 5).indexOf(1)];
      return `${100 + (i % 9)},${i * 300},${truth},${names[row.indexOf(Math.max(...row))]},${row.join(",")}`;
    });
    const files = { "predictions.csv": `record,sample,truth,predicted,${names.join(",")}\n${lines.join("\n")}` };
    const found = await scoreJson(files, "--scores predictions.csv --bootstrap 50 --by record");
    expect(found.metrics.macroAuc!.value).toBeCloseTo(given.metrics.macroAuc!, 12);
    expect(found.metrics.jKappa!.value).toEqual(expect.any(Number));
    expect(found.bootstrap).toMatchObject({ unitCount: 9, resamples: 50, level: 0.95 });
    const { low, high } = found.metrics.accuracy!.interval!;
    expect(low).toBeLessThan(high);
    const { code, stderr } = await score(files, "--scores predictions.csv --bootstrap 50 --by patient");
    expect([code, stderr]).toEqual([
      1,
      "Cannot resample by patient: expected one of the columns record, sample, truth, predicted, found none of that name\n",
    ]);
  });

  it("measures decisions alone", async () => {
    const found = await scoreJson(
      { "y.csv": "x1,N\nx2,A\nx3,N\nx4,O", "p.csv": "x4,O\nx3,A\nx2,A\nx1,N" },
      "--truth y.csv --scores p.csv",
    );
    expect(found.metrics.accuracy!.value).toBe(0.75);
    expect(found.metrics.cinc2017!.value).toBeCloseTo((2 / 3 + 2 / 3 + 1) / 3, 12);
    expect(found.leftOut).toContainEqual({ metric: "macroAuc", reason: "expected scores, found decisions only" });
  });

  it("makes probabilities of logits, and warms or cools them on validation rows", async () => {
    const given = multiClass!;
    const files = { "y.npy": doubles(given.truth, 5), "z.npy": doubles(given.logits, 5) };
    const options = "--truth y.npy --scores z.npy";
    const { code, stderr } = await score(files, options);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Cannot measure the scores of z.npy: expected probabilities of 0 … 1, found -?[\d.]+ in row \d+, class \d \(if these are logits, --logits makes probabilities of them\)\n$/,
    );
    const plain = await scoreJson(files, `${options} --logits`);
    const scaled = await scoreJson(
      files,
      `${options} --logits --calibrate --validation-truth y.npy --validation-scores z.npy`,
    );
    expect(scaled.temperatures).toBeCloseTo(given.temperatures[0]!, 8);
    expect(scaled.metrics.logLoss!.value!).toBeLessThan(plain.metrics.logLoss!.value!);
    expect(scaled.metrics.accuracy).toEqual(plain.metrics.accuracy);
  });

  it("decides by given thresholds, or by ones chosen on validation rows", async () => {
    const given = multiLabel!;
    const files = { "y.csv": csvOf(given.truth, 6), "p.csv": csvOf(given.scores, 6) };
    const options = "--truth y.csv --scores p.csv";
    const chosen = await scoreJson(
      files,
      `${options} --threshold gbeta --validation-truth y.csv --validation-scores p.csv`,
    );
    expect(Object.values(chosen.thresholds!)).toEqual(given.thresholds!.values);
    expect(chosen.metrics.gBeta!.value).toBeCloseTo(given.thresholds!.gBeta, 12);
    const one = await scoreJson(files, `${options} --threshold 0.3 --metric microF1`);
    expect(Object.values(one.thresholds!)).toEqual(Array.from({ length: 6 }, () => 0.3));
    const refused = await score(files, `${options} --threshold gbeta`);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      "Cannot choose thresholds or temperatures: expected validation truth and scores, found none\n",
    ]);
    expect((await score(files, `${options} --threshold half`)).code).toBe(2);
  });

  it("compares two models", async () => {
    const given = multiLabel!;
    const files = {
      "y.csv": csvOf(given.truth, 6),
      "p.csv": csvOf(given.scores, 6),
      "q.csv": csvOf(
        given.scores.map((score, i) => (score + ((i * 7) % 11) / 11) / 2),
        6,
      ),
    };
    const options = "--truth y.csv --scores p.csv --compare q.csv --metric macroAuc --metric logLoss --bootstrap 60";
    const { comparison } = await scoreJson(files, options);
    expect(comparison!.macroAuc!.difference).toBeGreaterThan(0);
    expect(comparison!.macroAuc!.shareBetter).toBeGreaterThan(0.9);
    const text = await score(files, options);
    expect(text.stdout).toMatch(/Compared with the other scores/);
  });

  it("draws reliability diagrams", async () => {
    const given = multiClass!;
    const files = { "y.npy": doubles(given.truth, 5), "p.npy": doubles(given.scores, 5) };
    const { cwd, code } = await score(files, "--truth y.npy --scores p.npy --reliability r.html");
    expect(code).toBe(0);
    const counts = checkMarkup(readFileSync(join(cwd, "r.html"), "utf8").trimEnd(), { html: true });
    expect(counts.get("svg")).toBe(6);
  });

  it("prints tables", async () => {
    const files = { "y.csv": "0\n1\n1\n0\n1", "p.csv": "AF\n0.1\n0.8\n0.4\n0.5\n0.9" };
    const { stdout } = await score(files, "--truth y.csv --scores p.csv --bootstrap 20");
    expect(stdout).toMatchInlineSnapshot(`
      "5 rows, binary, class AF
      Measure                        Value    95 % interval
      ─────────────────────────────────────────────────────
      AUC                            0.833   0.333 to 1.000
      AUPRC                          0.917   0.523 to 1.000
      Accuracy (%)                   60.00  20.00 to 100.00
      F1                             0.667   0.158 to 1.000
      Sensitivity                    0.667   0.158 to 1.000
      Cohen’s κ                      0.167  −0.667 to 1.000
      Brier score                    0.134   0.019 to 0.246
      Log loss                       0.409   0.140 to 0.665
      Calibration error              0.300   0.129 to 0.460
      Calibration error, equal mass  0.300   0.129 to 0.460
      20 resamples of 5 rows.
      "
    `);
  });
});

describe("files that can't be scored", () => {
  const y = "0\n1\n1\n0";
  const p = "0.1\n0.9\n0.8\n0.3";
  it.each<[string, Files, string, RegExp]>([
    ["rows", { y, p: "0.1\n0.9" }, "", /expected as many rows in p as in y, found 2 and 4/],
    [
      "a header taken for a row",
      { y, p: `0\n${p}` },
      "",
      /found 5 and 4 \(is a first line of y or p a header\? --header yes or no says so\)/,
    ],
    [
      "ids",
      { y: "a1,N\na2,O", p: "id,N,O\na1,.5,.5\nb2,.5,.5" },
      "",
      /expected the ids of y in p, found 1 that are not there: a2/,
    ],
    [
      "classes",
      { y: "N\nO\nX\nN", p: "N,O,A\n.5,.2,.3\n.5,.2,.3\n.5,.2,.3\n.5,.2,.3" },
      "",
      /classes of y: expected one of N, O, A, found X in row 3/,
    ],
    ["columns", { y: "1,0\n0,1", p: ".1,.2,.3\n.2,.3,.4" }, "", /expected 2 columns of scores \(0, 1\), found 3 in p/],
    ["column names", { y: "N,O\n1,0\n0,1", p: "N,A\n.1,.9\n.9,.1" }, "", /expected columns N, A, found none named A/],
    ["true values", { y: "1,0\n2,1", p: ".1,.9\n.9,.1" }, "", /expected 0 or 1, found 2 in row 2, class 0/],
    [
      "class numbers",
      { y: "0\n1\n7\n0", p: ".5,.5\n.5,.5\n.5,.5\n.5,.5" },
      "",
      /columns of p: expected classes 0 … 1 in truth, 2 other numbers, or --classes, found 0, 1, 7/,
    ],
    ["fractions for classes", { y: "0.5\n1\n1\n0", p }, "", /expected whole numbers from 0, found 0.5 in row 1/],
    [
      "percentages",
      { y, p: "10\n90\n80\n30" },
      "",
      /expected probabilities of 0 … 1, found 10 in row 1, class positive/,
    ],
    [
      "a score that is no number",
      { y, p: "0.1\nnan\n0.8\n0.3" },
      "",
      /expected a number in column 1, found "nan" \(p, line 2\)/,
    ],
    ["an empty cell", { y: "1,0\n0,1\n0,1", p: ".1,.9\n,.1\n.5,.5" }, "", /found an empty cell \(p, line 2\)/],
    [
      "ragged lines",
      { y, p: "0.1\n0.9,3\n1\n2" },
      "",
      /expected 1 values in a line as in the first, found 2 \(p, line 2\)/,
    ],
    ["a quote that never ends", { y, p: '"0.1\n0.9\n0.8\n0.3' }, "", /expected CSV, found this: .*[qQ]uot/],
    ["nothing", { y, p: "" }, "", /expected lines of values, found none/],
    ["other bytes", { y, p: Uint8Array.of(0x89, 0x50, 0, 1, 2) }, "", /expected CSV text, found bytes that are none/],
    ["bytes that are no UTF-8", { y, p: Uint8Array.of(0x30, 0x0a, 0xff, 0xfe) }, "", /expected UTF-8 text/],
    [
      "a cut array",
      { y, p: doubles([0.1, 0.2, 0.3, 0.4], 1).slice(0, -3) },
      "",
      /expected 32 bytes for shape \(4\) of <f8, found 29/,
    ],
    [
      "an array of three axes",
      { y, p: npy("f8", new Float64Array(8), [2, 2, 2]) },
      "",
      /expected 1 or 2 axes, found 3/,
    ],
    ["NaN in an array", { y, p: doubles([0.1, NaN, 0.3, 0.4], 1) }, "", /found NaN in row 2, class positive\n/],
    [
      "two names of one class",
      { y, p: "a,a\n.1,.2\n.1,.2\n.1,.2\n.1,.2" },
      "",
      /each column's name once, found "a" twice/,
    ],
    [
      "a positive class that nobody names",
      { y: "N\nAF\nAF\nN", p },
      "",
      /expected --classes with one of N, AF, found none/,
    ],
    [
      "a metric that does not apply",
      { y, p },
      "--metric cinc2017",
      /Cannot measure the CinC 2017 score: expected a multi-class task, found binary/,
    ],
    [
      "an absent class",
      { y: "1,0\n1,0", p: ".1,.9\n.9,.1" },
      "--task multi-label --metric macroAuc",
      /no row with 1 and no row without 0/,
    ],
  ])("%s", async (_, files, more, message) => {
    const { code, stdout, stderr } = await score(files, `--truth y --scores p${more === "" ? "" : ` ${more}`}`);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([code, stdout]).toEqual([1, ""]);
  });

  it("are asked for where they are missing", async () => {
    expect(await score({}, "--truth y")).toMatchObject({ code: 2 });
    expect(await score({ p }, "--scores p")).toMatchObject({ code: 2 });
    expect(await score({}, "--truth y --scores p")).toMatchObject({ code: 1 });
    expect((await score({ p, y }, "--truth y --scores p --by record")).code).toBe(1);
  });
});

import { describe, expect, it } from "vitest";

import { doubles, type Files, npy, score, scoreJson } from "./run-score.ts";

/** Scores of k columns in which each row's greatest is that of its class. */
const sure = (classes: readonly number[], k: number) =>
  classes.map((label) => Array.from({ length: k }, (_, i) => (i === label ? 0.9 : 0.1 / (k - 1))));
const csv = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.join(",")).join("\n");
const both = "--truth y --scores p";
const messages = (found: { readonly notices: readonly { readonly message: string }[] }) =>
  found.notices.map(({ message }) => message);
const accuracyOf = async (files: Files, options = both) => {
  const found = await scoreJson(files, options);
  return (found.metrics.accuracy ?? found.metrics.subsetAccuracy)!.value;
};
const errorOf = async (files: Files, options = both) => {
  const { code, stdout, stderr } = await score(files, options);
  expect([stdout, stderr.trimEnd().split("\n").length]).toEqual(["", 1]);
  expect(code).toBeGreaterThan(0);
  return stderr.trimEnd();
};

describe("names of classes", () => {
  const truth = [0, 1, 2, 3, 4, 0, 1, 2];
  const names = ["N", "S", "V", "F", "Q"];
  const y = truth.map((label) => names[label]).join("\n");
  const p = csv(sure(truth, 5));

  it("are asked for where columns have none", async () => {
    const message =
      "Cannot name the columns of p: expected --classes with their 5 names in order, found none (truth has F, N, Q, S, V)";
    expect(await errorOf({ y: `truth\n${y}`, p })).toBe(message);
    expect(await errorOf({ y: `truth\n${y}`, p: doubles(sure(truth, 5).flat(), 5) })).toBe(message);
    expect(await accuracyOf({ y, p }, `${both} --classes N,S,V,F,Q`)).toBe(1);
  });

  it("are numbers in numerical order, as scikit-learn has its columns", async () => {
    const codes = ["59118001", "164889003", "1000000000000000001"];
    const found = await scoreJson(
      {
        y: truth.map((label) => codes[label % 3]).join("\n"),
        p: doubles(
          sure(
            truth.map((l) => l % 3),
            3,
          ).flat(),
          3,
        ),
      },
      both,
    );
    expect(found.classes).toEqual(codes);
    expect(found.metrics.accuracy!.value).toBe(1);
    expect(messages(found)).toEqual([
      `The columns of p are taken as truth's classes in numerical order: ${codes.join(", ")}.`,
    ]);
    const eleven = Array.from({ length: 22 }, (_, i) => i % 11);
    const floats = `id,truth\n${eleven.map((label, i) => `r${i},${label}.0`).join("\n")}`;
    expect(await accuracyOf({ y: floats, p: doubles(sure(eleven, 11).flat(), 11) })).toBe(1);
  });

  it("order the columns of a header, and have to be the same", async () => {
    const named = `${names.join(",")}\n${p}`;
    const found = await scoreJson({ y, p: named }, `${both} --classes Q,F,V,S,N`);
    expect(found.classes).toEqual(["Q", "F", "V", "S", "N"]);
    expect(found.metrics.accuracy!.value).toBe(1);
    expect(await errorOf({ y, p: named }, `${both} --classes N,S,V,F,X`)).toBe(
      "Cannot name the classes: expected the columns of p, N, S, V, F, Q, in any order, found X",
    );
    expect(await errorOf({ y, p }, `${both} --classes N,S,V,S,Q`)).toMatch(/expected each name once, found S twice/);
  });

  it("order the columns of the other files, too", async () => {
    const turned = csv([["V", "N", "S", "Q", "F"], ...sure(truth, 5).map(([n, s, v, f, q]) => [v, n, s, q, f])]);
    const files = { y, p: `${names.join(",")}\n${p}`, q: turned };
    const { comparison } = await scoreJson(files, `${both} --compare q --metric accuracy --bootstrap 5`);
    expect(comparison!.accuracy!.difference).toBe(0);
    const calibrated = await scoreJson(files, `${both} --calibrate --validation-truth y --validation-scores q`);
    expect(calibrated.temperatures).toBe(0.01);
  });

  it("and numbers of columns are not mixed in one file", async () => {
    const rows = csv(sure([0, 1, 2, 0], 3));
    const numbered = csv([["id", 1, 2, 3], ...sure([0, 1, 2, 0], 3).map((row, i) => [`x${i}`, ...row])]);
    // All are names; with a 0 among them all are numbers of columns.
    expect(await accuracyOf({ y: "1\n2\n3\n1", p: numbered })).toBe(1);
    expect(await accuracyOf({ y: "0\n1\n2\n0", p: numbered })).toBe(1);
    expect(await errorOf({ y: "x1,N\nx2,1\nx3,N\nx4,2", p: `N,S,V\n${rows}` })).toBe(
      "Cannot take the classes of y: expected names of classes throughout, or numbers of columns, found N in row 1 (line 1) and 1 in row 2 (line 2)",
    );
    // Decisions are numbers of columns because truth is.
    const decided = npy("i8", BigInt64Array.of(1n, 2n, 1n, 2n), [4]);
    expect(await accuracyOf({ y: "0\n1\n2\n2", p: decided }, `${both} --classes 1,2,3`)).toBe(0.25);
  });
});

describe("a binary task", () => {
  const p = "0.9\n0.2\n0.8\n0.1";

  it("has its 1 for positive, whatever the column is called", async () => {
    const series = `,0\n${p
      .split("\n")
      .map((value, i) => `${i},${value}`)
      .join("\n")}`;
    const found = await scoreJson({ y: "1\n0\n1\n0", p: series }, both);
    expect([found.classes, found.metrics.accuracy!.value]).toEqual([["positive"], 1]);
    expect(await errorOf({ y: "1\n0\n1\n0", p }, `${both} --classes 0`)).toMatch(/Cannot take 0 as the positive class/);
  });

  it.each([
    ["True and False", "truth\nTrue\nFalse\nTrue\nFalse"],
    ["True and False without a header", "True\nFalse\nTrue\nFalse"],
    ["1.0 and 0.0", "y_true\n1.0\n0.0\n1.0\n0.0"],
    ["NumPy's text", "1.000000000000000000e+00\n0.000000000000000000e+00\n1e+00\n0e+00"],
    ["a column of the class", "id,AF\na,True\nb,False\nc,True\nd,False"],
  ])("reads %s", async (_, y) => {
    expect(await accuracyOf({ y, p })).toBe(1);
  });

  it("reads columns of True and False as indicators", async () => {
    const y = "id,N,AF\na,True,False\nb,False,True\nc,True,True";
    const scores = "id,N,AF\na,.9,.1\nb,.1,.9\nc,.8,.8";
    expect(await accuracyOf({ y, p: scores })).toBe(1);
    expect(await scoreJson({ y: scores.replaceAll(/\.[89]/g, "1").replaceAll(".1", "0"), p: y }, both)).toMatchObject({
      leftOut: expect.arrayContaining([{ metric: "macroAuc", reason: "expected scores, found decisions only" }]),
    });
  });

  it("may have negatives alone, in words, where the class is given", async () => {
    const found = await scoreJson({ y: "N\nN\nN\nN", p }, `${both} --classes AF`);
    expect([found.task, found.classes, found.metrics.accuracy!.value]).toEqual(["binary", ["AF"], 0.5]);
    expect(await errorOf({ y: "N\nO\nN\nO", p }, `${both} --classes AF`)).toMatch(
      /expected --classes with one of N, O/,
    );
    expect(await errorOf({ y: "N\nN\nN\nN", p: `score\n${p}` })).toMatch(
      /expected --classes with one of N, found none/,
    );
  });

  it("has the class of the first file's column in the other files, too", async () => {
    const files = { y: "label\nN\nAF\nN\nAF", p: "AF\n.1\n.9\n.2\n.4", q: "p\n.1\n.9\n.2\n.8", n: "N\n.9\n.1\n.8\n.2" };
    const compare = "--metric accuracy --bootstrap 5 --compare";
    const found = await scoreJson(files, `${both} ${compare} q`);
    expect([found.classes, found.comparison!.accuracy!.difference]).toEqual([["AF"], -0.25]);
    const settled = await scoreJson(files, `${both} --calibrate --validation-truth y --validation-scores q`);
    expect(settled.classes).toEqual(["AF"]);
    expect((await scoreJson({ ...files, y: "0\n1\n0\n1" }, `${both} ${compare} q`)).classes).toEqual(["AF"]);
    const message =
      "Cannot take the scores of n as those of AF: expected a column of that class, found N, another of truth's";
    expect(await errorOf(files, `${both} ${compare} n`)).toBe(message);
    expect(await errorOf(files, `--truth y --scores n --classes AF`)).toBe(message);
  });

  it("is multi-class where decisions have more classes", async () => {
    const decided = (dtype: "i4" | "u1", values: readonly number[]) =>
      npy(dtype, dtype === "u1" ? Uint8Array.from(values) : Int32Array.from(values), [values.length]);
    const found = await scoreJson({ y: "0\n1\n1\n0", p: decided("i4", [0, 1, 2, 0]) }, both);
    expect([found.task, found.classes, found.metrics.accuracy!.value]).toEqual(["multi-class", ["0", "1", "2"], 0.75]);
    expect((await scoreJson({ y: "0\n1\n1\n0", p: decided("u1", [0, 1, 0, 0]) }, both)).task).toBe("binary");
    expect(await errorOf({ y: "0\n1\n1\n0", p: decided("i4", [0, 1, 2, 0]) }, `${both} --task binary`)).toMatch(
      /classes of p: expected 0 and 1, or positive and others, found 0, 1, 2/,
    );
  });

  it.each(["multi-class", "multi-label"])("is what one column means, and not %s", async (task) => {
    expect(await errorOf({ y: "1\n0\n1\n0", p }, `${both} --task ${task}`)).toBe(
      "Cannot take the one column of p as the scores of several classes: expected a column for each class, or decisions " +
        "(whole numbers from 0), found 0.9 in row 1 (line 1); scores of one class are a binary task",
    );
  });
});

describe("missing values", () => {
  const p = "0.9\n0.2\n0.8\n0.1";
  const missing = (row: number, line: number, file = "y") =>
    `Cannot take the classes of ${file}: expected a label in each row (--task multi-label takes none as no class), found a missing label in row ${row} (line ${line})`;

  it("of truth are errors that name the line", async () => {
    expect(await errorOf({ y: "1\n\n1\n0", p })).toBe(missing(2, 2));
    expect(await errorOf({ y: "1\nNaN\n1\n0", p })).toBe(missing(2, 2));
    expect(await errorOf({ y: "truth\n1\nNaN\n1\n0", p })).toBe(missing(2, 3));
    expect(await errorOf({ y: "id,truth\na,N\nb,AF\nc,\nd,N", p }, `${both} --classes AF`)).toBe(missing(3, 4));
    expect(await errorOf({ y: 'truth\nN\nAF\n""\nN', p }, `${both} --classes AF`)).toBe(missing(3, 4));
  });

  it("are no class in a multi-label task that is asked for", async () => {
    const y = "id,truth\na,AF;PVC\nb,\nc,PVC\nd,NaN";
    const scores = "AF,PVC\n.9,.8\n.1,.1\n.2,.7\n.1,.2";
    expect(await errorOf({ y, p: scores })).toBe(missing(2, 3));
    const found = await scoreJson({ y, p: scores }, `${both} --task multi-label`);
    expect(found.metrics.subsetAccuracy!.value).toBe(1);
  });

  it("are labels where they name a class", async () => {
    const y = "label\nNA\nAF\nNA\nN";
    const columns = ".9,.1,.0\n.1,.8,.1\n.7,.1,.2\n.1,.1,.8";
    expect(await accuracyOf({ y, p: `NA,AF,N\n${columns}` })).toBe(1);
    expect(await accuracyOf({ y, p: columns }, `${both} --classes NA,AF,N`)).toBe(1);
    expect(await accuracyOf({ y: y.slice(6), p: columns }, `${both} --classes NA,AF,N`)).toBe(1);
    expect(await accuracyOf({ y, p: "id,predicted\na,NA\nb,AF\nc,NA\nd,N" }, `${both} --classes NA,AF,N`)).toBe(1);
    expect(await errorOf({ y, p: `O,AF,N\n${columns}` })).toBe(missing(1, 2));
    expect(await errorOf({ y: "label\nN\n\nAF\nNA", p: `NA,AF,N\n${columns}` })).toBe(missing(2, 3));
  });

  it("never shift rows: an empty line is a row of one column, and refused in several", async () => {
    expect(await accuracyOf({ y: "1\n0\n1\n0\n\n\n", p: `${p}\n\n` })).toBe(1);
    expect(await errorOf({ y: "1\n0\n1", p: "0.9\n\n0.8\n0.2" })).toMatch(/found an empty cell \(p, line 2\)/);
    expect(await errorOf({ y: "0\n1\n1", p: ".9,.1\n\n.1,.9\n.2,.8" })).toBe(
      "Cannot read the table: expected 2 values in a line as in the first, found an empty line (p, line 2)",
    );
  });

  it("don't move the lines that messages name", async () => {
    expect(await errorOf({ y: "1\n0", p: 'id,name,N,O\na,"x\ny",.1,.9\nb,z,.1,?' })).toMatch(
      /found "\?" \(p, line 4\)/,
    );
  });
});

describe("headers", () => {
  it("of numbers are headers where no row can be", async () => {
    const found = await scoreJson({ y: "0\n1\n2", p: `0,1,2\n${csv(sure([0, 1, 2], 3))}` }, both);
    expect([found.rows, found.metrics.accuracy!.value]).toEqual([3, 1]);
    expect(messages(found)).toEqual(["The first line of p, 0,1,2, is taken as a header (--header no if it is not)."]);
    const two = await scoreJson({ y: "0\n1\n1", p: "0,1\n0.9,0.1\n0.2,0.8\n0.3,0.7" }, both);
    expect([two.rows, two.task, two.metrics.accuracy!.value]).toEqual([3, "multi-class", 1]);
    expect((await scoreJson({ y: "0,1\n1,0\n0,1", p: ".1,.9\n.9,.1\n.2,.8" }, both)).rows).toBe(3);
    const words = await scoreJson({ y: "0\nAF\nN\nAF", p: "AF\n.9\n.1\n.8" }, both);
    expect([words.rows, words.metrics.accuracy!.value]).toEqual([3, 1]);
  });

  it("are rows where they may be one, and a notice says so", async () => {
    expect(messages(await scoreJson({ y: "0\n1\n0\n1", p: "0\n0.9\n0.2\n0.8" }, both))).toEqual([
      "The first line of p, 0, is taken as a row (--header yes if it is not).",
    ]);
  });

  it("are found above rows of words and numbers by an empty name", async () => {
    expect(await accuracyOf({ y: ",0\na,1\nb,0\nc,1", p: ",0,1\na,.1,.9\nb,.8,.2\nc,.3,.7" })).toBe(1);
  });

  it("are no matter of arrays", async () => {
    const [y, p] = [doubles([0, 1, 1, 0], 1), doubles([0.1, 0.9, 0.8], 1)];
    expect(await errorOf({ y, p })).toBe(
      "Cannot bring truth and scores together: expected as many rows in p as in y, found 3 and 4",
    );
    expect(await errorOf({ y: "0\n1\n1\n0", p })).toMatch(/\(is a first line of y a header\?/);
  });
});

describe("separators", () => {
  it.each([
    ["semicolons", ";"],
    ["tabs", "\t"],
  ])("may be %s", async (name, mark) => {
    const y = "1,0\n0,1\n1,1".replaceAll(",", mark);
    const p = "id,N,AF\na,0.9,0.1\nb,0.2,0.8\nc,0.7,0.6".replaceAll(",", mark);
    const found = await scoreJson({ y, p }, both);
    expect([found.classes, found.metrics.subsetAccuracy!.value]).toEqual([["N", "AF"], 1]);
    expect(messages(found)).toContain(`The values of p are read as separated by ${name}.`);
  });

  it("leave semicolons between labels alone", async () => {
    const p = "AF,N,PVC\n.9,.1,.8\n.1,.2,.9\n.7,.1,.6";
    for (const y of ["AF;PVC\nPVC\nAF;PVC", "truth\nAF;PVC\nPVC\nPVC;AF", "id,y\na,AF;PVC\nb,PVC\nc,AF;PVC"]) {
      expect(await accuracyOf({ y, p })).toBe(1);
    }
    expect(await accuracyOf({ y: "AF;PVC\nPVC;AF", p: "AF,PVC\n.9,.8\n.7,.9" })).toBe(1);
  });

  it("between numbers of classes leave several labels of a row", async () => {
    const p = ".9,.8,.1\n.1,.9,.8\n.9,.2,.7\n.8,.7,.1";
    const labels = "0;1\n1;2\n0;2\n1;0";
    const numbered = labels.split("\n").map((cell, i) => `${i + 1},${cell}`);
    for (const y of [labels, `label\n${labels}`, numbered.join("\n"), numbered.join("\n").replace("0;2", "2;0")]) {
      for (const scores of [p, `N,AF,PVC\n${p}`]) {
        const found = await scoreJson({ y, p: scores }, both);
        expect([found.task, found.rows, found.metrics.subsetAccuracy!.value]).toEqual(["multi-label", 4, 1]);
      }
    }
    expect(messages(await scoreJson({ y: labels, p }, both))).toEqual([
      "The semicolons of y are read as between the labels of a row.",
    ]);
    // Below a first line that recurs nowhere, and beside single labels.
    const more = { y: "0;1\n1;2\n1;2\n1;2\n1;2", p: ".9,.9,.1\n.1,.9,.8\n.1,.9,.8\n.1,.9,.8\n.1,.9,.8" };
    expect(await accuracyOf(more)).toBe(1);
    expect(await accuracyOf({ y: "0;1\n0\n2", p: ".9,.9,.1\n.9,.1,.1\n.1,.1,.9" })).toBe(1);
    expect(await accuracyOf({ y: "7,0;1\n8,0\n9,2", p: ".9,.9,.1\n.9,.1,.1\n.1,.1,.9" })).toBe(1);
  });

  it("are between columns of 0 and 1 where these are as many as the scores'", async () => {
    const y = "1;0\n0;1";
    const table = await scoreJson({ y, p: ".9,.1\n.2,.8" }, both);
    expect([table.task, table.metrics.accuracy!.value]).toEqual(["multi-class", 1]);
    const sets = await scoreJson({ y, p: ".9,.8,.1\n.8,.7,.1" }, both);
    expect([sets.task, sets.metrics.subsetAccuracy!.value]).toEqual(["multi-label", 1]);
    expect(await errorOf({ y: "1;0\n0;0", p: ".9,.8,.1\n.8,.7,.1" })).toBe(
      "Cannot bring truth and scores together: expected 2 columns of scores (0, 1), found 3 in p",
    );
    expect(await errorOf({ y: "0;1\n1;2", p: ".9,.8\n.8,.7" })).toMatch(
      /Cannot name the columns of p: expected classes 0 … 1 in truth/,
    );
  });

  it("other than commas don't cut numbers in two", async () => {
    for (const mark of ["\t", ";"]) {
      const y = `0${mark}120\n1${mark}45\n0${mark}45`;
      expect(await errorOf({ y, p: ".9,.1\n.2,.8\n.9,.1" })).not.toMatch(/decimal point/);
    }
  });

  it("leave numbers before labels as ids", async () => {
    const scores = "id,AF,N\n1,.1,.9\n0,.8,.2";
    expect(await accuracyOf({ y: "0,AF\n1,N", p: scores })).toBe(1);
  });

  it.each([
    ["between semicolons", "N;AF\n0,9;0,1\n0,2;0,8\n0,3;0,7", "0,9"],
    ["between semicolons, beside points", "id;N;AF\na;0,9;0,1\nb;0.2;0.8\nc;0.3;0.7", "0,9"],
    ["between semicolons, before a label", "0,9;0\n1,2;1\n3,4;1", "1,2"],
    ["in quotes", 'AF\n"0,9"\n"0,2"\n"0,3"', "0,9"],
    ["cut in two", "AF\n0,9\n0,2\n0,3", "0,9"],
    ["cut in two without a header", "0,9\n0,2\n0,3", "0,2"],
  ])("are no decimal commas: %s", async (_, p, found) => {
    expect(await errorOf({ y: "0\n1\n1", p })).toBe(
      `Cannot read the table: expected numbers with a decimal point, found ${found} (p, line 2)`,
    );
  });
});

describe("ids", () => {
  const table = (records: readonly number[], labels: readonly unknown[], name: string) =>
    csv([["record", name], ...records.map((record, i) => [record, labels[i]])]);
  const scores = [0.9, 0.2, 0.8];

  it("that repeat have to be the same row by row", async () => {
    const y = table([100, 100, 101], ["1", "0", "1"], "truth");
    const found = await scoreJson({ y, p: table([100, 100, 101], scores, "AF") }, both);
    expect([found.metrics.accuracy!.value, messages(found)]).toEqual([1, []]);
    expect(await errorOf({ y, p: table([101, 100, 100], scores, "AF") })).toBe(
      "Cannot bring truth and scores together: expected the same record in each row of y and p, since it repeats, found 100 and 101 in row 1 (line 2)",
    );
    const one = await scoreJson({ y, p: scores.join("\n") }, both);
    expect(messages(one)).toEqual(["Only one of the files has ids: rows are taken one after the other."]);
    const other = await scoreJson({ y, p: csv([["id", "AF"], ...scores.map((value, i) => [i, value])]) }, both);
    expect(messages(other)).toEqual(["The files' ids are not of the same kind: rows are taken one after the other."]);
  });

  it("bring the groups of the scores' file into truth's order", async () => {
    const y = "id,truth\na,1\nb,0\nc,1\nd,0";
    const p = "id,patient,AF\nd,2,.2\nc,2,.8\nb,1,.3\na,1,.9";
    const found = await scoreJson({ y, p }, `${both} --bootstrap 5 --by patient --metric accuracy`);
    expect(found.bootstrap!.unitCount).toBe(2);
    expect(await errorOf({ y, p }, `${both} --bootstrap 5 --by ward`)).toBe(
      "Cannot resample by ward: expected one of the columns id, truth, patient, found none of that name",
    );
    expect(await errorOf({ y, p: p.replace("c,2,", "c,,") }, `${both} --bootstrap 5 --by patient`)).toBe(
      "Cannot resample by patient: expected a value in each row of p, found none in row 2 (line 3)",
    );
  });
});

describe("options", () => {
  it.each(["truth", "label", "class", "diagnosis", "y_true"])("%s in the scores' file is truth", async (name) => {
    expect(await accuracyOf({ p: `${name},AF,N\nAF,.9,.1\nN,.2,.8` }, "--scores p")).toBe(1);
  });

  it.each(["1.5", "-1", "0.5,2"])("refuse a threshold of %s", async (threshold) => {
    const { code, stderr } = await score({ y: "0\n1", p: ".1\n.9" }, `${both} --threshold=${threshold}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining("expected --threshold with a number of 0 … 1")]);
  });
});

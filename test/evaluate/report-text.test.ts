import { describe, expect, it } from "vitest";

import {
  checkExpected,
  classificationMetrics,
  parseReport,
  renderReportMarkdown,
  renderReportText,
  stringifyReport,
  worstErrors,
} from "../../src/evaluate/index.ts";
import { emptyReport, fakeReport } from "./fake-report.ts";

const report = fakeReport();

describe("renderReportText", () => {
  it("shows every section, and only what fits the width", () => {
    for (const width of [60, 80, 100, 160]) {
      const text = renderReportText(report, { width });
      for (const title of ["Overall", "By class", "Confusion matrix", "Folds", "Records with", "Worst errors"]) {
        expect(text).toContain(title);
      }
      expect(Math.max(...text.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(width);
    }
  });

  it("has codes only where colour is wanted, and the same words either way", () => {
    const plain = renderReportText(report);
    expect(plain).not.toContain("\u001B");
    const coloured = renderReportText(report, { colour: true });
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replace(/\u001B\[\d+m/g, "")).toBe(plain);
  });

  it("prints the medical notice, the leakage and the expected values", () => {
    const text = renderReportText(report, { width: 200 });
    expect(text).toContain("not a medical device");
    expect(text).toContain("Leakage: Every person's beats");
    expect(text).toMatch(/Accuracy +0\.992 ± 0\.003 +0\.\d+ +(within|above|below) tolerance/);
  });

  it("renders an empty run and a hostile title without letting control characters through", () => {
    const text = renderReportText(emptyReport());
    expect(text).not.toContain("\u001B");
    expect(text).toContain("not measured");
    expect(text).toMatch(/Accuracy \(%\) +–/);
  });
});

describe("renderReportMarkdown", () => {
  it("writes tables whose rows have as many cells as their heads", () => {
    const blocks = renderReportMarkdown(report).split("\n\n");
    const tables = blocks.filter((block) => block.startsWith("|"));
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      const cells = table.split("\n").map((line) => line.replace(/\\[\\|]/g, "").split("|").length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  it("escapes names", () => {
    const hostile = renderReportMarkdown(emptyReport());
    expect(hostile).not.toContain("<script>");
    expect(hostile).toContain("\\| \\`x\\`");
  });
});

describe("the report's data", () => {
  it("survives its JSON, undefined values as null", () => {
    for (const each of [report, emptyReport()]) {
      const text = stringifyReport(each);
      expect(parseReport(text)).toEqual(each);
      expect(stringifyReport(parseReport(text)).length).toBeGreaterThan(0);
    }
    expect(stringifyReport(emptyReport())).toContain('"accuracy": null');
  });

  it("refuses what is no report", () => {
    expect(() => parseReport("{", { file: "report.json" })).toThrow(/expected JSON.*report\.json/);
    expect(() => parseReport('{"schema":2}')).toThrow(/expected schema 1, found 2/);
    expect(() => parseReport("null")).toThrow(/found undefined/);
  });

  it("keeps gaps of a strip through JSON", () => {
    const strip = { sampleRate: 1, lead: "I", start: 0, samples: [0, null, 1], annotations: [] };
    const error = { ...report.worstErrors[0]!, strip };
    expect(parseReport(stringifyReport({ ...report, worstErrors: [error] })).worstErrors[0]!.strip).toEqual(strip);
  });

  it("judges expected values", () => {
    const metrics = classificationMetrics(
      [
        [9, 1],
        [0, 10],
      ],
      { classes: ["N", "V"] },
    );
    const verdicts = checkExpected(metrics, [
      { metric: "accuracy", value: 0.94, tolerance: 0.01 },
      { metric: "accuracy", value: 0.9, tolerance: 0.01 },
      { metric: "classes.V.sensitivity", value: 1.2, tolerance: 0.1 },
      { metric: "classes.X.f1", value: 1, tolerance: 1 },
    ]).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(["within", "above", "below", "undefined"]);
  });

  it("lists the surest errors first, not more than two alike", () => {
    const errors = worstErrors({
      truth: [0, 0, 0, 1, 0],
      predicted: [1, 1, 1, 0, 0],
      probabilities: [0.3, 0.7, 0.1, 0.9, 0.2, 0.8, 0.6, 0.4, 0.9, 0.1],
      records: ["a", "a", "a", "a", "a"],
      samples: [10, 20, 30, 40, 50],
      classes: ["N", "V"],
    });
    expect(errors.map(({ sample, truth, predicted }) => [sample, truth, predicted])).toEqual([
      [20, "N", "V"],
      [30, "N", "V"],
      [40, "V", "N"],
    ]);
  });
});

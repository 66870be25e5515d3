import { describe, expect, it } from "vitest";

import { renderReportHtml, reportResults } from "../../src/evaluate/index.ts";
import { checkMarkup } from "./check-markup.ts";
import { emptyReport, fakeReport } from "./fake-report.ts";

const report = fakeReport();
const html = renderReportHtml(report);

describe("renderReportHtml", () => {
  it("is well-formed, with one h1 and headings in order", () => {
    const counts = checkMarkup(html, { html: true });
    expect(counts.get("h1")).toBe(1);
    const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  it("needs nothing else: no scripts, no addresses, no files", () => {
    const reaching = /https?:|url\(|@import|<script|src=|<link/.exec(html.replaceAll("http://www.w3.org/2000/svg", ""));
    expect(reaching).toBeNull();
  });

  it("has a link to every section, and no id twice", () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    expect(ids).toEqual(["result", "classes", "confusion", "folds", "records", "errors", "protocol"]);
  });

  it("has a strip per worst error, three charts, and a title and description in each drawing", () => {
    expect(html.match(/class="ecg"/g)).toHaveLength(report.worstErrors.length);
    expect(html.match(/class="chart"/g)).toHaveLength(3);
    for (const [drawing] of html.matchAll(/<svg[^>]*role="img".*?<\/svg>/gs)) {
      expect(drawing).toMatch(/<title>[^<]+<\/title><desc>[^<]+<\/desc>/);
    }
  });

  it("gives every table a caption and every heading cell a scope", () => {
    const tables = html.match(/<table.*?<\/table>/gs) ?? [];
    expect(tables.length).toBeGreaterThan(7);
    for (const table of tables) {
      expect(table).toContain("<caption");
      expect(table.match(/<th(?![^>]*scope=)[ >]/g)).toBeNull();
    }
  });

  it("keeps rows as wide as their heads", () => {
    for (const [table] of html.matchAll(/<table.*?<\/table>/gs)) {
      const widths = [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
        [...row!.matchAll(/<t[hd](?=[ >])([^>]*)>/g)].reduce(
          (sum, [, attributes]) => sum + Number(/colspan="(\d+)"/.exec(attributes!)?.[1] ?? 1),
          0,
        ),
      );
      expect(new Set(widths).size).toBe(1);
    }
  });

  it("escapes every name", () => {
    const nasty = `<img src=x onerror="alert(1)">&'\u0007`;
    const named = {
      ...report,
      title: nasty,
      recipe: nasty,
      dataset: nasty,
      datasetLicence: nasty,
      split: nasty,
      leakage: [nasty],
      classMap: { name: nasty, symbols: { N: [nasty] } },
      notices: [{ code: "x", message: nasty }],
      software: { name: nasty, version: nasty },
      worstErrors: report.worstErrors.map((error) => ({
        ...error,
        record: nasty,
        truth: nasty,
        strip: { ...error.strip!, lead: nasty, annotations: [{ sample: 2000, symbol: nasty, aux: nasty }] },
      })),
      ...reportResults([{ name: nasty, truth: [0, 1], predicted: [1, 1], records: [nasty, nasty], learning: [] }], {
        classes: [nasty, "S"],
        resample: "record",
        seed: nasty,
      }),
    };
    const counts = checkMarkup(renderReportHtml(named), { html: true });
    expect(counts.has("img")).toBe(false);
  });

  it("survives runs without folds, beats, epochs or finite losses", () => {
    checkMarkup(renderReportHtml(emptyReport()), { html: true });
    const learning = [
      { epoch: 1, train: { loss: Number.NaN } },
      { epoch: 2, train: { loss: 0.5 }, validation: { loss: Infinity } },
    ];
    const odd = {
      ...report,
      folds: [
        { ...report.folds[0]!, learning, bestEpoch: 2 },
        { ...report.folds[1]!, learning: [] },
      ],
    };
    const page = renderReportHtml(odd);
    checkMarkup(page, { html: true });
    expect(page.match(/class="chart"/g)).toHaveLength(1);
    expect(/NaN|Infinity/.exec(page)).toBeNull();
  });

  it("shows undefined values as a dash", () => {
    const results = reportResults(
      [{ name: "1", truth: [0, 0, 0], predicted: [0, 0, 0], records: ["a", "a", "b"], learning: [] }],
      { classes: ["N", "S", "V"], resample: "record", seed: 1, resamples: 20 },
    );
    const page = renderReportHtml({ ...report, ...results, subsets: [], worstErrors: [], expected: [] });
    expect(page.includes('<dt>Cohen’s κ</dt><dd class="value">–</dd>')).toBe(true);
    expect(page.includes(">undefined<")).toBe(false);
  });
});

import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";

import {
  groupLeaderboard,
  type LeaderboardRow,
  renderLeaderboardCsv,
  renderLeaderboardHtml,
  renderLeaderboardMarkdown,
} from "../../src/evaluate/index.ts";
import { checkMarkup } from "./check-markup.ts";

const base = {
  dataset: "ptb-xl",
  task: "superdiagnostic",
  metric: "Macro AUC",
  style: "fraction",
  better: "higher",
} as const;

const rows: readonly LeaderboardRow[] = [
  {
    ...base,
    recipe: "ptbxl-super-lstm",
    model: "lstm",
    published: 0.927,
    ours: 0.901,
    interval: { low: 0.88, high: 0.92 },
  },
  {
    ...base,
    recipe: "ptbxl-super-xresnet1d101",
    model: "xresnet1d101",
    published: 0.928,
    source: "Strodthoff et al. 2020",
    ours: 0.93,
    seconds: 252,
    memoryMegabytes: 1234.4,
    date: "2026-11-21T10:00:00Z",
    remark: "1,987 of 21,799 recordings",
  },
  { ...base, recipe: "ptbxl-super-conv1d12", model: "conv1d12", published: undefined, ours: 0.915 },
  { ...base, recipe: "ptbxl-super-naive", model: "naive", published: 0.5, ours: undefined },
  {
    ...base,
    recipe: "mitdb-inter",
    dataset: "mitdb",
    task: "inter-patient",
    model: "cnn",
    metric: "Accuracy",
    style: "percent",
    published: 0.97,
    ours: 0.892,
  },
  {
    ...base,
    recipe: "mitdb-inter",
    dataset: "mitdb",
    task: "inter-patient",
    model: "cnn",
    metric: "Log loss",
    better: "lower",
    published: undefined,
    ours: 0.5,
  },
  {
    ...base,
    recipe: "mitdb-inter-2",
    dataset: "mitdb",
    task: "inter-patient",
    model: "rnn",
    metric: "Log loss",
    better: "lower",
    published: undefined,
    ours: 0.4,
  },
];
const nasty = rows.map((row) => ({ ...row, model: `<b onclick="x">&'|\u0007\n`, remark: `=1+1,"a"` }));
const options = { title: "Einthoven & others", about: "Every recipe once." };

describe("the leaderboard", () => {
  it("puts datasets and metrics together, the best first and what was not run last", () => {
    const groups = groupLeaderboard(rows);
    expect(groups.map(({ dataset, task }) => [dataset, task])).toEqual([
      ["ptb-xl", "superdiagnostic"],
      ["mitdb", "inter-patient"],
    ]);
    expect(groups[0]!.rows.map(({ model }) => model)).toEqual(["xresnet1d101", "conv1d12", "lstm", "naive"]);
    expect(groups[1]!.rows.map(({ metric, model }) => `${metric} ${model}`)).toEqual([
      "Accuracy cnn",
      "Log loss rnn",
      "Log loss cnn",
    ]);
  });

  it("is Markdown", () => {
    const lines = renderLeaderboardMarkdown(rows, options).split("\n");
    expect(lines).toContain(
      "| xresnet1d101 | Macro AUC | 0.928 | 0.930 | – | +0.002 | 4 min 12 s | 1,234 MB | 2026-11-21 | ptbxl-super-xresnet1d101 | published: Strodthoff et al. 2020; 1,987 of 21,799 recordings |",
    );
    expect(lines).toContain(
      "| lstm | Macro AUC | 0.927 | 0.901 | 0.880 to 0.920 | −0.026 | – | – | – | ptbxl-super-lstm |  |",
    );
    expect(lines).toContain("| cnn | Accuracy (%) | 97.00 | 89.20 | – | −7.80 | – | – | – | mitdb-inter |  |");
    const odd = renderLeaderboardMarkdown(nasty, options);
    for (const text of ["<b", "\u0007"]) expect(odd).not.toContain(text);
    for (const line of odd.split("\n").filter((text) => text.startsWith("|"))) {
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(12);
    }
  });

  it("says once what several rows have to say", () => {
    const shared = rows.map((row) => ({
      ...row,
      source: "Strodthoff et al. 2020",
      remark: row.remark ?? "few recordings",
    }));
    const markdown = renderLeaderboardMarkdown(shared, options);
    expect(markdown).toContain("| ptbxl-super-lstm | (1); (2) |");
    expect(markdown).toContain("| ptbxl-super-xresnet1d101 | 1,987 of 21,799 recordings; (1) |");
    expect(markdown).toContain("\n(1) published: Strodthoff et al. 2020. (2) few recordings.\n");
    expect(renderLeaderboardHtml(shared, options)).toContain(
      '<p class="note">(1) published: Strodthoff et al. 2020. (2)',
    );
  });

  it.each([rows, nasty, []])("is a page of strict markup (%#)", (...given) => {
    const html = renderLeaderboardHtml(given.flat() as LeaderboardRow[], options);
    const counts = checkMarkup(html.trimEnd(), { html: true });
    const groups = given.flat().length === 0 ? 0 : 2;
    expect([counts.get("table") ?? 0, counts.get("tr") ?? 0]).toEqual([groups, groups === 0 ? 0 : 9]);
    expect(html).toContain("<title>Einthoven &#38; others</title>");
    expect(html).not.toContain("<b ");
  });

  it("is CSV with unrounded values, and no formulas", () => {
    const cells = parse(renderLeaderboardCsv(rows), { columns: true }) as Record<string, string>[];
    expect(cells).toHaveLength(7);
    expect(cells[0]).toMatchObject({
      model: "xresnet1d101",
      published: "0.928",
      ours: "0.93",
      memory_megabytes: "1234.4",
      low: "",
    });
    const odd = parse(renderLeaderboardCsv(nasty), { columns: true }) as Record<string, string>[];
    expect(odd[0]).toMatchObject({ remark: `'=1+1,"a"`, model: nasty[0]!.model });
  });
});

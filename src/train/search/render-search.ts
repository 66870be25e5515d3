import {
  type ReportTable,
  escapeMarkdown,
  formatSeconds,
  formatValue,
  left,
  markdownTable,
  medicalNotice,
  metricLabel,
  right,
} from "../../evaluate/index.ts";
import type { RankedTrial, SearchReport } from "./search-report.ts";

/** How a search chose, in sentences: they go with every table of it. */
export function searchNotes(report: SearchReport): string[] {
  const { method, seed, monitor, fold, folds = 1, rungs, trials } = report;
  const drawn = method === "grid" ? "every combination" : `drawn with seed ${seed}`;
  const rounds =
    rungs.length === 1
      ? []
      : [
          `Rounds: ${rungs.map((rung) => `${rung.trials} for ${rung.epochs} epochs`).join(", ")}; each goes on where the one before stopped, so a ` +
            "trial is judged in the midst of its schedule until the last round.",
        ];
  return [
    `${trials.length} trials, ${drawn}; ranked by ${scoreLabel(monitor).toLowerCase()} on the validation part of ${fold ?? "a fold"}. ` +
      "The test part was neither learnt from nor scored.",
    ...rounds,
    ...(folds > 1
      ? [
          `The recipe has ${folds} folds: validation rows of one are test rows of another, so a cross-validation with the settings found here is not ` +
            "untouched by the choice.",
        ]
      : []),
  ];
}

/** All trials, best first. */
export function searchTable(report: SearchReport): ReportTable {
  const { keys, monitor, trials, rungs } = report;
  return {
    title: "Trials",
    columns: [
      left("Rank"),
      right("Trial"),
      ...keys.map((key) => right(key)),
      right(scoreLabel(monitor)),
      right("Best epoch"),
      right("Time"),
      left("State"),
    ],
    rows: trials.map((trial) => [
      trial.rank === undefined ? "–" : String(trial.rank),
      String(trial.number),
      ...keys.map((key) => valueText(trial.values[key])),
      formatValue(scoreOf(trial, monitor), monitor === "accuracy" ? "percent" : "fraction"),
      trial.result === undefined ? "–" : `${trial.result.bestEpoch} of ${trial.result.epochs}`,
      trial.result === undefined ? "–" : formatSeconds(trial.result.seconds),
      stateOf(trial, rungs.length),
    ]),
  };
}

export function renderSearchMarkdown(report: SearchReport): string {
  const blocks = [
    `# ${escapeMarkdown(`Search over ${report.recipe}`)}`,
    `> ${medicalNotice}`,
    ...searchNotes(report).map(escapeMarkdown),
    markdownTable(searchTable(report)),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** One row per trial (RFC 4180), values unrounded; nested ones as JSON. */
export function renderSearchCsv(report: SearchReport): string {
  const { keys, monitor, trials, rungs } = report;
  const head = ["rank", "trial", ...keys, monitor, "best_epoch", "epochs", "seconds", "state"];
  const rows = trials.map((trial) => [
    trial.rank ?? "",
    trial.number,
    ...keys.map((key) => valueText(trial.values[key])),
    scoreOf(trial, monitor) ?? "",
    trial.result?.bestEpoch ?? "",
    trial.result?.epochs ?? "",
    trial.result?.seconds ?? "",
    stateOf(trial, rungs.length),
  ]);
  return [head, ...rows, []].map((row) => row.map(field).join(",")).join("\r\n");
}

/** JSON in which what is undefined or no number is `null`. */
export function stringifySearch(value: unknown): string {
  return `${JSON.stringify(value, (_, each: unknown) => (each === undefined ? null : each), 1)}\n`;
}

/** What trials are ranked by, in words. */
export function scoreLabel(monitor: SearchReport["monitor"]): string {
  return monitor === "loss" ? "Loss" : metricLabel(monitor);
}

/** The measure itself, which for the loss is the lower the better. */
function scoreOf({ result }: RankedTrial, monitor: SearchReport["monitor"]): number | undefined {
  return result?.validation[monitor] ?? undefined;
}

function stateOf({ failure, rounds }: RankedTrial, all: number): string {
  if (failure !== undefined) return `failed: ${failure}`;
  return rounds === all ? "done" : `out after round ${rounds}`;
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

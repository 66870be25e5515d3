import { resolve } from "node:path";

import { type Notice, UserError } from "../../core/index.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import {
  isMissing,
  lineOf,
  metricNamed,
  plainText,
  reliability,
  renderReliabilityPage,
  renderTextTable,
  type ResolvedPredictions,
  resolvePredictions,
  scoreJson,
  scoreReport,
  type ScoreTable,
  scoreTables,
  settleDecisions,
  tasks,
  truthColumn,
} from "../../evaluate/index.ts";
import { defineCommand, option } from "../command.ts";
import { readScoreFile } from "../read-score-file.ts";
import { parseThreshold } from "../parse-threshold.ts";
import { UsageError } from "../usage-error.ts";

export const scoreCommand = defineCommand({
  description:
    "Measures anybody's predictions: macro AUC, AUPRC, Fmax, F1, Fβ and Gβ, the challenges' scores, calibration (docs/metrics.md has " +
    "the formulas). Truth is one label per row, or columns of 0 and 1; scores are probabilities, a column per class, or decisions. " +
    "Files are .npy, or .csv (also with semicolons or tabs) with or without a header and ids. Rows are matched by id where both files " +
    "have ids, and columns by name.",
  arguments: {},
  options: {
    truth: option.text(
      "--truth <file>",
      "true classes; not needed where the scores' file has a column truth, label, class, diagnosis, …",
    ),
    scores: option.text("--scores <file>", "what the model says"),
    compare: option.text("--compare <file>", "another model's scores of the same rows: is the first better?"),
    metric: option.texts("--metric <name>", "only this metric (may be given several times; default: all that apply)"),
    task: option.choice(
      "--task <task>",
      "instead of what the files look like; in multi-label a row may lack a label",
      tasks,
    ),
    classes: option.list(
      "--classes <names>",
      "names, between commas: of columns without any, or the order of those with; the positive class of a binary task",
    ),
    logits: option.flag("--logits", "the scores are logits: sigmoid or softmax first"),
    header: option.choice("--header <yes|no>", "whether CSV files have one, instead of a guess", ["yes", "no"]),
    threshold: option.text(
      "--threshold <value>",
      "of 0 … 1, one per class between commas, or gbeta: chosen on validation (default: 0.5)",
    ),
    validationTruth: option.text("--validation-truth <file>", "other rows, to choose thresholds and temperatures on"),
    validationScores: option.text("--validation-scores <file>", "the model's scores of them"),
    calibrate: option.flag("--calibrate", "scale probabilities by temperatures fitted on the validation rows"),
    bootstrap: option.number("--bootstrap <n>", "intervals from this many resamples", { minimum: 1, whole: true }),
    by: option.text("--by <column>", "resample the records or patients of this column instead of rows"),
    ptbxl: option.flag("--ptbxl", "PTB-XL's bootstrap: 100 resamples with every class, 5 % to 95 %"),
    seed: option.number("--seed <n>", "of the resamples (default: 1)", { whole: true }),
    reliability: option.text("--reliability <file.html>", "also draw reliability diagrams"),
  },
  examples: [
    {
      command: "score --truth y_test.npy --scores p_test.npy --bootstrap 1000",
      does: "every metric, with 95 % intervals",
    },
    {
      command: "score --truth y.csv --scores a.csv --compare b.csv --metric macroAuc --bootstrap 1000",
      does: "is a better than b",
    },
    {
      command: "score --scores runs/my-run/fold-1/predictions.csv --bootstrap 1000 --by record",
      does: "a run's own predictions",
    },
    {
      command:
        "score --truth y.npy --scores p.npy --validation-truth v.npy --validation-scores q.npy --threshold gbeta",
      does: "thresholds chosen on validation rows",
    },
  ],
  run: async (options, context) => {
    const { scores, compare, metric, by, bootstrap, ptbxl, seed = 1, reliability: page } = options;
    if (scores === undefined) throw new UsageError("expected --scores <file>, found none");
    const header = options.header === undefined ? undefined : options.header === "yes";
    const read = (path: string, holds: "truth" | "scores") => readScoreFile(path, { cwd: context.cwd, holds, header });
    const { task, classes: given, logits } = options;
    const load = async (truth: string | undefined, file: string, classes = given): Promise<LoadedPredictions> => {
      const table = await read(file, "scores");
      const own = truth === undefined ? truthOf(table) : await read(truth, "truth");
      return { ...resolvePredictions(own, table, { task, classes, logits }), tables: [own, table] };
    };
    const loaded = await load(options.truth, scores);
    // The other files' columns are brought into the order of these; the one column of a binary task is of the same class there.
    const shown = loaded.predictions.classes;
    const other = compare === undefined ? undefined : await load(options.truth ?? scores, compare, shown);
    const { validationTruth, validationScores, calibrate } = options;
    if (validationScores === undefined && validationTruth !== undefined) {
      throw new UsageError("expected --validation-scores <file> beside --validation-truth, found none");
    }
    const validation =
      validationScores === undefined ? undefined : await load(validationTruth, validationScores, shown);
    if (other !== undefined && (validation !== undefined || calibrate)) {
      throw new UsageError("expected --compare without validation files, which are one model's, found both");
    }
    const settle = { threshold: parseThreshold(options.threshold), calibrate, validation: validation?.predictions };
    const settled = settleDecisions(loaded.predictions, settle);
    const groups = by === undefined ? undefined : columnNamed(by, loaded);
    const resamples = bootstrap ?? (ptbxl ? 100 : compare !== undefined ? 1000 : undefined);
    if (groups !== undefined && resamples === undefined)
      throw new UsageError("expected --bootstrap <n> beside --by, found none");
    const report = scoreReport(settled.predictions, {
      ...(metric.length === 0 ? {} : { metrics: metric.map(metricNamed) }),
      ...(resamples === undefined ? {} : { bootstrap: { resamples, seed, ptbxl, groups } }),
      ...(other === undefined ? {} : { compare: settleDecisions(other.predictions, settle).predictions }),
    });
    const said: readonly Notice[] = [loaded, settled, ...(other === undefined ? [] : [other])].flatMap(
      (one) => one.notices,
    );
    // Truth is read once for each file of scores.
    const notices = [...new Map(said.map((notice) => [notice.message, notice])).values()];
    if (page !== undefined) {
      const diagrams = reliability(settled.predictions, { binning: "width" });
      await writeFileWhole(resolve(context.cwd, page), renderReliabilityPage(diagrams));
    }
    context.result({
      json: scoreJson({ ...report, notices }, settled),
      text: () =>
        [
          ...scoreTables(report, settled).map((table) =>
            renderTextTable(table, { width: context.columns, colour: context.colour }),
          ),
          ...notices.map(({ message }) => `Notice: ${plainText(message)}`),
        ].join("\n\n"),
    });
  },
});

interface LoadedPredictions extends ResolvedPredictions {
  /** Of truth and of scores. */
  readonly tables: readonly [ScoreTable, ScoreTable];
}

/** The truth that a file of scores has in a column of its own. */
function truthOf({ about, file, rowCount, ids, lines }: ScoreTable): ScoreTable {
  const name = truthColumn(Object.keys(about));
  if (name === undefined)
    throw new UsageError(
      `expected --truth <file>, or a column named truth (or label, class, …) in ${file}, found neither`,
    );
  return { file, rowCount, about, ...(ids === undefined ? {} : { ids }), ...(lines === undefined ? {} : { lines }) };
}

/** A column of the truth's file or of the scores', in the order of truth. */
function columnNamed(name: string, { tables: [truth, scores], order }: LoadedPredictions): readonly string[] {
  const table = truth.about[name] === undefined ? scores : truth;
  const values = table.about[name];
  if (values !== undefined) {
    const row = values.findIndex(isMissing);
    if (row < 0) return table === truth ? values : Array.from(order, (place) => values[place]!);
    throw new UserError(
      `Cannot resample by ${name}: expected a value in each row of ${table.file}, found none in row ${row + 1}${lineOf(table, row)}`,
    );
  }
  const known = [...new Set([truth, scores].flatMap(({ about }) => Object.keys(about)))];
  throw new UserError(
    `Cannot resample by ${name}: expected one of the columns ${known.join(", ") || "(there are none)"}, found none of that name`,
  );
}

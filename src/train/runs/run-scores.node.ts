import { dirname } from "node:path";

import { peakMemoryMegabytes } from "../../core/peak-memory.node.ts";
import { datasetEntry } from "../../datasets/index.ts";
import { type Report, renderReportHtml, renderReportMarkdown, stringifyReport } from "../../evaluate/index.ts";
import { chooseDecision } from "./choose-decision.node.ts";
import { type ExampleEvent, openSource, readRecipeExamples } from "../examples/index.node.ts";
import { predictionFiles, writePredictions } from "./fold-outcome.node.ts";
import { type ScoredFold, makeReport } from "./make-report.node.ts";
import { tabulatePredictions } from "./predictions.node.ts";
import type { ScoresRecipe } from "../recipe/recipe.ts";
import { openRunFolder } from "./run-folder.node.ts";
import type { RunOptions } from "./run-options.node.ts";
import { type FoldScorer, openEnsemble } from "./scores/ensemble.node.ts";
import { naiveScores } from "./scores/naive.node.ts";

export type ScoresEvent = ExampleEvent | { readonly kind: "end"; readonly report: Report; readonly directory: string };

/**
 * A recipe without a training from its dataset to its report: decides by thresholds chosen on validation examples where examples have
 * several classes, scores each test part once, and writes predictions and reports as a training's run does.
 */
export async function* runScores(recipe: ScoresRecipe, options: RunOptions): AsyncGenerator<ScoresEvent, void> {
  const { dataset, directory, resume, now, date, software } = options;
  const { scores } = recipe;
  const started = now();
  const source = await openSource(recipe, dataset);
  const ensemble = scores.kind === "ensemble" ? await openEnsemble(recipe, scores, dirname(directory)) : undefined;
  const folder = await openRunFolder(directory, { recipe, resume });
  const { examples, split: own } = yield* readRecipeExamples(recipe, { dataset, source });
  const split = { ...own, leakage: [...new Set([...own.leakage, ...(ensemble?.leakage ?? [])])] };
  const folds: ScoredFold[] = [];
  for (const [index, fold] of split.folds.entries()) {
    const begun = now();
    const score: FoldScorer =
      ensemble?.scorerOf(index + 1) ?? (async (part) => naiveScores(examples, { train: fold.train, rows: fold[part] }));
    const scored = async (part: "validation" | "test") => ({
      rows: fold[part],
      probabilities: await score(part, { examples, rows: fold[part] }),
    });
    const validation = await scored("validation");
    const decision = chooseDecision(examples, validation);
    const predictions = tabulatePredictions(examples, { ...(await scored("test")), decision });
    const tables = { predictions, validation: tabulatePredictions(examples, { ...validation, decision }) };
    for (const [part, prefix] of Object.entries(predictionFiles)) {
      const nameOf = (name: string) => `fold-${index + 1}/${prefix}${name}`;
      await writePredictions(tables[part as keyof typeof tables], { folder, nameOf });
    }
    folds.push({
      name: fold.name,
      predictions,
      learning: [],
      seconds: (now() - begun) / 1000,
      peakMemoryMegabytes: peakMemoryMegabytes(),
    });
  }
  const report = await makeReport({
    title: recipe.title,
    recipe: recipe.name,
    seed: recipe.seed,
    date,
    software,
    seconds: (now() - started) / 1000,
    entry: datasetEntry(recipe.dataset.name),
    dataset,
    examples,
    split,
    folds,
    subsets: recipe.split.kind === "patients" ? recipe.split.subsets : [],
    expected: recipe.expected,
    metrics: recipe.metrics,
    intervals: recipe.intervals,
  });
  await folder.write("report.html", renderReportHtml(report));
  await folder.write("report.md", renderReportMarkdown(report));
  await folder.write("report.json", stringifyReport(report));
  yield { kind: "end", report, directory };
}

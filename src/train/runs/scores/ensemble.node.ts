import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../../../core/errors.ts";
import type { ExampleSet } from "../../examples/index.node.ts";
import { predictionFiles } from "../fold-outcome.node.ts";
import { type PredictionTable, predictionsFromCsv, tabulatePredictions } from "../predictions.node.ts";
import type { ScoresRecipe } from "../../recipe/recipe.ts";

/** Gives the scores of one part of a fold, [row, class]. */
export type FoldScorer = (
  part: "validation" | "test",
  asked: { readonly examples: ExampleSet; readonly rows: Int32Array },
) => Promise<Float32Array>;

/**
 * The mean of the scores that finished runs have kept, example by example.
 * @param directory Holds the runs' folders.
 * @returns for the number of a fold, from 1.
 * @throws UserError that names the runs that are missing or of another split.
 */
export async function openEnsemble(
  recipe: Pick<ScoresRecipe, "name" | "split">,
  { runs }: { readonly runs: readonly string[] },
  directory: string,
): Promise<(fold: number) => FoldScorer> {
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot make the ensemble ${recipe.name}: expected ${wanted}, found ${found}.`);
  const missing: string[] = [];
  for (const run of runs) {
    if ((await textOf(join(directory, run, "report.json"))) === undefined) missing.push(run);
  }
  if (missing.length > 0) {
    throw mistake(
      `finished runs of its ${runs.length} recipes in ${directory}`,
      `none of ${missing.join(", ")}; run these first (einthoven run ${missing[0]} --out ${join(directory, missing[0]!)})`,
    );
  }
  for (const run of runs) {
    const { split } = JSON.parse((await textOf(join(directory, run, "recipe.json"))) ?? "{}") as { split?: unknown };
    if (JSON.stringify(split) !== JSON.stringify(recipe.split))
      throw mistake("runs of its own split", `another in ${run}`);
  }
  return (fold) =>
    async (part, { examples, rows }) => {
      const prefix = predictionFiles[part === "test" ? "predictions" : "validation"];
      const decision = { thresholds: examples.classes.map(() => 0.5) };
      const size = examples.classes.length;
      const sums = new Float64Array(rows.length * size);
      const wanted = tabulatePredictions(examples, {
        rows,
        probabilities: new Float32Array(sums.length),
        decision: examples.labels === undefined ? decision : "most-likely",
      });
      for (const run of runs) {
        const text = await textOf(join(directory, run, `fold-${fold}`, `${prefix}predictions.csv`));
        if (text === undefined) throw mistake(`predictions of fold ${fold}`, `none in ${run}`);
        const found = predictionsFromCsv(text, wanted.labelling);
        const problem = misfit(found, wanted);
        if (problem !== undefined) throw mistake(`the examples of its own ${part} part`, `${problem} in ${run}`);
        const places = placesOf(found);
        for (let row = 0; row < rows.length; row++) {
          const from = places.get(keyOf(wanted, row))! * size;
          for (let label = 0; label < size; label++) sums[row * size + label]! += found.probabilities[from + label]!;
        }
      }
      return Float32Array.from(sums, (sum) => sum / runs.length);
    };
}

/** What differs between the examples of two tables, in words; `undefined` where nothing does. */
function misfit(found: PredictionTable, wanted: PredictionTable): string | undefined {
  const [classes, own] = [found.classes.join(", "), wanted.classes.join(", ")];
  if (classes !== own) return `classes ${classes}`;
  if (found.records.length !== wanted.records.length) return `${found.records.length} examples`;
  const places = placesOf(found);
  const width = wanted.labelling === "one" ? 1 : wanted.classes.length;
  for (let row = 0; row < wanted.records.length; row++) {
    const place = places.get(keyOf(wanted, row));
    if (place === undefined) return `no ${wanted.records[row]}, sample ${wanted.samples[row]},`;
    for (let i = 0; i < width; i++) {
      if (found.truth[place * width + i] !== wanted.truth[row * width + i])
        return `other labels of ${wanted.records[row]}`;
    }
  }
  return undefined;
}

function placesOf(table: PredictionTable): Map<string, number> {
  return new Map(table.records.map((_, row) => [keyOf(table, row), row]));
}

function keyOf({ records, samples }: PredictionTable, row: number): string {
  return `${records[row]}/${samples[row]}`;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

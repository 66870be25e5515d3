import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../../../core/errors.ts";
import { parseReport } from "../../../evaluate/index.ts";
import type { ExampleSet } from "../../examples/index.node.ts";
import { predictionFiles } from "../fold-outcome.node.ts";
import { keyOf, misfit, placesOf, predictionsFromCsv, tabulateTruth } from "../predictions.node.ts";
import type { ScoresRecipe } from "../../recipe/recipe.ts";

/** Gives the scores of one part of a fold, [row, class]. */
export type FoldScorer = (
  part: "validation" | "test",
  asked: { readonly examples: ExampleSet; readonly rows: Int32Array },
) => Promise<Float32Array>;

export interface Ensemble {
  /** Of a fold, by its number from 1. */
  readonly scorerOf: (fold: number) => FoldScorer;
  /** What the members' reports say of persons on both sides and of starting weights. */
  readonly leakage: readonly string[];
}

/**
 * The mean of the scores that finished runs have kept, example by example.
 * @param directory Holds the runs' folders.
 * @throws UserError that names the runs that are missing, of another split, or there twice.
 */
export async function openEnsemble(
  recipe: Pick<ScoresRecipe, "name" | "split">,
  { runs }: { readonly runs: readonly string[] },
  directory: string,
): Promise<Ensemble> {
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot make the ensemble ${recipe.name}: expected ${wanted}, found ${found}.`);
  const twice = runs.find((run, i) => runs.indexOf(run) < i);
  if (twice !== undefined) throw mistake("each run once", `${twice} twice`);
  const missing: string[] = [];
  const leakage = new Set<string>();
  for (const run of runs) {
    const file = join(directory, run, "report.json");
    const text = await textOf(file);
    if (text === undefined) missing.push(run);
    else for (const sentence of parseReport(text, { file }).leakage) leakage.add(sentence);
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
  const scorerOf =
    (fold: number): FoldScorer =>
    async (part, { examples, rows }) => {
      const prefix = predictionFiles[part === "test" ? "predictions" : "validation"];
      const size = examples.classes.length;
      const wanted = tabulateTruth(examples, rows);
      const sums = new Float64Array(rows.length * size);
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
  return { scorerOf, leakage: [...leakage] };
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../core/errors.ts";
import { writeFileWhole } from "../core/write-file.node.ts";
import { type Report, type SeedReport, parseReport, renderSeedMarkdown, seedReport } from "../evaluate/index.ts";
import type { Recipe } from "../train/index.ts";
import { requireRecipe } from "../train/index.node.ts";

export interface RunSeedsOptions {
  readonly seeds: readonly number[];
  /** Each seed's run goes into a folder of its own in this one. */
  readonly directory: string;
  readonly resume: boolean;
  readonly recipeOf: (seed: number) => Recipe;
  /** One run, into this folder. */
  readonly run: (seed: number, directory: string) => Promise<unknown>;
}

/**
 * Runs a recipe from several seeds, one after the other, and writes `seeds.json` and `seeds.md`: each run's values, their mean and spread.
 * What is done already is taken as it is where it continues.
 * @throws UserError where a run that is done is of another recipe or other data: a mean over these would be of nothing.
 */
export async function runSeeds({ seeds, directory, resume, recipeOf, run }: RunSeedsOptions): Promise<SeedReport> {
  const reports: Report[] = [];
  for (const seed of seeds) {
    const own = join(directory, `seed-${seed}`);
    if (!resume || (await writtenReport(own)) === undefined) await run(seed, own);
    else requireRecipe(await textOf(join(own, "recipe.json")), { recipe: recipeOf(seed), directory: own });
    // As it is read again, so that it is the same whether it was run now or before.
    reports.push((await writtenReport(own))!);
  }
  // Reports of earlier versions don't say which examples they are of.
  const known = reports.find(({ examples }) => examples !== undefined)?.examples;
  const other = reports.findIndex(({ examples }) => examples !== undefined && examples !== known);
  if (other !== -1) {
    throw new UserError(
      `Cannot put the seeds together: expected runs on the same examples, found others in seed ${seeds[other]} than in those before; ` +
        "the data have changed between. Run all of them into another folder.",
    );
  }
  const report = seedReport(reports);
  await writeFileWhole(join(directory, "seeds.json"), stringifySeeds(report));
  await writeFileWhole(join(directory, "seeds.md"), renderSeedMarkdown(report));
  return report;
}

/** JSON in which undefined values are `null`. */
export function stringifySeeds(report: SeedReport): string {
  return `${JSON.stringify(report, (_, value: unknown) => (value === undefined ? null : value), 1)}\n`;
}

/** The report is written last, so the run is done where it is there. */
async function writtenReport(directory: string): Promise<Report | undefined> {
  const file = join(directory, "report.json");
  const text = await textOf(file);
  return text === undefined ? undefined : parseReport(text, { file });
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

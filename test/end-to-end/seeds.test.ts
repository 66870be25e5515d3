import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

import { type SeedReport, parseReport, seedReport } from "../../src/evaluate/index.ts";
import { einthoven, recipeFolder } from "./small-recipe.ts";

it("runs from several seeds and gives mean and spread; finished ones are not run again", async () => {
  const cwd = await recipeFolder();
  const changes = ["--set", "training.epochs=1"];
  const argv = ["run", "small.json", ...changes, "--seeds", "1,7", "--out", "runs"];
  const { code, stdout, stderr } = await einthoven(argv, cwd);
  expect(stderr).toContain("Seed 7");
  expect(code).toBe(0);
  expect(stdout).toMatch(/Measure +Seed 1 +Seed 7 +Mean ± SD/);
  expect(stdout).toContain("Over the seeds: test without syn006");
  const read = async (...name: string[]) => JSON.parse(await readFile(join(cwd, "runs", ...name), "utf8"));
  const reportOf = async (folder: string) =>
    parseReport(await readFile(join(cwd, "runs", folder, "report.json"), "utf8"));
  const [one, seven] = [await reportOf("seed-1"), await reportOf("seed-7")];
  expect(one.folds[0]!.learning).not.toEqual(seven.folds[0]!.learning);
  expect(one.parts).toEqual(seven.parts);
  const report = (await read("seeds.json")) as SeedReport;
  expect(report.parts.map(({ name }) => name)).toEqual(["test", "test without syn006"]);
  const { runs, mean, standardDeviation } = report.parts[0]!;
  expect(runs).toEqual([one.mean, seven.mean]);
  expect(mean.accuracy).toBeCloseTo((one.mean.accuracy! + seven.mean.accuracy!) / 2, 12);
  expect(standardDeviation.accuracy).toBeDefined();
  const better = { ...one, seed: 2, mean: { ...one.mean, accuracy: one.mean.accuracy! + 0.1 } };
  const [part] = seedReport([one, better]).parts;
  expect(part!.mean.accuracy).toBeCloseTo(one.mean.accuracy! + 0.05, 12);
  expect(part!.standardDeviation.accuracy).toBeCloseTo(0.1 / Math.SQRT2, 12);
  expect(await readFile(join(cwd, "runs", "seeds.md"), "utf8")).toContain("| Measure | Seed 1 | Seed 7 | Mean ± SD |");

  const written = (await stat(join(cwd, "runs", "seed-1", "report.json"))).mtimeMs;
  await rm(join(cwd, "runs", "seed-7", "report.json"));
  const again = await einthoven([...argv, "--resume", "--json"], cwd);
  expect(again.code).toBe(0);
  expect(JSON.parse(again.stdout).parts).toEqual(report.parts);
  expect((await stat(join(cwd, "runs", "seed-1", "report.json"))).mtimeMs).toBe(written);
  const other = await einthoven([...argv, "--set", "training.learningRate=0.001", "--resume"], cwd);
  expect(other.code).toBe(1);
  expect(other.stderr).toContain("its recipe.json differs from the recipe given");
  const file = join(cwd, "runs", "seed-1", "report.json");
  const whole = await readFile(file, "utf8");
  const resumedWith = async (examples: string | undefined) => {
    await writeFile(file, JSON.stringify({ ...JSON.parse(whole), examples }));
    return einthoven([...argv, "--resume"], cwd);
  };
  expect((await resumedWith("0".repeat(64))).stderr).toContain(
    "Cannot put the seeds together: expected runs on the same",
  );
  // As an earlier version wrote it.
  expect(await resumedWith(undefined)).toMatchObject({ code: 0 });
  await writeFile(file, whole);
  const wrong = await einthoven(["run", "small.json", "--seeds", "1,1"], cwd);
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toContain('--seeds: expected different whole numbers, as in 1,2,3, found "1,1"');
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { einthoven, recipeFolder } from "./small-recipe.ts";

describe("einthoven find-rate", () => {
  it("prints one JSON document and draws the search", async () => {
    const directory = await recipeFolder();
    const { code, stdout } = await einthoven(
      ["find-rate", "small.json", "--steps", "30", "--out", "r.svg", "--json"],
      directory,
    );
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ recipe: "small", fold: "small lists", file: join(directory, "r.svg") });
    expect(found.rates.length).toBe(found.losses.length);
    expect(found.suggestion).toBeGreaterThan(1e-6);
    expect(await readFile(join(directory, "r.svg"), "utf8")).toMatch(/^<svg.*<\/svg>\n$/s);
  });

  it("refuses what it can't do, in one sentence", async () => {
    const directory = await recipeFolder();
    expect(await einthoven(["find-rate", "small.json", "--out", "r.png"], directory)).toMatchObject({ code: 2 });
    expect(await einthoven(["find-rate", "small.json", "--from", "1", "--to", "0.1"], directory)).toMatchObject({
      code: 2,
    });
    const { code, stderr } = await einthoven(["find-rate", "small.json", "--fold", "3"], directory);
    expect(code).toBe(1);
    expect(stderr).toContain("expected a fold of 1 to 1, found 3");
    const frozen = await einthoven(["run", "small.json", "--set", 'training.frozen=["head"]'], directory);
    expect(frozen).toMatchObject({ code: 1 });
    expect(frozen.stderr).toContain('expected a parameter whose name fits "head"');
  });
});

import { readFileSync, readdirSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { parseAnyRecipe, parseRecipe } from "../../src/train/recipe/recipe.ts";

const directory = new URL("../../recipes/", import.meta.url);
const files = readdirSync(directory).filter((name) => name.endsWith(".json"));
const text = (name: string) => readFileSync(new URL(name, directory), "utf8");
const some = "mitdb-multibranch-4class-5fold.json";
const inter = text("mitdb-multibranch-inter.json");
const sequence = text("mitdb-beat-sequence-inter.json");

describe("shipped recipes", () => {
  it.each(files)("%s is valid and named like its file", (file) => {
    expect(`${parseAnyRecipe(text(file), { file }).name}.json`).toBe(file);
  });
});

describe("parseRecipe", () => {
  it("applies changes", () => {
    const recipe = parseRecipe(text(some), {
      file: some,
      changes: ["training.epochs=3", `training.optimizer={"name":"adam"}`, "model.settings.dropout=0.5"],
    });
    const optional = parseRecipe(text(some), {
      file: some,
      changes: ["export.weights=float16", "training.mixup.alpha=1"],
    });
    expect(optional.export).toEqual({ weights: "float16" });
    expect(optional.training.mixup).toEqual({ alpha: 1 });
    expect(recipe.training.epochs).toBe(3);
    expect(recipe.training.optimizer.name).toBe("adam");
    expect(recipe.model.settings).toMatchObject({ dropout: 0.5 });
  });

  it.each([
    ["{", [], /Cannot read recipe r.json: expected JSON/],
    [text(some), ["training.epoch=3"], /Cannot use recipe r.json: training: Unrecognized key: "epoch"/],
    [text(some), ["training.epochs=-1"], /Cannot use recipe r.json: training.epochs: /],
    [text(some), ["trainin.epochs=3"], /the recipe: Unrecognized key: "trainin" \(changed by trainin.epochs=3\)/],
    [text(some), ["export.weight=float16"], /export.weights: .*export: Unrecognized key: "weight" \(changed by export/],
    [text(some), ["split.folds.of.it=3"], /expected a section "folds" for split.folds.of.it=3, found none/],
    [text(some), ["beats.classes.9.x=3"], /expected a section "9" for beats.classes.9.x=3, found none/],
    [text(some), ["epochs"], /expected key=value, found "epochs"/],
    [text(some), ["__proto__.x=1"], /expected a section "__proto__"/],
    [text(some), ['beats.classes=["N","V","N"]'], /beats.classes: expected different classes, found N, V, N/],
    [text(some), ["training.replicas=3"], /training.batch: expected a multiple of training.replicas \(3\), found 64/],
    [text(some), ['training.classWeights={"S":2,"W":3}'], /training.classWeights: expected .* N, S, V, F, found W/],
    [
      text(some),
      ['training.classWeights={"N":0,"S":0,"V":0,"F":0}'],
      /classWeights: expected a class of a weight above 0/,
    ],
    [text(some), ["training.batch=64000000"], /training.batch: /],
    [
      inter,
      ['split.test=["201","100"]'],
      /split.test.0: expected each record in one list and once, found 201 in train and test/,
    ],
    [inter, ['split.train=["101","101"]'], /split.train.1: .*found 101 in train and train/],
    [sequence, ['split.test=["101"]'], /split.test.0: .*found 101 in train and test/],
    ["[]", [], /Cannot use recipe r.json: the recipe: /],
  ])("says in one sentence what is wrong (%#)", (source, changes, message) => {
    expect(() => parseAnyRecipe(source, { file: "r.json", changes })).toThrow(message);
  });
});

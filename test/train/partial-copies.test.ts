import { describe, expect, it } from "vitest";

import { type LocatedDataset, type Split } from "../../src/datasets/index.ts";
import { openSource, readRecipeExamples } from "../../src/train/index.node.ts";
import { smallRecordingRecipe, smallRecordings } from "../end-to-end/small-recordings.ts";

const whole = smallRecordings({ size: 30 });
const groups = [
  ["one000", "one020", "one021"],
  ["one001", "one022"],
];
/** The first 20 recordings of the task. */
const part: LocatedDataset = {
  ...whole,
  recordNames: whole.recordNames.slice(0, 20),
  lacks: (record) => whole.recordNames.slice(20).includes(record),
};

async function splitOf(dataset: LocatedDataset, { groups, without = [] }: { groups: string[][]; without?: string[] }) {
  const recipe = smallRecordingRecipe({
    dataset: { name: "synthetic", without },
    split: { kind: "stratified-folds", folds: 2, validation: 0.2, seed: 1, groups },
  });
  const reading = readRecipeExamples(recipe, { dataset, source: await openSource(recipe, dataset) });
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return step.value.split;
  }
}

const areTogether = ({ folds }: Split, examples: readonly number[]) =>
  folds.every((fold) =>
    [fold.train, fold.validation, fold.test].every((own) => new Set(examples.map((i) => own.includes(i))).size === 1),
  );

describe("records that a recipe keeps together", () => {
  it("stay together on a whole copy", async () => {
    const split = await splitOf(whole, { groups });
    expect(areTogether(split, [0, 20, 21])).toBe(true);
    expect(areTogether(split, [1, 22])).toBe(true);
    expect(split.description).toContain("one000 and one020 and one021; one001 and one022 kept together");
  });

  it("are ignored as far as a partial copy lacks them, or the recipe leaves them out", async () => {
    expect(await splitOf(part, { groups })).toEqual(await splitOf(part, { groups: [] }));
    const split = await splitOf(part, { groups: [["one000", "one003", "one020"]] });
    expect(areTogether(split, [0, 3])).toBe(true);
    expect(split.description).toContain(", one000 and one003 kept together");
    expect((await splitOf(whole, { groups, without: ["one000"] })).description).toContain(
      ", one020 and one021; one001 and one022 kept together",
    );
    expect((await splitOf(part, { groups: [], without: ["one025"] })).folds).toHaveLength(2);
  });

  it.each([whole, part])("are refused where the dataset knows no such name", async (dataset) => {
    await expect(splitOf(dataset, { groups: [["one000", "A00227"]] })).rejects.toThrow(
      "Cannot keep A00227 together with others: dataset synthetic has no such record.",
    );
    await expect(splitOf(dataset, { groups: [], without: ["A00227"] })).rejects.toThrow(
      "Cannot leave out A00227: dataset synthetic has no such record.",
    );
  });
});

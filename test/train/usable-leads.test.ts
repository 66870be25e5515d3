import { describe, expect, it } from "vitest";

import type { LocatedDataset } from "../../src/datasets/index.ts";
import { sourceOfRecipe } from "../../src/train/index.node.ts";
import { spikes } from "../beats/small-recording.ts";

const beat = spikes([[500, "N"]]);
const lead = (name: string) => spikes([], { lead: name }).leads[0]!;
const pressure = { name: "Pressure", unit: "mmHg", sampleRate: 360, samples: new Float32Array(4000).fill(80) };

const dataset: LocatedDataset = {
  name: "four recordings",
  recordNames: ["two", "pressure", "one", "others"],
  open: async (id) => {
    const leads = {
      two: [lead("MLII"), lead("V1")],
      pressure: [lead("MLII"), pressure],
      one: [lead("MLII")],
      others: [lead("V1"), lead("V5")],
    }[id]!;
    return { ...beat, id, leads };
  },
};

describe("beats of a dataset in which recordings lack leads", () => {
  it.each([
    [1, ["two", "pressure", "one"]],
    [2, ["two"]],
  ])(
    "are those of recordings with %i leads that can be read, where the others may be left out",
    async (leadCount, ids) => {
      const { examples } = await read(leadCount, "leave out");
      expect(examples.records.map(({ id }) => id)).toEqual(ids);
      expect(examples.size).toBe(ids.length);
    },
  );

  it("are refused where none may be", async () => {
    await expect(read(2, "refuse")).rejects.toThrow(
      "Cannot use recording pressure: expected 2 leads in V, mV or uV with valid samples, found MLII.",
    );
  });
});

async function read(leadCount: number, unusable: "refuse" | "leave out") {
  const source = sourceOfRecipe({
    beats: {
      classMap: "literature",
      classes: ["N"],
      preprocessing: {
        sampleRate: 360,
        leads: ["MLII", "II"],
        leadCount,
        recording: [],
        window: { before: 100, after: 150 },
        beat: [],
      },
    },
  } as unknown as Parameters<typeof sourceOfRecipe>[0]);
  const reading = (await source.open(dataset)).read({ recordNames: dataset.recordNames, unusable });
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return step.value;
  }
}

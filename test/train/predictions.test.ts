import { describe, expect, it } from "vitest";

import { type ExampleSet, tabulatePredictions } from "../../src/train/index.node.ts";

const examples: ExampleSet = {
  unit: "recording",
  size: 2,
  classes: ["X", "Y"],
  labels: Uint8Array.of(1, 0),
  recordOf: Int32Array.of(0, 1),
  positions: Int32Array.of(0, 0),
  records: ["a", "b"].map((id) => ({ id, patientId: id, lead: "I" })),
  input: { channels: 1, samples: 4 },
  classMap: { name: "test" },
  scaling: "none",
  notices: [],
};
const rows = Int32Array.of(1, 0);
const decision = "most-likely";

describe("tabulated predictions", () => {
  it("are in the order of the rows", () => {
    const table = tabulatePredictions(examples, { rows, decision, probabilities: Float32Array.of(0.9, 0.1, 0.2, 0.8) });
    expect(table).toMatchObject({ records: ["b", "a"], truth: Int32Array.of(0, 1), predicted: Uint8Array.of(0, 1) });
  });

  it("refuse what is no probability, naming the record", () => {
    const probabilities = Float32Array.of(0.9, 0.1, 0.5, NaN);
    expect(() => tabulatePredictions(examples, { rows, decision, probabilities })).toThrow(
      "Cannot score record a: expected probabilities, found NaN for class Y.",
    );
  });
});

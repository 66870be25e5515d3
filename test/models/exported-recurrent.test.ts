import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { findArchitecture, traceModel } from "../../src/models/index.ts";
import {
  type EncodeOptions,
  createExecutor,
  decodeOnnxModel,
  encodeOnnx,
  initialiseParameter,
  leafName,
  leavesOf,
} from "../../src/tensor/index.ts";

const nets = [
  { name: "lstm", channels: 3, samples: 11, settings: { units: 6 }, native: ["LSTM", "LSTM"] },
  { name: "lstm_bidir", channels: 3, samples: 11, settings: { units: 6 }, native: ["LSTM", "LSTM", "LSTM", "LSTM"] },
  { name: "gru", channels: 3, samples: 11, settings: { units: 6, depth: 1 }, native: ["GRU"] },
  { name: "ha_resnet", channels: 2, samples: 64, settings: { filters: [4, 6], ratio: 2 }, native: [] },
];
const classCount = 4;

describe.each(nets)("$name", ({ name, channels, samples, settings, native }) => {
  const trace = (batch: number) =>
    traceModel(findArchitecture(name), { mode: "inference", settings, batch, channels, samples, classCount });
  const random = createRandom(name);
  const weights = new Map(
    leavesOf([trace(1).logits]).parameters.map((each) => [leafName(each), initialiseParameter(each, random)]),
  );
  const inputs = Float32Array.from({ length: 5 * channels * samples }, () => random.normal());

  const run = async (model: EncodeOptions, rows: number) => {
    const executor = await createExecutor(ort, encodeOnnx(model));
    const logits = new Float32Array(rows * classCount);
    await executor.run({ x: inputs.slice(0, rows * channels * samples) }, { logits });
    await executor.close();
    return logits;
  };

  it("exported once runs with any batch, as the fast form of that batch does", async () => {
    const { logits } = trace(1);
    const exported = { outputs: { logits }, weights, dynamicBatch: true };
    for (const rows of [1, 5]) {
      const wanted = await run({ outputs: { logits: trace(rows).logits }, weights, formulation: "fast" }, rows);
      const found = await run(exported, rows);
      wanted.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 4));
    }
  });

  it("has the native ops where it is passed on, and none in its fast form", () => {
    const opTypes = (formulation: "plain" | "fast") =>
      decodeOnnxModel(encodeOnnx({ outputs: { logits: trace(2).logits }, weights, formulation }))
        .graph.nodes.map(({ opType }) => opType)
        .filter((opType) => /^(LSTM|GRU|Scan)$/.test(opType));
    expect(opTypes("plain")).toEqual(native);
    expect(opTypes("fast")).toEqual(native.map(() => "Scan"));
  });
});

import * as ort from "onnxruntime-node";
import * as ortWeb from "onnxruntime-web";
import { describe, expect, it } from "vitest";

import { writeBundle } from "../../src/bundle/index.ts";
import { createRandom } from "../../src/core/random.ts";
import { findArchitecture, traceModel } from "../../src/models/index.ts";
import { type OnnxRuntime, openPredictor } from "../../src/runtime/index.ts";
import { encodeOnnx, initialiseParameter, leafName, leavesOf, softmax } from "../../src/tensor/index.ts";
import { smallCardOf } from "../bundle/small-card.ts";

/** The multi-branch CNN with random weights. */
function someModel(): Uint8Array {
  const random = createRandom("web");
  const { logits } = traceModel(findArchitecture("multi-branch-cnn"), {
    mode: "inference",
    settings: {},
    batch: 1,
    channels: 1,
    samples: 251,
    classCount: 2,
  });
  const weights = new Map(
    leavesOf([logits]).parameters.map((tensor) => [leafName(tensor), initialiseParameter(tensor, random)]),
  );
  const onnx = encodeOnnx({ outputs: { probabilities: softmax(logits, 1) }, weights, dynamicBatch: true });
  return writeBundle(onnx, smallCardOf(251));
}

describe("the browser's ONNX Runtime (WebAssembly)", () => {
  it("gives the same probabilities as the native one", async () => {
    ortWeb.env.wasm.numThreads = 1;
    const random = createRandom("rows");
    const rows = Float32Array.from({ length: 7 * 251 }, () => random.normal());
    const model = someModel();
    const results: Float32Array[] = [];
    for (const runtime of [ort, ortWeb] as readonly OnnxRuntime[]) {
      const predictor = await openPredictor(runtime, model, { file: "m.onnx", batch: 4 });
      results.push(await predictor.predictRows(rows));
      await predictor.close();
    }
    const [native, web] = results;
    expect(native!.length).toBe(14);
    native!.forEach((value, i) => expect(Math.abs(web![i]! - value)).toBeLessThan(1e-5));
  });
});

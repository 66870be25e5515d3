import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { type Tensor, encodeOnnx, gradients, mul, parameter, readOnnx, reduceSum } from "../../src/tensor/index.ts";
import { readGoldenOps } from "./golden-ops.ts";
import { findCase } from "./op-cases.ts";

const golden = readGoldenOps();

/** The output and the loss's slopes of a golden case, and the values of its leaves. */
function buildCase(name: string) {
  const { inputs, weights, gradients: wanted } = golden.get(name)!;
  const values = new Map<string, Float32Array>();
  const leaf = (key: string, { shape, values: given }: { shape: readonly number[]; values: Float32Array }) => {
    values.set(key, given);
    return parameter(key, shape, { initialise: { kind: "constant", value: 0 } });
  };
  const tensors = Object.fromEntries(Object.entries(inputs).map(([key, given]) => [key, leaf(key, given)]));
  const output = findCase(name)!(tensors);
  const names = Object.keys(wanted);
  const slopes = gradients(
    reduceSum(mul(output, leaf("weights of the loss", weights))),
    names.map((key) => tensors[key]!),
  );
  const outputs: Record<string, Tensor> = { output };
  names.forEach((key, index) => (outputs[`slope of ${key}`] = slopes[index]!));
  return { outputs, values };
}

async function run(bytes: Uint8Array, values: ReadonlyMap<string, Float32Array>) {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const feeds = Object.fromEntries(
    session.inputMetadata.map(({ name, ...rest }) => {
      const shape = "shape" in rest ? (rest.shape as number[]) : [];
      return [name, new ort.Tensor("float32", values.get(name)!, shape)];
    }),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data }]));
}

describe("a graph that was written and read", () => {
  it.each([...golden.keys()])("has the same values: %s", async (name) => {
    const { outputs, values } = buildCase(name);
    // As constants of the file, and fed at each run.
    for (const given of [{ weights: values }, {}]) {
      const bytes = encodeOnnx({ outputs, formulation: "plain", ...given });
      const read = readOnnx(bytes);
      for (const [key, { shape, dtype }] of Object.entries(outputs)) {
        expect({ ...read.outputs[key], shape, dtype }, key).toEqual(read.outputs[key]);
      }
      for (const [key, given] of read.weights) expect(given).toEqual(values.get(key));
      const again = encodeOnnx({ outputs: read.outputs, formulation: "plain", weights: read.weights });
      expect(await run(again, values)).toEqual(await run(bytes, values));
    }
  });
});

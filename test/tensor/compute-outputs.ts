import * as ort from "onnxruntime-node";

import { createRandom } from "../../src/core/random.ts";
import { type Tensor, createExecutor, encodeOnnx, leafName, leavesOf, sizeOf } from "../../src/tensor/index.ts";

/** What a graph gives in a formulation, its inputs and parameters being normal numbers seeded by their names. */
export async function computeOutputs(
  outputs: Readonly<Record<string, Tensor>>,
  formulation: "plain" | "fast",
): Promise<{ readonly values: Readonly<Record<string, Float32Array>>; readonly model: Uint8Array }> {
  const model = encodeOnnx({ outputs, formulation });
  const executor = await createExecutor(ort, model);
  const { inputs, parameters } = leavesOf(Object.values(outputs));
  const feeds = [...inputs, ...parameters].map((leaf) => {
    const random = createRandom(leafName(leaf));
    return [leafName(leaf), Float32Array.from({ length: sizeOf(leaf.shape) }, () => random.normal())] as const;
  });
  const values = Object.fromEntries(
    Object.entries(outputs).map(([key, { shape }]) => [key, new Float32Array(sizeOf(shape))]),
  );
  await executor.run(Object.fromEntries(feeds), values);
  await executor.close();
  return { values, model };
}

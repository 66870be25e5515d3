import * as ort from "onnxruntime-node";

import type { ModelCard } from "../../bundle/index.ts";
import { encodeOnnx, readOnnx } from "../../tensor/index.ts";
import { type ComparedRows, compareModels } from "./compare-models.ts";

/** The same model with its matrices and kernels kept as float16; still computed in float32, for any batch. */
export function halveWeights(onnx: Uint8Array): Uint8Array {
  const { outputs, weights, metadata } = readOnnx(onnx, { batch: 1 });
  return encodeOnnx({ outputs, weights, metadata, dynamicBatch: true, weightType: "float16" });
}

/** {@link halveWeights}, and a card that says how far the outputs of the given rows moved. */
export async function halveBundle(
  { onnx, card }: { readonly onnx: Uint8Array; readonly card: ModelCard },
  rows: ComparedRows,
): Promise<{ readonly onnx: Uint8Array; readonly card: ModelCard }> {
  const half = halveWeights(onnx);
  const difference = await compareModels(ort, { models: [onnx, half], ...rows });
  return { onnx: half, card: { ...card, precision: { weights: "float16", comparedOn: "validation", ...difference } } };
}

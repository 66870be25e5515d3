import type { Tensor } from "../tensor.ts";
import { moveBatchLast } from "./batch-last.ts";
import { formulateForGpu } from "./for-gpu.ts";
import { reuseGatedProducts } from "./gated-slopes.ts";
import { rowsAsImages } from "./images-of-rows.ts";
import { poolBeforeRelu } from "./pool-before-relu.ts";
import { sumImagesFirst } from "./sums-in-two.ts";
import { moveTimeFirst } from "./time-first.ts";
import { transposedAsGradients } from "./transposed.ts";
import { convolveByPoints } from "./winograd.ts";

/** What a graph is written for, see `EncodeOptions.formulation`. */
export type Formulation = "plain" | "fast" | "inference" | "gpu";

/**
 * The same graph, written so that it runs fast on a CPU or wholly on a GPU: "fast" and "gpu" for graphs of a fixed batch
 * that are run many times, as in training, "inference" for models with their weights inside.
 */
export function formulate(outputs: readonly Tensor[], formulation: Formulation): readonly Tensor[] {
  if (formulation === "plain") return outputs;
  // ONNX Runtime has its blocked kernels (16 channels side by side) for two spatial axes and constant weights alone.
  if (formulation === "inference") return rowsAsImages(outputs);
  // By phases was measured on a CPU only.
  const first = formulation === "gpu" ? outputs : transposedAsGradients(outputs);
  const fast = moveBatchLast(poolBeforeRelu(moveTimeFirst(reuseGatedProducts(first))));
  return formulation === "gpu" ? formulateForGpu(fast) : convolveByPoints(sumImagesFirst(fast));
}

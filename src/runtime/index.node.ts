import { readFile } from "node:fs/promises";

import * as ort from "onnxruntime-node";

import { type OpenPredictorOptions, type Predictor, openPredictor } from "./predictor.ts";

export * from "./predictor.ts";

/** Opens a model file from disk on the CPU, with the `onnxruntime-node` that comes with this package. */
export async function openModelFile(
  path: string,
  { threads = 1, ...options }: Partial<OpenPredictorOptions> & { readonly threads?: number } = {},
): Promise<Predictor> {
  const session = { intraOpNumThreads: threads, interOpNumThreads: 1, ...options.session };
  return openPredictor(ort, await readFile(path), { file: path, ...options, session });
}

import * as ort from "onnxruntime-web";

import { type OpenPredictorOptions, type Predictor, openPredictor } from "./predictor.ts";

export * from "./index.ts";

/** Opens a model's bytes in the browser, with the page's own `onnxruntime-web`, whose WebAssembly it has to serve (docs/browser.md). */
export function openModelBytes(model: Uint8Array, options: OpenPredictorOptions): Promise<Predictor> {
  return openPredictor(ort, model, options);
}

import { readFile } from "node:fs/promises";

import * as ort from "onnxruntime-node";

import { checkDevice } from "../core/check-device.node.ts";
import type { Device } from "../core/device.ts";
import { UserError } from "../core/errors.ts";
import { type OpenPredictorOptions, type Predictor, openPredictor } from "./predictor.ts";

export * from "./index.ts";

export interface OpenModelBytesOptions extends OpenPredictorOptions {
  readonly threads?: number;
  /** Where to compute; "cpu" unless asked otherwise. */
  readonly device?: Device;
}

export type OpenModelFileOptions = Partial<OpenModelBytesOptions>;

/**
 * Opens a model file from disk, with the `onnxruntime-node` that comes with this package.
 * @throws UserError where there is no such file.
 */
export async function openModelFile(path: string, options: OpenModelFileOptions = {}): Promise<Predictor> {
  return openModelBytes(await readModel(path), { file: path, ...options });
}

/** Opens a model's bytes, as the function of this name does in a browser, with the `onnxruntime-node` that comes with this package. */
export async function openModelBytes(
  model: Uint8Array,
  { threads = 1, device = "cpu", ...options }: OpenModelBytesOptions,
): Promise<Predictor> {
  await checkDevice(device);
  const session = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionProviders: [device],
    // What a GPU has no kernel for runs on the CPU; ONNX Runtime would warn of it on stderr each time.
    ...(device === "cpu" ? {} : { logSeverityLevel: 3 as const }),
    ...options.session,
  };
  return openPredictor(ort, model, { ...options, session });
}

async function readModel(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    const found = error.code === "ENOENT" ? "no such file" : error.code === "EISDIR" ? "a folder" : undefined;
    if (found === undefined) throw error;
    throw new UserError(`Cannot open model ${path}: expected an .onnx file, found ${found}.`);
  });
}

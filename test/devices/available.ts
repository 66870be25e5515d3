import * as ort from "onnxruntime-node";

import { checkDevice } from "../../src/core/check-device.node.ts";
// @ts-expect-error: a plain script without types
import { findChromium } from "../../tools/browser/find-chromium.js";

/** Why there is no WebGPU for Node here; `undefined` where there is. */
export async function whyNoWebGpu(): Promise<string | undefined> {
  ort.env.logLevel = "fatal";
  return checkDevice("webgpu").then(
    () => undefined,
    (error: unknown) => String((error as Error).message),
  );
}

export const chromium: string | undefined = findChromium();
export const whyNoChromium = chromium === undefined ? "no Chromium on the PATH (CHROMIUM=PATH names one)" : undefined;

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import * as ort from "onnxruntime-node";

import type { Device } from "./device.ts";
import { UserError } from "./errors.ts";

/**
 * Makes sure that `onnxruntime-node` computes on a device of this machine, by opening a session there.
 * @throws UserError that says what is missing, and how to get it.
 */
export async function checkDevice(device: Device): Promise<void> {
  if (device === "cpu") return;
  if (device === "cuda") checkCudaLibraries();
  try {
    const session = await ort.InferenceSession.create(Buffer.from(tinyModel, "base64"), {
      executionProviders: [device],
      logSeverityLevel: 4,
    });
    await session.release();
  } catch (error) {
    throw new UserError(`Cannot compute on ${device}: ${reason(device, String((error as Error).message ?? error))}`);
  }
}

/** An ONNX model that rectifies one number. */
const tinyModel =
  "CAkSCWVpbnRob3ZlbjpDChQKAXgSAXkaBnJlbHVfMCIEUmVsdRIJZWludGhvdmVuWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUICEBQ=";

/** They are too large for the npm registry; the package's own script gets them from elsewhere when it is asked to. */
function checkCudaLibraries(): void {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new UserError(
      `Cannot compute on cuda: expected Linux on x64, for which onnxruntime-node has it, found ${process.platform} on ${process.arch}; webgpu may do.`,
    );
  }
  const folder = dirname(dirname(createRequire(import.meta.url).resolve("onnxruntime-node")));
  if (existsSync(join(folder, "bin", "napi-v6", "linux", "x64", "libonnxruntime_providers_cuda.so"))) return;
  throw new UserError(
    "Cannot compute on cuda: expected onnxruntime-node's CUDA libraries, found none; with CUDA 12 and cuDNN 9 installed, get them with: " +
      `ONNXRUNTIME_NODE_INSTALL=cuda12 node ${join(folder, "script", "install.js")}`,
  );
}

function reason(device: Device, said: string): string {
  if (device === "webgpu" && /WebGPU adapter/i.test(said)) {
    return "expected a GPU with a driver for Vulkan, Metal or D3D12, found no WebGPU adapter.";
  }
  return `ONNX Runtime says: ${said.replace(/\s+/g, " ").trim()}`;
}

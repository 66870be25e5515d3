import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { checkDevice } from "../../src/core/check-device.node.ts";
import { runInProcess } from "../cli/run-in-process.ts";
import { whyNoWebGpu } from "./available.ts";

const bin = dirname(fileURLToPath(import.meta.resolve("onnxruntime-node"))).replace(/dist$/, "bin/napi-v6/linux/x64");
const withoutCuda = !existsSync(join(bin, "libonnxruntime_providers_cuda.so"));

describe("checkDevice", () => {
  it("has nothing to say of the CPU", () => checkDevice("cpu"));

  it.runIf(withoutCuda)("says in one sentence how to get CUDA", async () => {
    await expect(checkDevice("cuda")).rejects.toThrow(
      process.platform === "linux" && process.arch === "x64"
        ? /^Cannot compute on cuda: expected onnxruntime-node's CUDA libraries, found none; .* ONNXRUNTIME_NODE_INSTALL=cuda12 node .*install\.js$/
        : /^Cannot compute on cuda: expected Linux on x64, .* found \w+ on \w+; webgpu may do\.$/,
    );
  });

  it("says where there is no WebGPU", async () => {
    const reason = await whyNoWebGpu();
    if (reason !== undefined) expect(reason).toMatch(/^Cannot compute on webgpu: /);
  });
});

describe("--device", () => {
  it.runIf(withoutCuda).each(["run", "find-rate"])(
    "ends %s before it reads anything without the device",
    async (command) => {
      const { code, stderr } = await runInProcess([command, "synthetic-multibranch", "--device", "cuda"]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^Cannot compute on cuda: [^\n]+\n$/);
    },
  );

  it.each(["run", "find-rate"])("of %s takes the devices that there are", async (command) => {
    const { code, stderr } = await runInProcess([command, "synthetic-multibranch", "--device", "tpu"]);
    expect(code).toBe(2);
    expect(stderr).toContain('expected one of cpu, webgpu, cuda, found "tpu"');
  });
});

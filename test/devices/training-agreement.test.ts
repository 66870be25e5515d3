import * as ortWeb from "onnxruntime-web";
import { beforeAll, describe, expect, it } from "vitest";

import { createDeviceReplicas } from "../../src/train/index.node.ts";
import { createLocalReplicas } from "../../src/train/index.ts";
// @ts-expect-error: a plain script without types
import { openPage, softwareWebGpu } from "../../tools/browser/open-page.js";
import { chromium, whyNoChromium, whyNoWebGpu } from "./available.ts";
import { type FirstLosses, firstLosses } from "./first-losses.ts";

const noWebGpu = await whyNoWebGpu();

/** The relative difference of the first 20 losses, and of the validation losses after them. */
function expectAgreement(found: FirstLosses, wanted: FirstLosses): void {
  expect(wanted.losses.length).toBeGreaterThanOrEqual(20);
  expect(found.losses).toHaveLength(wanted.losses.length);
  const difference = (a: readonly number[], b: readonly number[]) =>
    Math.max(...a.map((value, i) => Math.abs(value / b[i]! - 1)));
  expect(difference(found.losses.slice(0, 20), wanted.losses)).toBeLessThan(1e-3);
  expect(difference(found.validationLosses, wanted.validationLosses)).toBeLessThan(1e-2);
}

describe("the same training", () => {
  let cpu: FirstLosses;
  beforeAll(async () => {
    cpu = await firstLosses((options) => createDeviceReplicas("cpu", options));
    expect(cpu.losses.at(-1)).toBeLessThan(0.9 * cpu.losses[0]!);
  });

  it("in WebAssembly in Node", async () => {
    ortWeb.env.wasm.numThreads = 1;
    expectAgreement(await firstLosses((options) => createLocalReplicas(ortWeb, options)), cpu);
  });

  it.skipIf(noWebGpu !== undefined)(`on webgpu in Node${because(noWebGpu)}`, { timeout: 300_000 }, async () => {
    expectAgreement(await firstLosses((options) => createDeviceReplicas("webgpu", options), { gpu: true }), cpu);
  });

  it.skipIf(whyNoChromium !== undefined)(
    `in Chromium, WebAssembly and webgpu${because(whyNoChromium)}`,
    { timeout: 300_000 },
    async () => {
      const page = await openPage({
        chromium,
        entries: { page: "test/devices/training-page.ts", worker: "src/train/replicas/replica-worker.web.ts" },
        flags: softwareWebGpu,
        timeoutSeconds: 240,
      });
      try {
        expectAgreement(await page.ask("workers"), cpu);
        expectAgreement(await page.ask("webgpu"), cpu);
      } finally {
        await page.close();
      }
    },
  );
});

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `, skipped: ${reason}`;
}

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { synthesiseRecording } from "../../src/datasets/index.ts";
import { encodeWfdb, isBeatSymbol, readWfdb } from "../../src/formats/index.ts";
import { memoryFolder } from "../../src/core/byte-source.ts";
import { openModelBytes } from "../../src/runtime/index.node.ts";
// @ts-expect-error: a plain script without types
import { openPage } from "../../tools/browser/open-page.js";
import { chromium, whyNoChromium } from "./available.ts";

const because = whyNoChromium === undefined ? "" : `, skipped: ${whyNoChromium}`;

describe("the example of docs/browser.md", () => {
  it.skipIf(whyNoChromium !== undefined)(
    `classifies in Chromium as Node does${because}`,
    { timeout: 300_000 },
    async () => {
      const model = await readFile(fileURLToPath(new URL("../../models/beats.onnx", import.meta.url)));
      const files = encodeWfdb(
        synthesiseRecording({ patient: 3, seconds: 60, sampleRate: 360, leads: ["II", "V1"], profile: "ventricular" }),
        { name: "r1" },
      );
      const recording = await readWfdb(memoryFolder("memory", files), "r1");
      const rPeaks = recording.annotations.filter(({ symbol }) => isBeatSymbol(symbol)).map(({ sample }) => sample);
      const predictor = await openModelBytes(model, { file: "beats.onnx" });
      const { beats } = await predictor.predictBeats(recording, rPeaks);
      await predictor.close();
      expect(beats.length).toBeGreaterThan(40);

      const page = await openPage({ chromium, entries: { page: "test/devices/runtime-page.ts" }, timeoutSeconds: 120 });
      try {
        const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
        const found: unknown = await page.ask("classify", {
          files: [...files].map(([name, bytes]) => [name, base64(bytes)]),
          model: base64(model),
        });
        expect(found).toEqual(beats.map(({ label }) => label));
      } finally {
        await page.close();
      }
    },
  );
});

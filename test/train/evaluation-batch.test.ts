import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { findArchitecture } from "../../src/models/index.ts";
import { createLocalReplicas, evaluationBatchFor } from "../../src/train/index.ts";
import { settings, smallData, smallProgram, start } from "./small-training.ts";

describe("evaluationBatchFor", () => {
  it.each([
    // Largest activations: 128 × 250, 64 × 250 and 24 × 125 values; 128; 256 × 1001.
    ["resnet1d_wang", 12, 250, 32],
    ["conv1d12", 12, 250, 32],
    ["multi-branch-cnn", 1, 251, 128],
    ["wavelet_nn", 864, 1, 256],
    ["fcn_wang", 12, 1000, 32],
  ])("is what fits the cache for %s", (name, channels, samples, batch) => {
    const shape = { channels, samples, classCount: 5 };
    expect(evaluationBatchFor(findArchitecture(name), { ...shape, settings: {} })).toBe(batch);
  });

  it("changes scores by rounding only", async () => {
    const data = smallData();
    const rows = Int32Array.from({ length: 45 }, (_, row) => 2 * row);
    const scores = await Promise.all(
      [7, 32, 128].map(async (evaluationBatch) => {
        const built = smallProgram(settings(), {}, { evaluationBatch });
        const replicas = await createLocalReplicas(ort, { program: built.program, data });
        await start(replicas, built);
        const found = await replicas.score(rows);
        await replicas.close();
        return found;
      }),
    );
    scores[0]!.forEach((score, i) => {
      expect(score).toBeCloseTo(scores[1]![i]!, 6);
      expect(score).toBeCloseTo(scores[2]![i]!, 6);
    });
  });
});

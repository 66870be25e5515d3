import { describe, expect, it } from "vitest";

import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../../src/train/fit/checkpoint.ts";

const checkpoint: Checkpoint = {
  fingerprint: "a training",
  epochs: [
    {
      epoch: 1,
      trainLoss: 0.5,
      validation: { loss: 0.4, accuracy: 0.9, macroF1: 0.8 },
      learningRate: 0.001,
      seconds: 2,
    },
  ],
  steps: 17,
  best: { epoch: 1, score: -0.4, parameters: Float32Array.of(1, 2, 3) },
  state: { parameters: Float32Array.of(4, 5, 6), slots: [Float32Array.of(7, 8), Float32Array.of(9, Math.fround(0.1))] },
};

describe("checkpoint", () => {
  it("comes back as it was written", async () => {
    expect(await decodeCheckpoint(await encodeCheckpoint(checkpoint), { file: "checkpoint" })).toEqual(checkpoint);
  });

  it("is refused when cut anywhere", async () => {
    const bytes = await encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length += 3) {
      await expect(decodeCheckpoint(bytes.slice(0, length), { file: "checkpoint" })).rejects.toThrow(
        /Cannot read checkpoint: expected a whole checkpoint file, found .* \(checkpoint\)/,
      );
    }
  });

  it("is refused when a value was changed", async () => {
    const bytes = await encodeCheckpoint(checkpoint);
    bytes[bytes.length - 1]! ^= 1;
    await expect(decodeCheckpoint(bytes, { file: "checkpoint" })).rejects.toThrow("does not match its SHA-256");
  });

  it.each([
    { change: () => "null", found: "a damaged header" },
    { change: () => '{"sha256":""}', found: "a damaged header" },
    { change: (header: string) => header.replace('"steps":17', '"steps":-1'), found: "a damaged header" },
    {
      change: (header: string) => header.replace('"vectorLengths":[3,', '"vectorLengths":[9,'),
      found: "40 bytes of values, 64 needed",
    },
  ])("is refused when its header was changed: $found", async ({ change, found }) => {
    const bytes = await encodeCheckpoint(checkpoint);
    const length = new DataView(bytes.buffer).getUint32(8, true);
    const header = change(new TextDecoder().decode(bytes.subarray(12, 12 + length))).padEnd(length);
    expect(header).toHaveLength(length);
    bytes.set(new TextEncoder().encode(header), 12);
    await expect(decodeCheckpoint(bytes, { file: "checkpoint" })).rejects.toThrow(found);
  });
});

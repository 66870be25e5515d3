import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import {
  type Feed,
  type Tensor,
  add,
  concat,
  conv1d,
  createExecutor,
  encodeOnnx,
  gradients,
  initialiseParameter,
  input,
  leafName,
  leavesOf,
  matmul,
  maxPool1d,
  mul,
  parameter,
  reduceSum,
  relu,
  reshape,
  scale,
  softmaxCrossEntropy,
  sub,
} from "../../src/tensor/index.ts";

/** A small multi-branch net, its loss, and one step of gradient descent. */
function buildStep(batch: number, samples: number) {
  const x = input("x", [batch, 1, samples]);
  const labels = input("labels", [batch, 3]);
  const weights = input("weights", [batch]);
  const branches = [3, 4].map((kernel) => {
    const first = parameter(`first${kernel}`, [4, 1, kernel], { initialise: { kind: "heUniform", fanIn: kernel } });
    const second = parameter(`second${kernel}`, [6, 4, kernel], {
      initialise: { kind: "heUniform", fanIn: 4 * kernel },
    });
    const a = maxPool1d(relu(conv1d(x, first, { padding: "same" })), { size: 2 });
    const b = maxPool1d(relu(conv1d(a, second, { padding: "same" })), { size: 2 });
    return reshape(b, [batch, b.shape[1]! * b.shape[2]!]);
  });
  const joined = concat(branches, 1);
  const weight = parameter("dense", [joined.shape[1]!, 3], {
    initialise: { kind: "glorotUniform", fanIn: joined.shape[1]!, fanOut: 3 },
  });
  const bias = parameter("bias", [3], { initialise: { kind: "constant", value: 0 } });
  const logits = add(matmul(joined, weight), bias);
  const loss = reduceSum(mul(softmaxCrossEntropy(logits, labels), weights));
  const { parameters } = leavesOf([loss]);
  const slopes = gradients(loss, parameters);
  const outputs: Record<string, Tensor> = { loss };
  parameters.forEach((each, index) => (outputs[`next/${leafName(each)}`] = sub(each, scale(slopes[index]!, 0.05))));
  return { parameters, outputs };
}

async function train(steps: number): Promise<{ losses: number[]; weights: Float32Array }> {
  const batch = 16;
  const samples = 25;
  const { parameters, outputs } = buildStep(batch, samples);
  const executor = await createExecutor(ort, encodeOnnx({ outputs }), { threads: 1 });
  const random = createRandom(1);
  // All weights are views into one vector, at places that are not multiples of anything.
  const total = parameters.reduce((sum, each) => sum + each.shape.reduce((a, b) => a * b, 1) + 3, 0);
  const [now, next] = [new Float32Array(total), new Float32Array(total)];
  const feeds: Record<string, Feed> = {
    x: Float32Array.from({ length: batch * samples }, () => random.normal()),
    labels: new Float32Array(batch * 3),
    weights: new Float32Array(batch).fill(1 / batch),
  };
  for (let row = 0; row < batch; row++) (feeds.labels as Float32Array)[row * 3 + random.integer(3)] = 1;
  const loss = new Float32Array(1);
  const targets: Record<string, Float32Array> = { loss };
  let at = 1;
  for (const each of parameters) {
    const values = initialiseParameter(each, random);
    const view = now.subarray(at, at + values.length);
    view.set(values);
    feeds[leafName(each)] = view;
    targets[`next/${leafName(each)}`] = next.subarray(at, at + values.length);
    at += values.length + 3;
  }
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    await executor.run(feeds, targets);
    now.set(next);
    losses.push(loss[0]!);
  }
  await executor.close();
  return { losses, weights: now };
}

describe("a training step", () => {
  it("lowers the loss", async () => {
    const { losses } = await train(60);
    expect(losses[0]).toBeGreaterThan(0.9);
    expect(losses.at(-1)).toBeLessThan(0.6 * losses[0]!);
  });

  it("gives the same losses and weights each time, bit for bit", async () => {
    const [first, second] = [await train(5), await train(5)];
    expect(second.losses).toEqual(first.losses);
    expect(second.weights).toEqual(first.weights);
  });
});

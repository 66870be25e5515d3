import { readFileSync } from "node:fs";

import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { findArchitecture, traceModel } from "../../src/models/index.ts";
import {
  type Feed,
  type Tensor,
  createExecutor,
  encodeOnnx,
  gradients,
  input,
  leafName,
  leavesOf,
  reduceMean,
  softmaxCrossEntropy,
} from "../../src/tensor/index.ts";

interface GoldenStep {
  readonly channels: number;
  readonly samples: number;
  readonly classCount: number;
  readonly batch: number;
  readonly logits: readonly number[];
  readonly loss: number;
  /** Of PyTorch's parameters in their order, which is ours; dense weights are [unit, feature] there. */
  readonly shapes: readonly (readonly number[])[];
  /** Of each gradient, its norm and its product with a wave. */
  readonly norms: readonly number[];
  readonly along: readonly number[];
}

// Made by tools/golden/models.py.
const golden = JSON.parse(
  readFileSync(new URL("../golden/models/training-step.json", import.meta.url), "utf8"),
) as Record<string, GoldenStep>;

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

const wave = (shape: readonly number[], seed: number, size = 1) =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => size * Math.sin(i * 1.7 + seed));

/** [unit, feature] → [feature, unit] for dense weights, others as they are. */
function fromTorch(values: Float32Array, shape: readonly number[]): Float32Array {
  if (shape.length !== 2) return values;
  const [units, features] = shape as [number, number];
  return values.map((_, i) => values[(i % units) * features + Math.floor(i / units)]!);
}

function startingValues(shape: readonly number[], index: number): Float32Array {
  const fan = shape.length > 1 ? sizeOf(shape.slice(1)) : 1;
  const values = wave(shape, index, Math.sqrt(2 / fan));
  return fromTorch(shape.length === 1 ? values.map((value) => value + 1) : values, shape);
}

async function trainingStep(name: string, { batch, channels, samples, classCount, shapes }: GoldenStep) {
  const sizes = { batch, channels, samples, classCount };
  const traced = traceModel(findArchitecture(name), { mode: "training", settings: {}, ...sizes });
  const loss = reduceMean(softmaxCrossEntropy(traced.logits, input("y", [batch, classCount])));
  const { parameters, masks } = leavesOf([loss]);
  expect(parameters.map(({ shape }) => sizeOf(shape))).toEqual(shapes.map(sizeOf));
  const slopes = gradients(loss, parameters);
  const outputs: Record<string, Tensor> = { loss, logits: traced.logits };
  parameters.forEach((parameter, index) => (outputs[`slope of ${leafName(parameter)}`] = slopes[index]!));
  const feeds: Record<string, Feed> = {
    x: wave([batch, channels, samples], 0.5),
    y: new Float32Array(batch * classCount),
  };
  for (let row = 0; row < batch; row++) feeds.y![row * classCount + (row % classCount)] = 1;
  for (const mask of masks) feeds[mask.name] = new Float32Array(sizeOf(mask.shape)).fill(1);
  parameters.forEach((parameter, index) => (feeds[leafName(parameter)] = startingValues(shapes[index]!, index)));
  const results = Object.fromEntries(
    Object.entries(outputs).map(([key, { shape }]) => [key, new Float32Array(sizeOf(shape))]),
  );
  const executor = await createExecutor(ort, encodeOnnx({ outputs }));
  await executor.run(feeds, results);
  await executor.close();
  const found = parameters.map((parameter) => results[`slope of ${leafName(parameter)}`]!);
  return { loss: results.loss![0]!, logits: results.logits!, slopes: found };
}

describe("a training step of the whole net agrees with PyTorch", () => {
  it.each(Object.entries(golden))("%s", { timeout: 30_000 }, async (name, wanted) => {
    const { loss, logits, slopes } = await trainingStep(name, wanted);
    expect(Math.abs(loss - wanted.loss) / wanted.loss).toBeLessThan(1e-3);
    const greatest = Math.max(...wanted.logits.map(Math.abs));
    logits.forEach((value, i) => expect(Math.abs(value - wanted.logits[i]!) / greatest).toBeLessThan(2e-3));
    slopes.forEach((slope, index) => {
      const shape = wanted.shapes[index]!;
      const norm = Math.sqrt(slope.reduce((sum, value) => sum + value * value, 0));
      const direction = fromTorch(wave(shape, 0.3), shape);
      const along = slope.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      // The golden values are of float64; PyTorch's own float32 gradients are up to 1e-3 away from them here.
      expect(Math.abs(norm - wanted.norms[index]!) / wanted.norms[index]!, `norm of ${index}`).toBeLessThan(1e-2);
      const scale = wanted.norms[index]! * Math.sqrt(sizeOf(shape));
      expect(Math.abs(along - wanted.along[index]!) / scale, `along ${index}`).toBeLessThan(1e-2);
    });
  });
});

import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import {
  type Tensor,
  createExecutor,
  encodeOnnx,
  gradients,
  input,
  leafName,
  leavesOf,
  readOnnx,
  reduceMean,
  scale,
  softmaxCrossEntropy,
  sub,
} from "../../src/tensor/index.ts";
import { sizeOf } from "../../src/tensor/shapes.ts";
import { exportedFiles, readExport, readGoldenNets } from "./golden-exports.ts";

const golden = readGoldenNets();
const rows = 4;
const classes = 3;
/** Opening a large graph costs more than these few runs. */
const unoptimised = { graphOptimization: "disabled" } as const;

const oneHot = (labels: readonly number[]) =>
  Float32Array.from({ length: rows * classes }, (_, i) => (labels[Math.floor(i / classes)] === i % classes ? 1 : 0));

/** The greatest difference as a share of the greatest wanted value, at least `least`. */
function relativeError(found: Float32Array, wanted: Float32Array, least = 1e-3): number {
  expect(found.length).toBe(wanted.length);
  const size = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), least);
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(found[i]! - value)), 0) / size;
}

const sameValues = (a: Float32Array | undefined, b: Float32Array) => a?.every((value, i) => value === b[i]) === true;

describe.each(exportedFiles)("%s", (file) => {
  const net = golden.get(file.split(".")[0]!)!;
  const { logits } = net;
  const bytes = readExport(file);

  it("gives PyTorch's outputs, read and written again", async () => {
    const { outputs, weights } = readOnnx(bytes, { batch: rows });
    const again = await createExecutor(ort, encodeOnnx({ outputs, weights }));
    const found = new Float32Array(logits.length);
    await again.run({ x: net.x }, { logits: found });
    await again.close();
    expect(relativeError(found, logits)).toBeLessThan(1e-5);
  });

  it("has PyTorch's weights by name, and their gradients in evaluation mode", async () => {
    const { outputs, parameters, weights } = readOnnx(bytes, { batch: rows });
    const loss = reduceMean(softmaxCrossEntropy(outputs.logits!, input("labels", [rows, classes])));
    // Exporters fold batch norm into the convolutions before it: those weights are others.
    const same = parameters.filter((each) =>
      sameValues(net.parameters.get(leafName(each)), weights.get(leafName(each))!),
    );
    expect(same.length).toBeGreaterThan(/preserved|unoptimised|training/.test(file) ? net.parameters.size - 1 : 3);
    const slopes = gradients(loss, same);
    const named: Record<string, Tensor> = { loss };
    same.forEach((each, i) => (named[leafName(each)] = slopes[i]!));
    const names = Object.fromEntries(Object.entries(named).map(([name, tensor]) => [`slope of ${name}`, tensor]));
    const executor = await createExecutor(ort, encodeOnnx({ outputs: names, weights }), unoptimised);
    const found = Object.fromEntries(
      Object.entries(names).map(([name, { shape }]) => [name, new Float32Array(sizeOf(shape))]),
    );
    await executor.run({ x: net.x, labels: oneHot(net.labels) }, found);
    await executor.close();
    expect(found["slope of loss"]![0]).toBeCloseTo(net.loss, 5);
    for (const each of same) {
      const name = leafName(each);
      expect(relativeError(found[`slope of ${name}`]!, net.gradients.get(name)!), name).toBeLessThan(1e-4);
    }
  });

  it("learns", async () => {
    const { outputs, parameters, weights, updates } = readOnnx(bytes, { batch: rows, mode: "training" });
    const loss = reduceMean(softmaxCrossEntropy(outputs.logits!, input("labels", [rows, classes])));
    const trained = parameters.filter(({ source }) => source.kind === "parameter" && source.trainable);
    const steps: Record<string, Tensor> = { loss };
    gradients(loss, trained).forEach((slope, i) => {
      steps[`next ${leafName(trained[i]!)}`] = sub(trained[i]!, scale(slope, 0.05));
    });
    for (const { parameter, value } of updates) steps[`next ${leafName(parameter)}`] = value;
    const executor = await createExecutor(ort, encodeOnnx({ outputs: steps, formulation: "plain" }), unoptimised);
    const state = new Map([...weights].map(([name, values]) => [name, values.slice()]));
    // Nothing is dropped.
    const masks = Object.fromEntries(
      leavesOf(Object.values(steps)).masks.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape)).fill(1)]),
    );
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) {
      const feeds = { ...Object.fromEntries(state), ...masks, x: net.x, labels: oneHot(net.labels) };
      const next = Object.fromEntries(
        executor.outputs.map((name) => [name, new Float32Array(state.get(name.slice("next ".length))?.length ?? 1)]),
      );
      await executor.run(feeds, next);
      losses.push(next.loss![0]!);
      for (const name of state.keys()) if (next[`next ${name}`]) state.set(name, next[`next ${name}`]!);
    }
    await executor.close();
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(losses.every(Number.isFinite)).toBe(true);
  });
});

import { readFileSync } from "node:fs";

import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createExecutor, encodeOnnx, input } from "../../src/tensor/index.ts";
import { type OptimizerSettings, optimizerSchema, optimizerUpdate, slotCount } from "../../src/train/index.ts";

interface Golden {
  readonly learningRate: number;
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly cases: readonly { readonly optimizer: OptimizerSettings; readonly steps: readonly (readonly number[])[] }[];
}

// Made by tools/golden/optimizers.py from PyTorch.
const golden = JSON.parse(
  readFileSync(new URL("../golden/optimizers/updates.json", import.meta.url), "utf8"),
) as Golden;

async function updates(optimizer: OptimizerSettings): Promise<number[][]> {
  const size = golden.start.length;
  const vector = (name: string) => input(name, [size]);
  const next = optimizerUpdate(optimizer, {
    parameters: vector("p"),
    gradients: vector("g"),
    slots: Array.from({ length: slotCount(optimizer) }, (_, slot) => vector(`slot${slot}`)),
    learningRate: input("rate", []),
    decay: vector("decay"),
    correction1: input("correction1", []),
    correction2: input("correction2", []),
  });
  const outputs = { p_next: next.parameters, ...Object.fromEntries(next.slots.map((slot, i) => [`next${i}`, slot])) };
  const executor = await createExecutor(ort, encodeOnnx({ outputs }));
  let p = Float32Array.from(golden.start);
  let slots = next.slots.map(() => new Float32Array(size));
  const steps: number[][] = [];
  for (const [index, gradient] of golden.gradients.entries()) {
    const correction = (beta: number) => Float32Array.of(1 / (1 - beta ** (index + 1)));
    const results = { p_next: new Float32Array(size), slots: slots.map(() => new Float32Array(size)) };
    await executor.run(
      {
        p,
        g: Float32Array.from(gradient),
        decay: new Float32Array(size).fill(1),
        rate: Float32Array.of(golden.learningRate),
        correction1: correction("beta1" in optimizer ? optimizer.beta1 : 0),
        correction2: correction("beta2" in optimizer ? optimizer.beta2 : 0),
        ...Object.fromEntries(slots.map((slot, i) => [`slot${i}`, slot])),
      },
      { p_next: results.p_next, ...Object.fromEntries(results.slots.map((slot, i) => [`next${i}`, slot])) },
    );
    p = results.p_next;
    slots = results.slots;
    steps.push(Array.from(p));
  }
  await executor.close();
  return steps;
}

describe("optimizerUpdate", () => {
  it.each(golden.cases.map((each) => [JSON.stringify(each.optimizer), each] as const))(
    "%s moves as PyTorch's",
    async (_, { optimizer, steps }) => {
      const found = await updates(optimizerSchema.parse(optimizer));
      steps.forEach((wanted, step) =>
        wanted.forEach((value, i) => {
          expect(Math.abs(found[step]![i]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        }),
      );
    },
  );
});

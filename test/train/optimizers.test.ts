import { readFileSync } from "node:fs";

import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createExecutor, encodeOnnx, input } from "../../src/tensor/index.ts";
import { type OptimizerSettings, optimizerOf, optimizerSchema } from "../../src/train/index.ts";

interface Golden {
  readonly learningRate: number;
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly cases: readonly GoldenCase[];
  readonly withMovedMomentum: readonly GoldenCase[];
}

interface GoldenCase {
  readonly optimizer: OptimizerSettings;
  readonly steps: readonly (readonly number[])[];
  /** [step]: learning rate and momentum (or β1). */
  readonly ratesAndMomenta?: readonly (readonly [number, number])[];
}

// Made by tools/golden/optimizers.py from PyTorch.
const golden = JSON.parse(
  readFileSync(new URL("../golden/optimizers/updates.json", import.meta.url), "utf8"),
) as Golden;

async function updates(optimizer: OptimizerSettings, moved: GoldenCase["ratesAndMomenta"]): Promise<number[][]> {
  const size = golden.start.length;
  const kind = optimizerOf(optimizer);
  const vector = (name: string) => input(name, [size]);
  const next = kind.update(optimizer, {
    parameters: vector("p"),
    gradients: vector("g"),
    slots: Array.from({ length: kind.slots(optimizer) }, (_, slot) => vector(`slot${slot}`)),
    learningRate: input("rate", []),
    decay: vector("decay"),
    correction1: input("correction1", []),
    correction2: input("correction2", []),
    momentum: moved && input("momentum", []),
  });
  const outputs = { p_next: next.parameters, ...Object.fromEntries(next.slots.map((slot, i) => [`next${i}`, slot])) };
  const executor = await createExecutor(ort, encodeOnnx({ outputs }));
  let p = Float32Array.from(golden.start);
  let slots = next.slots.map(() => new Float32Array(size));
  const steps: number[][] = [];
  for (const [index, gradient] of golden.gradients.entries()) {
    const correction = (beta: number) => Float32Array.of(1 / (1 - beta ** (index + 1)));
    const [rate, momentum] = moved?.[index] ?? [golden.learningRate, kind.momentum(optimizer) ?? 0];
    const results = { p_next: new Float32Array(size), slots: slots.map(() => new Float32Array(size)) };
    await executor.run(
      {
        p,
        g: Float32Array.from(gradient),
        decay: Float32Array.from({ length: size }, (_, i) => (i < 4 ? 1 : 0)),
        rate: Float32Array.of(rate),
        momentum: Float32Array.of(momentum),
        correction1: correction(momentum),
        correction2: correction(kind.beta2?.(optimizer) ?? 0),
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

describe("an optimizer's update", () => {
  it.each([...golden.cases, ...golden.withMovedMomentum].map((each) => [nameOf(each), each] as const))(
    "%s moves as PyTorch's over 25 steps",
    async (_, { optimizer, steps, ratesAndMomenta }) => {
      const found = await updates(optimizerSchema.parse(optimizer), ratesAndMomenta);
      expect(steps.length).toBe(25);
      steps.forEach((wanted, step) =>
        wanted.forEach((value, i) => {
          expect(Math.abs(found[step]![i]! - value)).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)));
        }),
      );
    },
  );
});

function nameOf({ optimizer, ratesAndMomenta }: GoldenCase): string {
  return `${JSON.stringify(optimizer)}${ratesAndMomenta === undefined ? "" : ", one-cycle"}`;
}

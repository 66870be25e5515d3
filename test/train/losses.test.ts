import { readFileSync } from "node:fs";

import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import {
  type Executor,
  createExecutor,
  encodeOnnx,
  gradients,
  input,
  mul,
  parameter,
  reduceSum,
} from "../../src/tensor/index.ts";
import { type LossSettings, lossOf, lossSchema, plainLoss } from "../../src/train/index.ts";

type Matrix = readonly (readonly number[])[];

// Made by tools/golden/losses.py from PyTorch.
const golden = JSON.parse(readFileSync(new URL("../golden/losses/losses.json", import.meta.url), "utf8")) as {
  readonly logits: Matrix;
  readonly cases: readonly {
    readonly name: string;
    readonly loss: unknown;
    readonly targets: Matrix;
    readonly classWeights: readonly number[];
    readonly positiveWeights: readonly number[];
    readonly value: number;
    readonly gradient: Matrix;
  }[];
};
const shape = [golden.logits.length, golden.logits[0]!.length] as const;
const flat = (matrix: Matrix) => Float32Array.from(matrix.flat());

/** The loss of a batch and its slope, of logits that are fed. */
async function openLoss(loss: LossSettings): Promise<Executor> {
  const logits = parameter("logits", shape, { initialise: { kind: "constant", value: 0 } });
  const rows = lossOf(loss).rows(
    {
      logits,
      targets: input("y", shape),
      classWeights: input("classWeights", [shape[1]]),
      positiveWeights: input("positiveWeights", [shape[1]]),
    },
    loss,
  );
  expect(rows.shape).toEqual([shape[0]]);
  const value = reduceSum(mul(rows, input("w", [shape[0]])));
  return createExecutor(ort, encodeOnnx({ outputs: { value, slope: gradients(value, [logits])[0]! } }));
}

describe("a loss", () => {
  it.each(golden.cases)("$name: value and gradient are PyTorch's", async (given) => {
    const loss = lossSchema.parse(given.loss);
    const executor = await openLoss(loss);
    const targets = flat(given.targets);
    const classWeights = Float32Array.from(given.classWeights);
    const totals = given.classWeights.map((_, label) => given.targets.reduce((sum, row) => sum + row[label]!, 0));
    const divisor =
      lossOf(loss).divisor === "rows"
        ? shape[0]
        : totals.reduce((sum, total, label) => sum + total * given.classWeights[label]!, 0);
    const value = new Float32Array(1);
    const slope = new Float32Array(targets.length);
    const feeds = {
      y: targets,
      classWeights,
      positiveWeights: Float32Array.from(given.positiveWeights),
      w: new Float32Array(shape[0]).fill(1 / divisor),
    };
    await executor.run({ logits: flat(golden.logits), ...feeds }, { value, slope });
    expect(Math.abs(value[0]! - given.value) / Math.max(1, given.value)).toBeLessThan(3e-6);
    given.gradient.flat().forEach((wanted, i) => expect(Math.abs(slope[i]! - wanted), `slope ${i}`).toBeLessThan(3e-6));

    // Along a direction, by central differences; without the row of outputs so far apart that nothing is left of a step.
    const calm = golden.logits.map((row, i) => (i === 3 ? [0.5, -0.5, 0.25, 0] : row));
    const at = async (step: number) => {
      const moved = flat(calm).map((each, i) => each + step * Math.sin(i + 1));
      await executor.run({ logits: moved, ...feeds }, { value, slope });
      return value[0]!;
    };
    const found = ((await at(1e-2)) - (await at(-1e-2))) / 2e-2;
    await at(0);
    const wanted = slope.reduce((sum, each, i) => sum + each * Math.sin(i + 1), 0);
    expect(Math.abs(found - wanted)).toBeLessThan(2e-3 * Math.max(1, Math.abs(wanted)));
    await executor.close();
  });

  it("of a batch weighs classes by how rare they are in it", () => {
    const loss = lossSchema.parse({ name: "batch-weighted", epsilon: 0.01 });
    expect([...lossOf(loss).batchWeights!(Float64Array.of(0.75, 0.25, 0), loss)]).toEqual([0.26, 0.76, 1.01]);
  });

  it("refuses an alpha with the softmax form of the focal loss", () => {
    expect(lossSchema.safeParse({ name: "focal", alpha: 0.5 }).error?.issues[0]?.message).toMatch(/form "softmax"/);
    expect(lossSchema.safeParse({ name: "focal", alpha: 0.5, form: "sigmoid" }).success).toBe(true);
  });
});

describe("plainLoss", () => {
  const plain = (loss: unknown, values: number[], targets: number[]) =>
    plainLoss(Float32Array.from(values), Float32Array.from(targets), { loss: lossSchema.parse(loss), classCount: 2 });

  it("is the cross-entropy of shares, whatever is learnt", () => {
    const wanted = -(Math.log(0.25) + Math.log(0.5)) / 2;
    for (const name of ["cross-entropy", "focal", "batch-weighted"]) {
      expect(plain({ name }, [0.25, 0.75, 0.5, 0.5], [1, 0, 0, 1])).toBeCloseTo(wanted, 6);
    }
    expect(plain({ name: "cross-entropy" }, [0, 1], [1, 0])).toBeCloseTo(-Math.log(1e-12), 6);
    expect(plain({ name: "cross-entropy" }, [NaN, NaN], [1, 0])).toBeNaN();
  });

  it("is the mean over classes where each is alone", () => {
    const wanted = -(Math.log(0.25) + Math.log(0.75)) / 2;
    expect(plain({ name: "binary-cross-entropy" }, [0.25, 0.25], [1, 0])).toBeCloseTo(wanted, 6);
    expect(plain({ name: "focal", form: "sigmoid" }, [0.25, 0.25], [1, 0])).toBeCloseTo(wanted, 6);
    expect(plain({ name: "squared-error" }, [0.5, 0.25], [1, 0])).toBeCloseTo((0.25 + 0.0625) / 2, 6);
  });
});

import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { type Tensor, encodeOnnx } from "../../src/tensor/index.ts";
import { topologicalOrder } from "../../src/tensor/leaves.ts";
import { tensorMath } from "../../src/tensor/math.ts";
import { opTable } from "../../src/tensor/op-table.ts";
import { buildCase } from "./build-case.ts";
import { families, findCase } from "./case-families.ts";
import type { GoldenCase } from "./golden-ops.ts";
import type { Build } from "./op-cases.ts";

const golden = new Map(families.flatMap((family) => [...family.golden]));

type Results = Record<string, { dims: readonly number[]; data: Float32Array }>;

async function openCase(build: Build, given: GoldenCase, formulation: "plain" | "fast") {
  const { names, outputs } = buildCase(build, given);
  const session = await ort.InferenceSession.create(encodeOnnx({ outputs, formulation }), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const run = async (changed: Record<string, Float32Array> = {}): Promise<Results> => {
    const feeds = Object.fromEntries(
      session.inputNames.map((name) => {
        const { shape, values } = name === "weights of the loss" ? given.weights : given.inputs[name]!;
        return [name, new ort.Tensor("float32", changed[name] ?? values, shape)];
      }),
    );
    return (await session.run(feeds)) as unknown as Results;
  };
  return { names, outputs, session, run };
}

/** The greatest difference, as a share of the greatest wanted value (at least 1e-3). */
function relativeError(found: Float32Array, wanted: Float32Array): number {
  let difference = 0;
  let size = 1e-3;
  for (let i = 0; i < wanted.length; i++) {
    difference = Math.max(difference, Math.abs(found[i]! - wanted[i]!));
    size = Math.max(size, Math.abs(wanted[i]!));
  }
  return difference / size;
}

/** Ops that a graph is written with, after lowering. */
function opsOf(outputs: readonly Tensor[], found = new Set<string>()): ReadonlySet<string> {
  for (const { source } of topologicalOrder(outputs)) {
    if (source.kind !== "node") continue;
    if (!found.has(source.op.name) && source.op.lower !== undefined) opsOf(source.op.lower(source, tensorMath), found);
    found.add(source.op.name);
  }
  return found;
}

describe("ops", () => {
  it("each have a golden case", () => {
    const differentiated = new Set<string>();
    const used = new Set<string>();
    for (const [name, given] of golden) {
      const { outputs } = buildCase(findCase(name)!, given);
      for (const op of opsOf([outputs.output!])) differentiated.add(op);
      for (const op of opsOf(Object.values(outputs))) used.add(op);
    }
    const missing = opTable.filter((op) => !(typeof op.gradient === "function" ? differentiated : used).has(op.name));
    expect(missing.map((op) => op.name)).toEqual([]);
    const unlisted = [...used].filter((name) => !opTable.some((op) => op.name === name));
    expect(unlisted).toEqual([]);
    expect(families.flatMap((family) => family.names).filter((name) => !golden.has(name))).toEqual([]);
  });

  const both = [...golden].flatMap(([name, given]) => [
    { name, given, formulation: "plain" as const },
    ...(/^(conv|maxPool|batchNorm|layers|lstm|gru)/.test(name) ? [{ name, given, formulation: "fast" as const }] : []),
  ]);

  it.each(both)("$name, $formulation", async ({ name, given, formulation }) => {
    const build = findCase(name);
    expect(build, "a case in op-cases.ts").toBeDefined();
    const { names, outputs, session, run } = await openCase(build!, given, formulation);
    const results = await run();
    for (const [key, tensor] of Object.entries(outputs)) expect(results[key]!.dims, key).toEqual(tensor.shape);
    expect(results.output!.dims).toEqual(given.output.shape);
    expect(relativeError(results.output!.data, given.output.values)).toBeLessThan(1e-4);
    for (const key of names) {
      const slope = results[`slope of ${key}`]!;
      expect(slope.dims).toEqual(given.inputs[key]!.shape);
      expect(relativeError(slope.data, given.gradients[key]!.values), `slope of ${key}`).toBeLessThan(1e-4);
    }

    const again = await run();
    for (const key of Object.keys(outputs)) expect(again[key]!.data).toEqual(results[key]!.data);

    if (!hasKink(name)) {
      for (const key of names) await checkAlongDirection(key);
    }
    await session.release();

    /** The slope along a random direction, by central differences. */
    async function checkAlongDirection(key: string) {
      const random = createRandom(`${name}/${key}`);
      const { values } = given.inputs[key]!;
      const direction = Float32Array.from(values, () => random.uniform() * 2 - 1);
      const step = 1e-3;
      const shifted = (factor: number) => values.map((value, i) => value + factor * direction[i]!);
      const weights = given.weights.values;
      const lossAt = async (factor: number) => {
        const { data } = (await run({ [key]: shifted(factor) })).output!;
        return data.reduce((sum, value, i) => sum + value * weights[i]!, 0);
      };
      const found = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
      const slope = results[`slope of ${key}`]!.data;
      const wanted = slope.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const size = slope.reduce((sum, value, i) => sum + Math.abs(value * direction[i]!), 1);
      expect(Math.abs(found - wanted) / size, `slope of ${key} along a direction`).toBeLessThan(5e-3);
    }
  });
});

/** Cases placed on purpose where there is no derivative; PyTorch's convention decides there. */
function hasKink(name: string): boolean {
  return /ties|zeros|where-equal| far$/.test(name);
}

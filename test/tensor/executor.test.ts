import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createExecutor, encodeOnnx, input, mul, scale, sub, where, add } from "../../src/tensor/index.ts";

/** y = 2a + b·b over vectors. */
function model(length: number) {
  const [a, b] = [input("a", [length]), input("b", [length])];
  return encodeOnnx({ outputs: { y: add(scale(a, 2), mul(b, b)), z: scale(b, 3) } });
}

describe("an executor", () => {
  it("reads and writes views into larger arrays in place", async () => {
    const executor = await createExecutor(ort, model(3));
    const flat = Float32Array.from({ length: 32 }, (_, i) => i);
    const written = new Float32Array(16).fill(-1);
    for (const [a, b, y, z] of [
      [1, 5, 2, 6],
      [7, 19, 9, 13],
    ] as const) {
      await executor.run(
        { a: flat.subarray(a, a + 3), b: flat.subarray(b, b + 3) },
        { y: written.subarray(y, y + 3), z: written.subarray(z, z + 3) },
      );
      for (let i = 0; i < 3; i++) {
        expect(written[y + i]).toBe(2 * (a + i) + (b + i) ** 2);
        expect(written[z + i]).toBe(3 * (b + i));
      }
    }
    expect([0, 1, 5, 12].map((at) => written[at])).toEqual([-1, -1, -1, -1]);
    await executor.close();
  });

  it("sees new values in arrays that it was given before, and computes only what is asked for", async () => {
    const executor = await createExecutor(ort, model(2));
    const feeds = { a: new Float32Array(2), b: new Float32Array(2) };
    const y = new Float32Array(2);
    for (let step = 0; step < 3; step++) {
      feeds.a.fill(step);
      await executor.run(feeds, { y });
      expect([...y]).toEqual([2 * step, 2 * step]);
    }
    await executor.close();
  });

  it("writes an output over an input where each value is read before it is written", async () => {
    const length = 100_003;
    const [p, g] = [input("p", [length]), input("g", [length])];
    const executor = await createExecutor(ort, encodeOnnx({ outputs: { p_next: sub(p, scale(g, 0.5)) } }));
    const values = Float32Array.from({ length }, (_, i) => i);
    const slopes = new Float32Array(length).fill(2);
    for (let step = 1; step <= 3; step++) {
      await executor.run({ p: values, g: slopes }, { p_next: values });
      expect(values.every((value, i) => value === i - step)).toBe(true);
    }
    await executor.close();
  });

  it("leaves no copies of outputs behind for the garbage collector", async () => {
    const length = 1 << 20;
    const executor = await createExecutor(ort, encodeOnnx({ outputs: { y: scale(input("x", [length]), 2) } }));
    const [x, y] = [new Float32Array(length), new Float32Array(length)];
    await executor.run({ x }, { y });
    const before = process.memoryUsage().arrayBuffers;
    await executor.run({ x }, { y });
    await executor.run({ x }, { y });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(length);
    await executor.close();
  });

  it("says what is missing, unknown or of another size", async () => {
    const executor = await createExecutor(ort, model(2));
    const [a, b, y] = [new Float32Array(2), new Float32Array(2), new Float32Array(2)];
    await expect(executor.run({ a }, { y })).rejects.toThrow('expected a feed for input "b", found none');
    await expect(executor.run({ a, b }, { w: y })).rejects.toThrow('expected one of the outputs y, z, found "w"');
    await expect(executor.run({ a, b: new Float32Array(3) }, { y })).rejects.toThrow(
      'expected values of shape [2] for "b", found 3 values',
    );
    await executor.close();
  });

  it("takes other types", async () => {
    const [condition, a] = [input("condition", [3], { dtype: "bool" }), input("a", [3], { dtype: "int64" })];
    const executor = await createExecutor(ort, encodeOnnx({ outputs: { y: where(condition, a, add(a, a)) } }));
    const y = new BigInt64Array(3);
    await executor.run({ condition: Uint8Array.of(1, 0, 1), a: BigInt64Array.of(5n, 6n, -7n) }, { y });
    expect([...y]).toEqual([5n, 12n, -7n]);
    await executor.close();
  });
});

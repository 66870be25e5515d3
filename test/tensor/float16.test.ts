import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import {
  createExecutor,
  decodeOnnxModel,
  encodeOnnx,
  input,
  matmul,
  parameter,
  readOnnx,
  add,
} from "../../src/tensor/index.ts";
import { floatToHalf, halfToFloat } from "../../src/tensor/float16.ts";
import { makeOnnx } from "./make-onnx.ts";

describe("float16", () => {
  it("is read as ONNX Runtime casts it, for every pattern of bits, and written back as it was", async () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const found = new Float32Array(bits.length);
    const cast = encodeCast(bits);
    const executor = await createExecutor(ort, cast);
    await executor.run({}, { y: found });
    await executor.close();
    bits.forEach((each) => {
      expect(Object.is(halfToFloat(each), found[each]) || Number.isNaN(found[each])).toBe(true);
      if (!Number.isNaN(found[each])) expect(floatToHalf(found[each]!)).toBe(each);
    });
  });

  it("rounds to the nearest, to even between two", () => {
    // Neighbours of 1 are 2⁻¹⁰ above and 2⁻¹¹ below.
    expect(floatToHalf(1 + 2 ** -11)).toBe(0x3c00);
    expect(floatToHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(floatToHalf(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
    expect(floatToHalf(2 ** -25)).toBe(0);
    expect(floatToHalf(-(2 ** -25) * 1.01)).toBe(0x8001);
    expect(floatToHalf(2 - 2 ** -12)).toBe(0x4000);
    expect(floatToHalf(65519)).toBe(0x7bff);
    expect(floatToHalf(65520)).toBe(0x7c00);
    expect(floatToHalf(Number.NaN)).toBe(0x7e00);
  });
});

/** y = the float16 numbers of these bits, as float32. */
function encodeCast(bits: Uint16Array): Uint8Array {
  const rawData = new Uint8Array(bits.buffer);
  return makeOnnx({
    opset: 13,
    inputs: {},
    initializers: [{ name: "w", dims: [bits.length], dataType: 10, rawData }],
    nodes: [{ op: "Cast", inputs: ["w"], attributes: { to: 1 } }],
  });
}

describe("a model with float16 weights", () => {
  const dense = parameter("dense", [8, 4], { initialise: { kind: "constant", value: 0 } });
  const bias = parameter("bias", [4], { initialise: { kind: "constant", value: 0 } });
  const y = add(matmul(input("x", [2, 8]), dense), bias);
  const values = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i));
  const weights = new Map([
    ["dense", values],
    ["bias", Float32Array.of(0.1, 0.2, 0.3, 0.4)],
  ]);
  const half = encodeOnnx({ outputs: { y }, weights, weightType: "float16", dynamicBatch: true });

  it("has matrices at half the size, computes in float32 and is read back by name", async () => {
    const { initializers } = decodeOnnxModel(half).graph;
    expect(initializers.map(({ name, dataType, rawData }) => [name, dataType, rawData!.length])).toEqual([
      ["dense", 10, 64],
      ["bias", 1, 16],
    ]);
    const read = readOnnx(half, { batch: 2 });
    const rounded = values.map((value) => halfToFloat(floatToHalf(value)));
    expect(read.weights.get("dense")).toEqual(rounded);
    expect(read.weights.get("bias")).toEqual(weights.get("bias"));
    const whole = encodeOnnx({ outputs: { y }, weights: new Map([...weights, ["dense", rounded]]) });
    const x = Float32Array.from({ length: 16 }, (_, i) => Math.cos(i));
    expect(await run(half, x)).toEqual(await run(whole, x));
    const again = encodeOnnx({ ...read, weightType: "float16", dynamicBatch: true, metadata: {} });
    expect(again).toEqual(half);
  });

  it("refuses weights that float16 does not hold", () => {
    const great = new Map([...weights, ["dense", values.with(3, 1e5)]]);
    expect(() => encodeOnnx({ outputs: { y }, weights: great, weightType: "float16" })).toThrow(
      'Cannot encode parameter "dense" as float16: expected values within ±65504, found 100000.',
    );
  });
});

async function run(model: Uint8Array, x: Float32Array): Promise<Float32Array> {
  const executor = await createExecutor(ort, model);
  const y = new Float32Array(8);
  await executor.run({ x }, { y });
  await executor.close();
  return y;
}

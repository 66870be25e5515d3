import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { encodeOnnx, readOnnx } from "../../src/tensor/index.ts";
import { type MadeModel, floats, int64s, makeOnnx } from "./make-onnx.ts";

async function run(bytes: Uint8Array, shapes: Readonly<Record<string, readonly number[]>>) {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => {
      const shape = shapes[name]!;
      const random = createRandom(name);
      const size = shape.reduce((product, length) => product * length, 1);
      return [
        name,
        new ort.Tensor(
          "float32",
          Float32Array.from({ length: size }, () => random.normal()),
          shape,
        ),
      ];
    }),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data }]));
}

const weight = (name: string, ...dims: number[]) => {
  const random = createRandom(name);
  const size = dims.reduce((product, length) => product * length, 1);
  return floats(
    name,
    dims,
    Array.from({ length: size }, () => random.normal() * 0.5),
  );
};

const ramp = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Forms that differ between operator sets, and those that our own files and the exported nets leave out. */
const cases: Readonly<Record<string, MadeModel>> = {
  "Squeeze and Unsqueeze by attribute": {
    opset: 11,
    inputs: { x: [2, 1, 3, 1] },
    nodes: [
      { op: "Squeeze", inputs: ["x"], outputs: ["a"], attributes: { axes: [1, -1] } },
      { op: "Unsqueeze", inputs: ["a"], attributes: { axes: [0, -1] } },
    ],
  },
  "Squeeze of all and Unsqueeze by input": {
    opset: 13,
    inputs: { x: [2, 1, 3, 1] },
    initializers: [int64s("axes", [-1, 1])],
    nodes: [
      { op: "Squeeze", inputs: ["x"], outputs: ["a"] },
      { op: "Unsqueeze", inputs: ["a", "axes"] },
    ],
  },
  "ReduceSum by attribute": {
    opset: 12,
    nodes: [{ op: "ReduceSum", inputs: ["x"], attributes: { axes: [1, -1], keepdims: 0 } }],
  },
  "ReduceSum by input, ReduceMean by attribute": {
    opset: 13,
    initializers: [int64s("axes", [-1])],
    nodes: [
      { op: "ReduceSum", inputs: ["x", "axes"], outputs: ["a"] },
      { op: "ReduceMean", inputs: ["a"], attributes: { axes: [0] } },
    ],
  },
  "ReduceMean, ReduceMax and ReduceMin by input": {
    opset: 18,
    initializers: [int64s("axes", [1]), int64s("none", [])],
    nodes: [
      { op: "ReduceMean", inputs: ["x", "axes"], outputs: ["a"] },
      { op: "ReduceMax", inputs: ["a", "axes"], outputs: ["b"], attributes: { keepdims: 0 } },
      { op: "ReduceMin", inputs: ["b", "none"], outputs: ["c"], attributes: { noop_with_empty_axes: 1 } },
      { op: "ReduceMin", inputs: ["c"] },
    ],
  },
  "norms of vectors": {
    opset: 13,
    nodes: [
      { op: "ReduceL2", inputs: ["x"], outputs: ["a"], attributes: { axes: [2] } },
      { op: "ReduceL1", inputs: ["x"], outputs: ["b"], attributes: { axes: [2] } },
      { op: "ReduceSumSquare", inputs: ["x"], outputs: ["c"], attributes: { axes: [2] } },
      { op: "ReduceLogSumExp", inputs: ["x"], outputs: ["d"], attributes: { axes: [2] } },
      { op: "Concat", inputs: ["a", "b", "c", "d"], attributes: { axis: -1 } },
    ],
  },
  "Softmax over all axes from the second, LogSoftmax of the last": {
    opset: 11,
    nodes: [
      { op: "Softmax", inputs: ["x"], outputs: ["a"] },
      { op: "LogSoftmax", inputs: ["a"], attributes: { axis: 2 } },
    ],
  },
  "Softmax over one axis": { opset: 13, nodes: [{ op: "Softmax", inputs: ["x"], attributes: { axis: 1 } }] },
  "Clip by input, one side left out": {
    opset: 11,
    initializers: [floats("high", [], [0.3])],
    nodes: [{ op: "Clip", inputs: ["x", "", "high"] }],
  },
  "Split by attribute": {
    opset: 11,
    nodes: [
      { op: "Split", inputs: ["x"], outputs: ["a", "b"], attributes: { axis: -1, split: [3, 5] } },
      { op: "Concat", inputs: ["b", "a"], attributes: { axis: 2 } },
    ],
  },
  "Split by input": {
    opset: 13,
    initializers: [int64s("sizes", [3, 5])],
    nodes: [
      { op: "Split", inputs: ["x", "sizes"], outputs: ["a", "b"], attributes: { axis: 2 } },
      { op: "Concat", inputs: ["b", "a"], attributes: { axis: 2 } },
    ],
  },
  "Split into unequal parts": {
    opset: 18,
    nodes: [
      { op: "Split", inputs: ["x"], outputs: ["a", "b", "c"], attributes: { axis: 2, num_outputs: 3 } },
      { op: "Concat", inputs: ["c", "b", "a"], attributes: { axis: 2 } },
    ],
  },
  "Slice of several axes, backwards and clamped": {
    opset: 13,
    initializers: [
      int64s("starts", [100, 0, -3]),
      int64s("ends", [-100, 9223372036854775000, 100]),
      int64s("axes", [2, 0, 1]),
      int64s("steps", [-3, 2, 1]),
    ],
    nodes: [{ op: "Slice", inputs: ["x", "starts", "ends", "axes", "steps"] }],
  },
  "Pad of some axes with a value, and cutting": {
    opset: 18,
    initializers: [int64s("pads", [2, -1, 1, 0]), floats("value", [], [0.7]), int64s("axes", [2, 1])],
    nodes: [{ op: "Pad", inputs: ["x", "pads", "value", "axes"] }],
  },
  "Pad of all axes": {
    opset: 11,
    initializers: [int64s("pads", [0, 0, 2, 0, 1, 1])],
    nodes: [{ op: "Pad", inputs: ["x", "pads"] }],
  },
  "Dropout with its ratio as attribute": {
    opset: 11,
    nodes: [{ op: "Dropout", inputs: ["x"], attributes: { ratio: { float: 0.4 } } }],
  },
  "Conv with padding by SAME_LOWER, stride and groups": {
    opset: 11,
    inputs: { x: [2, 4, 9] },
    initializers: [weight("w", 6, 2, 4), weight("b", 6)],
    nodes: [{ op: "Conv", inputs: ["x", "w", "b"], attributes: { auto_pad: "SAME_LOWER", strides: [2], group: 2 } }],
  },
  "Conv with padding by SAME_UPPER in two dimensions": {
    opset: 22,
    inputs: { x: [2, 4, 9, 7] },
    initializers: [weight("w", 3, 4, 2, 3)],
    nodes: [{ op: "Conv", inputs: ["x", "w"], attributes: { auto_pad: "SAME_UPPER", strides: [2, 1] } }],
  },
  "ConvTranspose with an output shape": {
    opset: 11,
    inputs: { x: [2, 4, 5] },
    initializers: [weight("w", 4, 3, 4), weight("b", 3)],
    nodes: [{ op: "ConvTranspose", inputs: ["x", "w", "b"], attributes: { strides: [3], output_shape: [13] } }],
  },
  "ConvTranspose with SAME_UPPER": {
    opset: 11,
    inputs: { x: [2, 4, 5] },
    initializers: [weight("w", 4, 3, 4)],
    nodes: [{ op: "ConvTranspose", inputs: ["x", "w"], attributes: { strides: [3], auto_pad: "SAME_UPPER" } }],
  },
  "ConvTranspose with more output padding than is cut": {
    opset: 11,
    inputs: { x: [2, 4, 5, 3] },
    initializers: [weight("w", 4, 3, 3, 2), weight("b", 6)],
    nodes: [
      {
        op: "ConvTranspose",
        inputs: ["x", "w", "b"],
        attributes: { strides: [3, 2], output_padding: [2, 1], pads: [1, 0, 1, 0], group: 2 },
      },
    ],
  },
  "MaxPool with ceil mode and dilation": {
    opset: 12,
    nodes: [
      { op: "MaxPool", inputs: ["x"], attributes: { kernel_shape: [2], strides: [2], dilations: [2], ceil_mode: 1 } },
    ],
  },
  "AveragePool whose padding counts": {
    opset: 11,
    inputs: { x: [2, 3, 8, 7] },
    nodes: [
      {
        op: "AveragePool",
        inputs: ["x"],
        attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 0], count_include_pad: 1 },
      },
    ],
  },
  "AveragePool by SAME_UPPER": {
    opset: 11,
    nodes: [
      { op: "AveragePool", inputs: ["x"], attributes: { kernel_shape: [3], auto_pad: "SAME_UPPER", strides: [2] } },
    ],
  },
  "global pools": {
    opset: 13,
    nodes: [
      { op: "GlobalMaxPool", inputs: ["x"], outputs: ["a"] },
      { op: "GlobalAveragePool", inputs: ["x"], outputs: ["b"] },
      { op: "Sub", inputs: ["a", "b"] },
    ],
  },
  "Gemm with both transposed, scaled": {
    opset: 11,
    inputs: { x: [5, 3] },
    initializers: [weight("w", 4, 5), weight("b", 3, 1)],
    nodes: [
      {
        op: "Gemm",
        inputs: ["x", "w", "b"],
        attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
      },
    ],
  },
  "MatMul with a vector": {
    opset: 13,
    initializers: [weight("v", 8), weight("u", 3)],
    nodes: [
      { op: "MatMul", inputs: ["x", "v"], outputs: ["a"] },
      { op: "MatMul", inputs: ["a", "u"] },
    ],
  },
  "Gather of chosen, repeated and negative positions": {
    opset: 13,
    initializers: [int64s("positions", [3, -1, 3, 0, 1, 2], [2, 3])],
    nodes: [{ op: "Gather", inputs: ["x", "positions"], attributes: { axis: 2 } }],
  },
  "Gather of many rows": {
    opset: 13,
    initializers: [
      weight("table", 200, 8),
      int64s(
        "rows",
        ramp(100).map((i) => (i * 37) % 200),
        [1, 100],
      ),
      int64s("axes", [1]),
    ],
    nodes: [
      { op: "Gather", inputs: ["table", "rows"], outputs: ["a"] },
      { op: "ReduceSum", inputs: ["a", "axes"], outputs: ["b"] },
      { op: "Mul", inputs: ["x", "b"] },
    ],
  },
  "Gather of one position": {
    opset: 13,
    initializers: [int64s("position", [-2], [])],
    nodes: [{ op: "Gather", inputs: ["x", "position"], attributes: { axis: 1 } }],
  },
  "GatherND along the first axis": {
    opset: 13,
    initializers: [int64s("positions", [1, 0, 1], [3, 1])],
    nodes: [{ op: "GatherND", inputs: ["x", "positions"] }],
  },
  "a shape worked out from the input's": {
    opset: 15,
    initializers: [int64s("zero", [0], []), int64s("one", [1]), int64s("rest", [-1]), int64s("two", [2])],
    nodes: [
      { op: "Shape", inputs: ["x"], outputs: ["shape"] },
      { op: "Gather", inputs: ["shape", "zero"], outputs: ["batch"] },
      { op: "Unsqueeze", inputs: ["batch", "zero"], outputs: ["row"] },
      { op: "Shape", inputs: ["x"], outputs: ["tail"], attributes: { start: -1 } },
      { op: "Div", inputs: ["tail", "two"], outputs: ["half"] },
      { op: "Cast", inputs: ["half"], outputs: ["float"], attributes: { to: 1 } },
      { op: "Cast", inputs: ["float"], outputs: ["whole"], attributes: { to: 7 } },
      { op: "Concat", inputs: ["row", "rest", "whole"], outputs: ["wanted"], attributes: { axis: 0 } },
      { op: "Reshape", inputs: ["x", "wanted"] },
    ].map((node) => (node.op === "Unsqueeze" ? { ...node, inputs: ["batch", "first"] } : node)),
  },
  "Range, Mod, Where, Expand and Tile of constants": {
    opset: 13,
    initializers: [
      int64s("from", [0], []),
      int64s("to", [8], []),
      int64s("by", [1], []),
      int64s("three", [3], []),
      int64s("shape", [2, 1, 8]),
      int64s("repeats", [1, 2, 1]),
      floats("yes", [], [1.5]),
      floats("no", [], [-0.5]),
    ],
    nodes: [
      { op: "Range", inputs: ["from", "to", "by"], outputs: ["range"] },
      { op: "Mod", inputs: ["range", "three"], outputs: ["rest"] },
      { op: "Equal", inputs: ["rest", "from"], outputs: ["hits"] },
      { op: "Where", inputs: ["hits", "yes", "no"], outputs: ["factors"] },
      { op: "Expand", inputs: ["factors", "shape"], outputs: ["wide"] },
      { op: "Mul", inputs: ["x", "wide"], outputs: ["product"] },
      { op: "Tile", inputs: ["product", "repeats"] },
    ],
  },
  "comparisons and truths computed at run time": {
    opset: 16,
    initializers: [floats("low", [], [-0.2]), floats("high", [], [0.4])],
    nodes: [
      { op: "GreaterOrEqual", inputs: ["x", "low"], outputs: ["a"] },
      { op: "LessOrEqual", inputs: ["x", "high"], outputs: ["b"] },
      { op: "Less", inputs: ["x", "low"], outputs: ["c"] },
      { op: "And", inputs: ["a", "b"], outputs: ["d"] },
      { op: "Or", inputs: ["d", "c"], outputs: ["e"] },
      { op: "Not", inputs: ["e"], outputs: ["f"] },
      { op: "Where", inputs: ["f", "x", "low"] },
    ],
  },
  activations: {
    opset: 18,
    initializers: [weight("slope", 3, 1)],
    nodes: [
      { op: "PRelu", inputs: ["x", "slope"], outputs: ["a"] },
      { op: "HardSigmoid", inputs: ["a"], outputs: ["b"], attributes: { alpha: { float: 0.25 } } },
      { op: "Softplus", inputs: ["b"], outputs: ["c"] },
      { op: "Mish", inputs: ["c"], outputs: ["d"] },
      { op: "Reciprocal", inputs: ["d"], outputs: ["e"] },
      { op: "HardSwish", inputs: ["e"], outputs: ["f"] },
      { op: "Max", inputs: ["f", "x", "a"], outputs: ["g"] },
      { op: "Min", inputs: ["g"] },
    ],
  },
  "Gelu by tanh": { opset: 20, nodes: [{ op: "Gelu", inputs: ["x"], attributes: { approximate: "tanh" } }] },
  "LayerNormalization of the last two axes": {
    opset: 17,
    initializers: [weight("gain", 3, 8), weight("bias", 3, 8)],
    nodes: [{ op: "LayerNormalization", inputs: ["x", "gain", "bias"], attributes: { axis: 1 } }],
  },
  InstanceNormalization: {
    opset: 11,
    initializers: [weight("gain", 3), weight("bias", 3)],
    nodes: [{ op: "InstanceNormalization", inputs: ["x", "gain", "bias"], attributes: { epsilon: { float: 0.01 } } }],
  },
  "GroupNormalization by channel": {
    opset: 21,
    inputs: { x: [2, 6, 4] },
    initializers: [weight("gain", 6), weight("bias", 6)],
    nodes: [{ op: "GroupNormalization", inputs: ["x", "gain", "bias"], attributes: { num_groups: 3 } }],
  },
  "constants of every form": {
    opset: 13,
    nodes: [
      { op: "Constant", inputs: [], outputs: ["a"], attributes: { value_float: { float: 0.5 } } },
      { op: "Constant", inputs: [], outputs: ["b"], attributes: { value_ints: [1, 1, 8] } },
      { op: "Constant", inputs: [], outputs: ["c"], attributes: { value: { tensor: floats("", [1, 1, 8], ramp(8)) } } },
      { op: "ConstantOfShape", inputs: ["b"], outputs: ["d"], attributes: { value: { tensor: floats("", [1], [3]) } } },
      { op: "Add", inputs: ["c", "d"], outputs: ["e"] },
      { op: "Mul", inputs: ["e", "a"], outputs: ["f"] },
      { op: "Sub", inputs: ["x", "f"] },
    ],
  },
  "double constants that are cast": {
    opset: 13,
    initializers: [{ name: "d", dims: [2], dataType: 11, doubleData: [0.1, 0.7] }, int64s("shape", [2, 1, 1])],
    nodes: [
      { op: "Cast", inputs: ["d"], outputs: ["f"], attributes: { to: 1 } },
      { op: "Reshape", inputs: ["f", "shape"], outputs: ["g"] },
      { op: "Add", inputs: ["x", "g"] },
    ],
  },
  "weights in lists, and as float16": {
    opset: 13,
    initializers: [
      { name: "f", dims: [8], dataType: 1, floatData: ramp(8) },
      { name: "h", dims: [3, 1], dataType: 10, int32Data: [0x3c00, 0xb555, 0x0001] },
    ],
    nodes: [
      { op: "Cast", inputs: ["h"], outputs: ["g"], attributes: { to: 1 } },
      { op: "Mul", inputs: ["x", "f"], outputs: ["a"] },
      { op: "Div", inputs: ["a", "g"] },
    ],
  },
};

describe("readOnnx, by ONNX Runtime's own reading of the same file", () => {
  it.each(Object.keys(cases))("%s", async (name) => {
    const model = cases[name]!;
    const initializers = [...(model.initializers ?? []), int64s("first", [0])];
    const bytes = makeOnnx({ ...model, initializers });
    const shapes = { x: [2, 3, 8], ...(model.inputs as Record<string, number[]> | undefined) };
    const read = readOnnx(bytes);
    const wanted = await run(bytes, shapes);
    const found = await run(encodeOnnx({ outputs: read.outputs, weights: read.weights }), shapes);
    for (const [key, { dims, data }] of Object.entries(wanted)) {
      expect(found[key]!.dims).toEqual(dims);
      expect(read.outputs[key]!.shape).toEqual(dims);
      const values = Array.from(found[key]!.data as Float32Array);
      (data as Float32Array).forEach((value, i) => expect(values[i]).toBeCloseTo(value, 4));
    }
  });
});

import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { FormatError, UserError } from "../../src/core/errors.ts";
import { type Random, createRandom } from "../../src/core/random.ts";
import { findArchitecture, traceModel } from "../../src/models/index.ts";
import {
  type OnnxModel,
  type Tensor,
  add,
  batchNorm,
  concat,
  conv1d,
  createExecutor,
  decodeOnnxModel,
  encodeOnnx,
  encodeOnnxModel,
  gru,
  initialiseParameter,
  input,
  leafName,
  leavesOf,
  lstm,
  parameter,
  readOnnx,
  relu,
  slice,
  softmax,
} from "../../src/tensor/index.ts";
import { sizeOf } from "../../src/tensor/shapes.ts";
import { exportedFiles, readExport } from "./golden-exports.ts";
import { type MadeModel, floats, int64s, makeOnnx } from "./make-onnx.ts";

/** An own model of any batch with its card. */
function ownModel() {
  const { logits } = traceModel(findArchitecture("multi-branch-cnn"), {
    mode: "inference",
    settings: { filters: [2, 3], dense: [5] },
    batch: 1,
    channels: 1,
    samples: 20,
    classCount: 3,
  });
  const random = createRandom("own");
  const outputs = { probabilities: softmax(logits, 1), logits };
  const weights = new Map(
    leavesOf([logits]).parameters.map((each) => [leafName(each), initialiseParameter(each, random)]),
  );
  const bytes = encodeOnnx({ outputs, weights, dynamicBatch: true, metadata: { "einthoven.card": '{"a":1}' } });
  return { outputs, weights, bytes };
}

async function predict(bytes: Uint8Array, rows: number) {
  const executor = await createExecutor(ort, bytes);
  const probabilities = new Float32Array(rows * 3);
  await executor.run({ x: Float32Array.from({ length: rows * 20 }, (_, i) => Math.cos(i * i)) }, { probabilities });
  await executor.close();
  return probabilities;
}

describe("an own model read back", () => {
  it("is the same: graph, weights by name and order, metadata; bytes and outputs of any batch", async () => {
    const { bytes, weights, outputs } = ownModel();
    const read = readOnnx(bytes, { batch: 1 });
    expect(read.metadata).toEqual({ "einthoven.card": '{"a":1}' });
    expect(new Map(read.weights)).toEqual(weights);
    expect(read.parameters.map(leafName)).toEqual(leavesOf(Object.values(outputs)).parameters.map(leafName));
    expect(Object.keys(read.outputs)).toEqual(["probabilities", "logits"]);
    const { outputs: again, weights: values, metadata } = read;
    const rewritten = encodeOnnx({ outputs: again, weights: values, dynamicBatch: true, metadata });
    expect(rewritten).toEqual(bytes);
    for (const rows of [1, 5]) {
      const fixed = readOnnx(bytes, { batch: rows });
      expect(fixed.inputs.x!.shape).toEqual([rows, 1, 20]);
      const here = encodeOnnx({ outputs: fixed.outputs, weights: fixed.weights });
      expect(await predict(here, rows)).toEqual(await predict(bytes, rows));
    }
  });

  it.each(["lstm", "gru"] as const)("has its gates in their order again: %s, both directions", (kind) => {
    const rows = (kind === "lstm" ? 4 : 3) * 2;
    const weights = new Map<string, Float32Array>();
    const make = (name: string, ...shape: number[]) => {
      weights.set(
        name,
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i + name.length)),
      );
      return parameter(name, shape, { initialise: { kind: "constant", value: 0 } });
    };
    const pass = (x: Tensor, name: string, reverse: boolean) => {
      const own = {
        input: make(`${name}.input`, rows, x.shape[1]!),
        hidden: make(`${name}.hidden`, rows, 2),
        inputBias: make(`${name}.inputBias`, rows),
        hiddenBias: make(`${name}.hiddenBias`, rows),
      };
      return kind === "lstm"
        ? lstm(x, { weights: own, reverse, name }).output
        : gru(x, { weights: own, reverse, name });
    };
    const x = input("x", [2, 3, 7]);
    const first = concat([pass(x, "there", false), pass(x, "back", true)], 1);
    const outputs = { y: pass(first, "second", false) };
    const bytes = encodeOnnx({ outputs, weights, dynamicBatch: true });
    const read = readOnnx(bytes, { batch: 2 });
    expect(new Map(read.weights)).toEqual(weights);
    expect(encodeOnnx({ outputs: read.outputs, weights: read.weights, dynamicBatch: true })).toEqual(bytes);
  });

  it("starts training at the file's weights, and knows kernels and running statistics", () => {
    const vector = (name: string) => parameter(name, [4], { initialise: { kind: "constant", value: 1 } });
    const x = input("x", [2, 1, 9]);
    const kernel = parameter("kernel", [4, 1, 3], { initialise: { kind: "constant", value: 1 }, decays: true });
    const { output } = batchNorm(conv1d(x, kernel, { name: "stem" }), {
      scale: vector("gain"),
      bias: vector("bias"),
      runningMean: vector("mean"),
      runningVariance: vector("variance"),
      mode: "inference",
    });
    const weights = new Map(
      leavesOf([output]).parameters.map((each, i) => [
        leafName(each),
        Float32Array.from({ length: sizeOf(each.shape) }, (_, at) => i + at / 10),
      ]),
    );
    const bytes = encodeOnnx({ outputs: { y: output }, weights });
    const { parameters, updates } = readOnnx(bytes, { mode: "training" });
    const described = parameters.map(({ source }) =>
      source.kind === "parameter" ? [source.name, source.trainable, source.decays] : [],
    );
    expect(described.toSorted()).toEqual([
      ["bias", true, false],
      ["gain", true, false],
      ["kernel", true, true],
      ["mean", false, false],
      ["variance", false, false],
    ]);
    for (const each of parameters) {
      expect(initialiseParameter(each, createRandom("any"))).toEqual(weights.get(leafName(each)));
    }
    expect(updates.map((update) => leafName(update.parameter))).toEqual(["mean", "variance"]);
  });

  it("has its batch norm by the batch's statistics where it was written to train fast", async () => {
    const make = (name: string) => parameter(name, [3], { initialise: { kind: "constant", value: 1 } });
    const { output, runningMean } = batchNorm(input("x", [4, 3, 5]), {
      scale: make("gain"),
      bias: make("bias"),
      runningMean: make("mean"),
      runningVariance: make("variance"),
      mode: "training",
    });
    const values = [..."ab"].map((name) => Float32Array.from({ length: 3 }, (_, i) => i + name.charCodeAt(0) / 100));
    const [gain, bias] = values as [Float32Array, Float32Array];
    const x = Float32Array.from({ length: 60 }, (_, i) => Math.cos(i * i));
    for (const outputs of [{ output }, { output, runningMean }]) {
      const bytes = encodeOnnx({ outputs, formulation: "fast" });
      expect(decodeOnnxModel(bytes).graph.nodes.some(({ opType }) => opType === "BatchNormalization")).toBe(true);
      const again = encodeOnnx({ outputs: readOnnx(bytes).outputs, formulation: "fast" });
      const results = await Promise.all(
        [bytes, again].map(async (model) => {
          const executor = await createExecutor(ort, model);
          const found = { output: new Float32Array(60) };
          const mean = executor.inputs.includes("mean") ? { mean: gain } : {};
          await executor.run({ x, gain, bias, ...mean }, found);
          await executor.close();
          return found.output;
        }),
      );
      expect(results[1]).toEqual(results[0]);
    }
  });

  it("continues another graph, and ends at any value of its own", async () => {
    const { bytes } = ownModel();
    const [left, right] = [input("left", [2, 1, 12]), input("right", [2, 1, 8])];
    const x = concat([left, right], 2);
    const inner = decodeOnnxModel(bytes).graph.nodes.find((node) => node.opType === "Relu")!.outputs[0]!;
    const { outputs, weights } = readOnnx(bytes, { inputs: { x }, outputs: [inner] });
    const features = relu(add(outputs[inner]!, slice(outputs[inner]!, { axis: 1, start: 0, end: 1 })));
    const executor = await createExecutor(ort, encodeOnnx({ outputs: { features }, weights }));
    const found = new Float32Array(sizeOf(features.shape));
    await executor.run(
      { left: new Float32Array(24).fill(1), right: new Float32Array(16).fill(-1) },
      { features: found },
    );
    await executor.close();
    expect(found.some((value) => value > 0)).toBe(true);
    expect(() => readOnnx(bytes, { inputs: { x: input("x", [2, 2, 20]) } })).toThrow(
      'Cannot read ONNX graph: expected float32[batch, 1, 20] for input "x", found float32[2, 2, 20].',
    );
    expect(() => readOnnx(bytes, { batch: 2, inputs: { z: x } })).toThrow(
      'Cannot read ONNX graph: expected tensors for its inputs (x), found one for "z".',
    );
  });
});

const simple = (changes: Partial<MadeModel>): Uint8Array =>
  makeOnnx({ opset: 13, nodes: [{ op: "Relu", inputs: ["x"] }], ...changes });

describe("what cannot be read", () => {
  const w = floats(
    "w",
    [2, 3, 3],
    Array.from({ length: 18 }, () => 1),
  );
  const wrong: Readonly<Record<string, readonly [Uint8Array, string]>> = {
    "an unknown operator": [
      simple({ nodes: [{ op: "NonMaxSuppression", name: "nms", inputs: ["x"] }] }),
      'Cannot read ONNX node "nms" (NonMaxSuppression, opset 13): expected a supported operator (see docs/engine.md), found NonMaxSuppression.',
    ],
    "an operator of another domain": [
      simple({ nodes: [{ op: "FusedConv", domain: "com.microsoft", inputs: ["x"] }] }),
      'Cannot read ONNX node "y" (com.microsoft.FusedConv, opset 13): expected a supported operator',
    ],
    "an old opset": [simple({ opset: 9 }), "expected one opset from 11 to 26, found 9."],
    "a mode of padding": [
      simple({
        initializers: [int64s("p", [0, 0, 1, 0, 0, 1])],
        nodes: [{ op: "Pad", inputs: ["x", "p"], attributes: { mode: "reflect" } }],
      }),
      '(Pad, opset 13): expected mode "constant", found "reflect".',
    ],
    "an open size": [
      simple({ inputs: { x: ["n", 3, "time"] } }),
      'Cannot read ONNX input "x": expected a size for its open axis 0 ("n") in options.batch or options.sizes, found none.',
    ],
    "a missing value": [
      simple({ nodes: [{ op: "Add", inputs: ["x", "gone"] }] }),
      'Cannot read ONNX node "y" (Add, opset 13): expected a value "gone" from before, found none.',
    ],
    "a cycle": [
      simple({
        nodes: [
          { op: "Add", inputs: ["x", "b"], outputs: ["a"] },
          { op: "Relu", inputs: ["a"], outputs: ["b"] },
        ],
      }),
      'expected a value "b" from before, found it made only later',
    ],
    "a name twice": [
      simple({ nodes: [{ op: "Relu", inputs: ["x"], outputs: ["x"] }] }),
      'expected new names, found "x" again.',
    ],
    "an initializer twice": [simple({ initializers: [w, w] }), 'found "w" twice.'],
    "external data": [
      simple({ initializers: [{ name: "w", dims: [2], dataType: 1, dataLocation: 1 }] }),
      'Cannot read ONNX tensor "w": expected its values in the file itself, found them in another file (external data).',
    ],
    "a type": [
      simple({ initializers: [{ name: "w", dims: [2], dataType: 8 }] }),
      'Cannot read ONNX tensor "w": expected one of float32, uint8, int32, int64, bool, float16, double, found type 8.',
    ],
    "values in two places": [
      simple({ initializers: [{ ...w, floatData: [1] }] }),
      "expected float32 values in rawData alone, found some in floatData.",
    ],
    "values in the wrong place": [
      simple({ initializers: [{ name: "w", dims: [2], dataType: 1, int64Data: [1, 2] }] }),
      "expected float32 values in floatData, found some in int64Data.",
    ],
    "too few values": [
      simple({ initializers: [{ name: "w", dims: [2, 3], dataType: 1, floatData: [1, 2] }] }),
      'Cannot read ONNX tensor "w": expected 6 float32 values for shape [2, 3], found 2.',
    ],
    "a negative size": [
      simple({ initializers: [{ name: "w", dims: [-1, -18], dataType: 1, rawData: w.rawData! }] }),
      "expected at most 2³¹ values and no size below 0, found shape [-1, -18].",
    ],
    "a huge size": [
      simple({ inputs: { x: [2 ** 40, 2 ** 40] } }),
      'Cannot read ONNX input "x": expected at most 2³¹ values',
    ],
    "a huge expansion": [
      simple({ initializers: [int64s("s", [2 ** 20, 2 ** 20, 1, 1])], nodes: [{ op: "Expand", inputs: ["x", "s"] }] }),
      "expected at most 2³¹ values",
    ],
    "rows without values": [
      simple({
        initializers: [
          { name: "e", dims: [2 ** 31, 0], dataType: 1 },
          int64s("from", [0]),
          int64s("to", [2 ** 31]),
          int64s("place", [1]),
        ],
        nodes: [
          { op: "Slice", inputs: ["e", "from", "to"], outputs: ["a"] },
          { op: "Gather", inputs: ["e", "place"], outputs: ["b"], attributes: { axis: 1 } },
          { op: "Concat", inputs: ["a", "b"], attributes: { axis: 1 } },
        ],
      }),
      'Cannot read ONNX node "a" (Slice, opset 13): expected inputs with values, found shape [2147483648, 0].',
    ],
    "a kernel that does not fit": [
      simple({
        initializers: [w],
        nodes: [{ op: "Conv", name: "stem", inputs: ["x", "w"], attributes: { group: 2 } }],
      }),
      'Cannot build op convolution in layer "stem": expected 6 input channels, found 3',
    ],
    "a stride of 0": [
      simple({ initializers: [w], nodes: [{ op: "Conv", inputs: ["x", "w"], attributes: { strides: [0] } }] }),
      'expected 1 numbers of at least 1 as "strides", found [0].',
    ],
    "an attribute of another type": [
      simple({ initializers: [w], nodes: [{ op: "Conv", inputs: ["x", "w"], attributes: { group: "two" } }] }),
      'expected an attribute "group" of type 2, found type 3.',
    ],
    "a shape that only the input decides": [
      simple({
        inputs: { x: [2, 3, 8], s: [3] },
        nodes: [
          { op: "Cast", inputs: ["s"], outputs: ["t"], attributes: { to: 7 } },
          { op: "Reshape", inputs: ["x", "t"] },
        ],
      }),
      "(Reshape, opset 13): expected an input 1 that is a constant, found one that is computed from the model's inputs.",
    ],
  };
  it.each(Object.keys(wrong))("%s", (name) => {
    const [bytes, message] = wrong[name]!;
    expect(() => readOnnx(bytes)).toThrow(message);
  });

  it("names the file", () => {
    expect(() => readOnnx(new Uint8Array([1, 2, 3]), { file: "net.onnx" })).toThrow(/net\.onnx/);
    expect(() => readOnnx(simple({ opset: 9 }), { file: "net.onnx" })).toThrow(/\(net\.onnx\)/);
  });
});

/** Reads, and sees to it that what is wrong is said in a sentence. */
function attempt(bytes: Uint8Array): Readonly<Record<string, Tensor>> | undefined {
  try {
    const { outputs, weights } = readOnnx(bytes, { batch: 2, sizes: { time: 4 } });
    encodeOnnx({ outputs, weights });
    return outputs;
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof UserError)) throw error;
    expect(error.message).toMatch(/^Cannot .+: expected .+, found .+/s);
    return undefined;
  }
}

describe("damaged files", () => {
  const small = makeOnnx({
    opset: 17,
    inputs: { x: ["batch", 1, 6] },
    initializers: [floats("w", [2, 1, 3], [1, 2, 3, 4, 5, 6]), floats("b", [2], [0, 1]), int64s("shape", [0, -1])],
    nodes: [
      { op: "Conv", name: "stem", inputs: ["x", "w", "b"], outputs: ["a"], attributes: { pads: [1, 1], strides: [2] } },
      { op: "MaxPool", inputs: ["a"], outputs: ["c"], attributes: { kernel_shape: [2], ceil_mode: 1 } },
      { op: "Reshape", inputs: ["c", "shape"], outputs: ["d"] },
      { op: "Softmax", inputs: ["d"], attributes: { axis: -1 } },
    ],
  });

  it("cut anywhere, or with any byte changed, are refused in a sentence or read", () => {
    for (let length = 0; length < small.length; length++) attempt(small.subarray(0, length));
    const random = createRandom("bytes");
    for (let at = 0; at < small.length; at++) {
      const damaged = small.slice();
      damaged[at] = damaged[at]! ^ (1 << random.integer(8));
      attempt(damaged);
    }
  });

  it("with hostile values are refused in a sentence or read", () => {
    const files = exportedFiles.filter((name) => /assorted|fcn_wang.current|gru.unopt/.test(name)).map(readExport);
    const models = files.map((bytes) => decodeOnnxModel(bytes));
    let read = 0;
    for (let round = 0; round < 300; round++) {
      const random = createRandom(`hostile ${round}`);
      const model = pick(random, models);
      if (attempt(encodeOnnxModel(spoil(model, random))) !== undefined) read++;
    }
    expect(read).toBeGreaterThan(0);
  });
});

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

const hostileNumbers = [-1, 0, 1, 2, 3, -2, 7, 64, 2 ** 31, -(2 ** 31), 2 ** 40, Number.MAX_SAFE_INTEGER];

/** The same model with one thing in it spoilt. */
function spoil(model: OnnxModel, random: Random): OnnxModel {
  const { graph } = model;
  const replace = <T>(items: readonly T[], change: (item: T) => T): T[] => {
    const at = random.integer(Math.max(1, items.length));
    return items.map((item, i) => (i === at ? change(item) : item));
  };
  const names = graph.nodes.flatMap((node) => [...node.inputs, ...node.outputs]);
  const number = () => pick(random, hostileNumbers);
  switch (random.integer(8)) {
    case 0:
      return { ...model, graph: { ...graph, nodes: graph.nodes.filter(() => random.uniform() > 0.03) } };
    case 1:
      return { ...model, graph: { ...graph, initializers: graph.initializers.filter(() => random.uniform() > 0.03) } };
    case 2: {
      const initializers = replace(graph.initializers, (each) => ({
        ...each,
        dims: random.uniform() < 0.5 ? each.dims.map(number) : [...each.dims, number()],
      }));
      return { ...model, graph: { ...graph, initializers } };
    }
    case 3: {
      const initializers = replace(graph.initializers, (each) => ({
        ...each,
        dataType: pick(random, [0, 1, 2, 6, 7, 9, 10, 11, 99]),
        dims: [(each.rawData?.length ?? 0) / pick(random, [1, 2, 4, 8])].filter(Number.isInteger),
      }));
      return { ...model, graph: { ...graph, initializers } };
    }
    case 4: {
      // Integers as they are, but others: shapes, axes, indices.
      const initializers = graph.initializers.map((each) =>
        each.dataType === 7 && each.rawData !== undefined && random.uniform() < 0.3
          ? int64s(each.name!, Array.from({ length: each.rawData.length / 8 }, number), each.dims)
          : each,
      );
      return { ...model, graph: { ...graph, initializers } };
    }
    case 5: {
      const inputs = replace(graph.inputs, (each) => ({
        name: each.name,
        type: {
          tensor: {
            elementType: pick(random, [1, 1, 6, 7, 9]),
            shape: { dims: [2, 3, 4].map(() => ({ value: number() })) },
          },
        },
      }));
      return { ...model, graph: { ...graph, inputs } };
    }
    case 6: {
      const nodes = replace(graph.nodes, (node) => ({
        ...node,
        inputs: node.inputs.map((name) => (random.uniform() < 0.5 ? pick(random, ["", ...names]) : name)),
      }));
      return { ...model, graph: { ...graph, nodes } };
    }
    default: {
      const nodes = graph.nodes.map((node) =>
        random.uniform() > 0.1
          ? node
          : {
              ...node,
              attributes: node.attributes.map((each) => ({
                ...each,
                ...(each.integer === undefined ? {} : { integer: number() }),
                ...(each.integers === undefined ? {} : { integers: each.integers.map(number) }),
                ...(each.float === undefined ? {} : { float: pick(random, [Number.NaN, Infinity, -1, 0]) }),
              })),
            },
      );
      return { ...model, graph: { ...graph, nodes } };
    }
  }
}

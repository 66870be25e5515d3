import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { type Layers, type WeightStart, createLayers } from "../../src/models/index.ts";
import {
  type Tensor,
  encodeOnnx,
  initialiseParameter,
  input,
  leafName,
  leavesOf,
  reduceSum,
} from "../../src/tensor/index.ts";

const x = input("x", [4, 6, 10]);
const namesOf = (...outputs: readonly Tensor[]) => leavesOf(outputs).parameters.map(leafName);

describe("names", () => {
  it("are kind and number where none are given, by scope", () => {
    const layers = createLayers("inference");
    const convolve = (y: Tensor) => layers.conv1d(y, { filters: 6, kernel: 1, bias: false });
    const y = layers.scope("block", () => convolve(convolve(convolve(x))));
    expect(namesOf(layers.scope("outer", () => layers.scope("inner", () => convolve(convolve(y)))))).toEqual([
      "block.conv1d_1.weight",
      "block.conv1d_2.weight",
      "block.conv1d_3.weight",
      "outer.inner.conv1d_1.weight",
      "outer.inner.conv1d_2.weight",
    ]);
  });

  it("are given once", () => {
    const layers = createLayers("inference");
    const convolve = () => layers.conv1d(x, { name: "stem", filters: 2, kernel: 3 });
    convolve();
    expect(convolve).toThrow(/Cannot build layer "stem": expected a name that no other layer has.*layers\.shared/);
  });
});

describe("a shared part", () => {
  const encoder = (layers: Layers) =>
    layers.shared("encoder", (y: Tensor) => {
      const z = layers.batchNorm(layers.conv1d(y, { filters: 3, kernel: 3, l2: 0.1 }), { momentum: 0.5 });
      return layers.dropout(z, { rate: 0.5 });
    });

  it("has one set of weights, and a penalty and a name for each", () => {
    const layers = createLayers("training");
    const encode = encoder(layers);
    const outputs = [encode(x), encode(input("other", [4, 6, 20]))];
    const names = ["conv1d_1.weight", "conv1d_1.bias", "batchNorm_1.scale", "batchNorm_1.bias"];
    expect(namesOf(...outputs)).toEqual(names.map((name) => `encoder.${name}`));
    expect(namesOf(layers.penalty()!)).toEqual(["encoder.conv1d_1.weight"]);
    const once = createLayers("training");
    encoder(once)(x);
    const size = (each: Layers) => encodeOnnx({ outputs: { penalty: each.penalty()! } }).length;
    expect(size(layers)).toBe(size(once));
  });

  it("draws another dropout mask at each use", () => {
    const layers = createLayers("training");
    const encode = encoder(layers);
    const { masks } = leavesOf([encode(x), encode(input("other", [4, 6, 20]))]);
    expect(masks.map(({ name, shape }) => [name, shape])).toEqual([
      ["encoder.dropout_1", [4, 3, 8]],
      ["encoder.dropout_1#2", [4, 3, 18]],
    ]);
  });

  it("moves a running statistic once for each use, the second from where the first left it", async () => {
    const layers = createLayers("training");
    const normalise = layers.shared("norm", (y: Tensor) => layers.batchNorm(y, { momentum: 0.5 }));
    const [a, b] = [input("a", [2, 1]), input("b", [2, 1])];
    normalise(a);
    normalise(b);
    const updates = layers.updates();
    expect(updates.map(({ parameter }) => leafName(parameter))).toEqual([
      "norm.batchNorm_1.runningMean",
      "norm.batchNorm_1.runningVariance",
    ]);
    const [mean] = await compute(updates[0]!.value, {
      a: [1, 3],
      b: [10, 20],
      "norm.batchNorm_1.runningMean": [8],
      "norm.batchNorm_1.scale": [1],
      "norm.batchNorm_1.bias": [0],
    });
    // (8 + 2) / 2, then (5 + 15) / 2
    expect(mean).toBe(10);
  });

  it("refuses an input for which the weights do not fit", () => {
    const layers = createLayers("inference");
    const dense = layers.shared("head", (y: Tensor) => layers.dense(y, { name: "out", units: 2 }));
    dense(input("a", [4, 6]));
    expect(() => dense(input("b", [4, 7]))).toThrow(
      'Cannot share layer "head.out": expected an input for which "head.out.weight" has shape [6, 2], found one for which it has [7, 2].',
    );
  });
});

describe("shape mistakes", () => {
  const flat = input("flat", [4, 6]);
  const picture = input("picture", [4, 6, 8, 8]);
  it.each<[string, (layers: Layers) => Tensor, string | RegExp]>([
    [
      "conv1d",
      (layers) => layers.conv1d(flat, { name: "stem", filters: 8, kernel: 3 }),
      'Cannot build layer "stem": expected an input of 3 axes [batch, channel, sample], found [4, 6].',
    ],
    [
      "conv1d too long",
      (layers) => layers.conv1d(x, { name: "stem", filters: 8, kernel: 11 }),
      'Cannot build op convolution in layer "stem": expected at least 11 samples with padding, found 10 (inputs float32[4, 6, 10] and float32[8, 6, 11]).',
    ],
    [
      "groups",
      (layers) => layers.conv1d(x, { name: "stem", filters: 8, kernel: 1, groups: 4 }),
      'Cannot build layer "stem": expected channels and filters in 4 equal groups, found 6 and 8.',
    ],
    [
      "filters",
      (layers) => layers.conv2d(picture, { name: "stem", filters: 0, kernel: 1 }),
      'Cannot build layer "stem": expected at least one of its filters, found 0.',
    ],
    [
      "stride",
      (layers) => layers.conv2d(picture, { name: "stem", filters: 2, kernel: 1, stride: [1, 0] }),
      /op convolution in layer "stem": expected a stride of at least 1, found 0/,
    ],
    [
      "transposed",
      (layers) => layers.convTranspose1d(x, { name: "up", filters: 2, kernel: 1, padding: 5 }),
      /op transposedConvolution in layer "up": expected padding that leaves outputs, found \[0\]/,
    ],
    [
      "separable",
      (layers) => layers.separableConv2d(x, { name: "sep", filters: 2, kernel: 1 }),
      'Cannot build layer "sep": expected an input of 4 axes [batch, channel, row, column], found [4, 6, 10].',
    ],
    [
      "dense",
      (layers) => layers.dense(input("v", [4]), { name: "out", units: 2 }),
      'Cannot build layer "out": expected an input of at least 2 axes [batch, …, feature], found [4].',
    ],
    [
      "group norm",
      (layers) => layers.groupNorm(x, { name: "gn", groups: 4 }),
      'Cannot build layer "gn": expected channels in 4 equal groups, found 6.',
    ],
    ["rate", (layers) => layers.dropout(x, { name: "d", rate: 1 }), /layer "d": expected a rate in \[0, 1\), found 1/],
    [
      "heads",
      (layers) => layers.attention(x, { name: "mha", heads: 4 }),
      'Cannot build layer "mha": expected units in 4 equal heads, found 10.',
    ],
    [
      "mask",
      (layers) => layers.attention(x, { name: "mha", heads: 2, mask: input("mask", [7, 6]) }),
      /op add in layer "mha": expected shapes that broadcast/,
    ],
    [
      "add in a scope",
      (layers) => layers.scope("block1", () => layers.add([x, layers.conv1d(x, { filters: 6, kernel: 2 })])),
      'Cannot build layer "block1.add_1": expected inputs of one shape, found [4, 6, 10] and [4, 6, 9].',
    ],
    [
      "concat",
      (layers) => layers.concat([x, flat], { name: "join" }),
      /op concat in layer "join": expected inputs that agree outside axis 1/,
    ],
    [
      "an op of the model itself",
      (layers) => layers.scope("block1", () => reduceSum(x, { axes: [5] })),
      /op reduceSum in layer "block1": expected axes of an input of 3, found \[5\]/,
    ],
    [
      "embedding",
      (layers) => layers.embedding(x, { name: "codes", rows: 5, features: 2 }),
      /op embedding in layer "codes": expected row numbers of type int64 or int32, found float32/,
    ],
  ])("in %s name the layer, what was wanted and what was found", (_, build, sentence) => {
    expect(() => build(createLayers("inference"))).toThrow(sentence);
  });
});

describe("starting weights", () => {
  const draw = (initialise: WeightStart) => {
    const y = createLayers("inference").conv1d(input("x", [1, 20, 9]), { filters: 30, kernel: 5, initialise });
    const weight = leavesOf([y]).parameters[0]!;
    return initialiseParameter(weight, createRandom("start"));
  };
  const spreadOf = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  const greatest = (values: Float32Array) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const [fanIn, fanOut] = [100, 150];

  it.each<[string, WeightStart, number]>([
    ["heNormal", "heNormal", Math.sqrt(2 / fanIn)],
    ["heNormal by outputs", { kind: "heNormal", fan: "out" }, Math.sqrt(2 / fanOut)],
    ["heUniform", "heUniform", Math.sqrt(2 / fanIn)],
    ["lecunNormal", "lecunNormal", Math.sqrt(1 / fanIn)],
    ["lecunUniform", { kind: "lecunUniform", fan: "in" }, Math.sqrt(1 / fanIn)],
    ["glorotNormal", "glorotNormal", Math.sqrt(2 / (fanIn + fanOut))],
    ["glorotUniform", "glorotUniform", Math.sqrt(2 / (fanIn + fanOut))],
    ["PyTorch's", "pytorch", 1 / Math.sqrt(3 * fanIn)],
    ["normal", { kind: "normal", standardDeviation: 0.3 }, 0.3],
    // The standard deviation of a normal distribution cut at two of its own.
    ["truncated normal", { kind: "normal", standardDeviation: 0.3, truncated: true }, 0.3 * 0.8796],
    ["uniform", { kind: "uniform", low: -0.6, high: 0.6 }, 0.6 / Math.sqrt(3)],
    ["ones", "ones", 1],
    ["a constant", { kind: "constant", value: 0.2 }, 0.2],
    ["zeros", "zeros", 0],
  ])("by %s have its spread", (_, start, wanted) => {
    const values = draw(start);
    expect(values).toHaveLength(3000);
    expect(Math.abs(spreadOf(values) - wanted)).toBeLessThanOrEqual(0.04 * wanted);
  });

  it("keep to their limits", () => {
    expect(greatest(draw("pytorch"))).toBeLessThanOrEqual(0.1);
    expect(greatest(draw({ kind: "normal", standardDeviation: 0.3, truncated: true }))).toBeLessThanOrEqual(0.6);
  });

  it("by orthogonal have rows, or columns, at right angles", () => {
    const rows = draw({ kind: "orthogonal", gain: 2 });
    const dot = (a: number, b: number) =>
      Array.from({ length: 100 }, (_, i) => rows[a * 100 + i]! * rows[b * 100 + i]!).reduce((sum, v) => sum + v, 0);
    for (let a = 0; a < 30; a++) {
      for (let b = 0; b <= a; b++) expect(dot(a, b)).toBeCloseTo(a === b ? 4 : 0, 5);
    }
    const y = createLayers("inference").dense(input("x", [1, 7]), { units: 3, initialise: "orthogonal" });
    const tall = initialiseParameter(leavesOf([y]).parameters[0]!, createRandom("start"));
    const column = (a: number, b: number) =>
      Array.from({ length: 7 }, (_, i) => tall[i * 3 + a]! * tall[i * 3 + b]!).reduce((sum, v) => sum + v, 0);
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b <= a; b++) expect(column(a, b)).toBeCloseTo(a === b ? 1 : 0, 5);
    }
  });
});

describe("dropout", () => {
  it("of channels has one mask value for each", () => {
    const y = createLayers("training").spatialDropout(x, { name: "drop", rate: 0.25 });
    expect(y.shape).toEqual([4, 6, 10]);
    expect(leavesOf([y]).masks).toEqual([{ name: "drop", shape: [4, 6, 1], rate: 0.25 }]);
    expect(createLayers("inference").spatialDropout(x, { rate: 0.25 })).toBe(x);
  });

  it("of attention weights has one for each", () => {
    const y = createLayers("training").attention(input("x", [2, 5, 8]), { name: "mha", heads: 4, dropout: 0.1 });
    expect(leavesOf([y]).masks).toEqual([{ name: "mha", shape: [2, 4, 5, 5], rate: 0.1 }]);
  });
});

describe("attention", () => {
  it("that is causal does not see what comes later", async () => {
    const sequence = input("x", [1, 4, 2]);
    const y = createLayers("inference").attention(sequence, { heads: 1, causal: true });
    const weights = Object.fromEntries(
      leavesOf([y]).parameters.map((each) => [leafName(each), initialiseParameter(each, createRandom(leafName(each)))]),
    );
    const first = await compute(y, { ...weights, x: [1, 2, 3, 4, 5, 6, 7, 8] });
    const second = await compute(y, { ...weights, x: [1, 2, 3, 4, 5, 6, -7, 9] });
    expect(first.slice(0, 6)).toEqual(second.slice(0, 6));
    expect(first.slice(6)).not.toEqual(second.slice(6));
  });

  it("to another sequence takes its length and features", () => {
    const layers = createLayers("inference");
    const y = layers.attention(input("x", [2, 5, 8]), { heads: 2, context: input("other", [2, 9, 3]), units: 6 });
    expect(y.shape).toEqual([2, 5, 6]);
  });
});

describe("a model file", () => {
  const sequence = (layers: Layers, y: Tensor) => layers.attention(layers.positions(y), { heads: 2, causal: true });
  it.each<[string, (layers: Layers, y: Tensor) => Tensor]>([
    ["conv1d", (layers, y) => layers.conv1d(y, { filters: 4, kernel: 3, groups: 2 })],
    [
      "convTranspose1d",
      (layers, y) => layers.convTranspose1d(y, { filters: 4, kernel: 2, stride: 3, padding: "same" }),
    ],
    ["separableConv1d", (layers, y) => layers.separableConv1d(y, { filters: 4, kernel: 3, multiplier: 2 })],
    ["dense", (layers, y) => layers.dense(y, { units: 3 })],
    ["batchNorm", (layers, y) => layers.batchNorm(y)],
    ["layerNorm", (layers, y) => layers.layerNorm(y, { axes: 2 })],
    ["groupNorm", (layers, y) => layers.groupNorm(y, { groups: 3 })],
    ["squeezeExcite", (layers, y) => layers.squeezeExcite(y, { ratio: 2 })],
    ["attention", sequence],
    ["learned positions", (layers, y) => layers.positions(y, { kind: "learned" })],
    ["concat", (layers, y) => layers.concat([y, y, y], { axis: -1 })],
  ])("with %s takes any number of rows", async (_, build) => {
    const y = build(createLayers("inference"), input("x", [1, 6, 10]));
    const weights = new Map(
      leavesOf([y]).parameters.map((each) => [leafName(each), initialiseParameter(each, createRandom(leafName(each)))]),
    );
    const session = await ort.InferenceSession.create(encodeOnnx({ outputs: { y }, weights, dynamicBatch: true }), {
      logSeverityLevel: 3,
    });
    const random = createRandom("rows");
    const values = Float32Array.from({ length: 3 * 60 }, () => random.normal());
    const run = async (rows: Float32Array) =>
      (await session.run({ x: new ort.Tensor("float32", rows, [rows.length / 60, 6, 10]) })).y!;
    const together = await run(values);
    expect(together.dims).toEqual([3, ...y.shape.slice(1)]);
    for (const row of [0, 1, 2]) {
      const alone = (await run(values.slice(row * 60, row * 60 + 60))).data as Float32Array;
      const wanted = (together.data as Float32Array).slice(row * alone.length, (row + 1) * alone.length);
      alone.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
    }
    await session.release();
  });
});

async function compute(y: Tensor, feeds: Readonly<Record<string, ArrayLike<number>>>): Promise<number[]> {
  const session = await ort.InferenceSession.create(encodeOnnx({ outputs: { y } }), { logSeverityLevel: 3 });
  const { inputs, parameters } = leavesOf([y]);
  const tensors = [...inputs, ...parameters].map((each) => {
    const name = leafName(each);
    return [name, new ort.Tensor("float32", Float32Array.from(feeds[name]!), each.shape)];
  });
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return [...(results.y!.data as Float32Array)];
}

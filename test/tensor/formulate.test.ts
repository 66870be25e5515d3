import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import {
  type Tensor,
  add,
  averagePool,
  batchNorm,
  concat,
  conv1d,
  decodeOnnxModel,
  dropout,
  encodeOnnx,
  globalAveragePool,
  globalMaxPool,
  gradients,
  initialiseParameter,
  input,
  leafName,
  leavesOf,
  leakyRelu,
  matmul,
  maxPool,
  mul,
  parameter,
  readOnnx,
  reduceSum,
  relu,
  reshape,
  scale,
  softmaxCrossEntropy,
  square,
} from "../../src/tensor/index.ts";
import { sameShape } from "../../src/tensor/shapes.ts";

const weight = (name: string, shape: readonly number[]) =>
  parameter(name, shape, { initialise: { kind: "uniform", low: -0.5, high: 0.5 } });

const kernel = (name: string, y: Tensor, filters: number, size: number) => weight(name, [filters, y.shape[1]!, size]);

const flatten = (y: Tensor) => reshape(y, [y.shape[0]!, y.shape[1]! * y.shape[2]!]);

type Net = (x: Tensor, mode?: "training" | "inference") => Tensor;

/** Nets [batch, 2, time] → [batch, 3] that put small convolutions beside everything that may surround them. */
const nets: Readonly<Record<string, Net>> = {
  "multi-branch": (x) => {
    const branches = [3, 4, 6].map((size, branch) => {
      const name = `branch${branch}`;
      let y = maxPool(relu(conv1d(x, kernel(`${name}a`, x, 4, size), { padding: "same" })), { size: 2 });
      y = maxPool(relu(conv1d(y, kernel(`${name}b`, y, 6, size + 2), { padding: "same" })), { size: 2 });
      return flatten(y);
    });
    const joined = concat(branches, 1);
    return matmul(
      dropout(relu(joined), { name: "mask", rate: 0.5, mode: "training" }),
      weight("d", [joined.shape[1]!, 3]),
    );
  },
  "pool of three, then of four": (x) => {
    let y = maxPool(leakyRelu(conv1d(x, kernel("a", x, 4, 5), { padding: "same" })), { size: 3 });
    y = relu(maxPool(conv1d(y, kernel("b", y, 5, 3), { padding: [2, 0] }), { size: 4 }));
    return matmul(flatten(y), weight("d", [y.shape[1]! * y.shape[2]!, 3]));
  },
  "residual with strides, dilation and batch norm": (x, mode = "training") => {
    let y = conv1d(x, kernel("stem", x, 4, 5), { padding: "same", stride: 2 });
    const statistics = { runningMean: weight("m", [4]), runningVariance: weight("v", [4]), mode };
    y = relu(batchNorm(y, { scale: weight("g", [4]), bias: weight("b", [4]), ...statistics }).output);
    const inner = relu(
      add(conv1d(y, kernel("c", y, 4, 3), { padding: "same", dilation: 2 }), weight("bias", [1, 4, 1])),
    );
    y = add(y, conv1d(inner, kernel("e", inner, 4, 3), { padding: "same" }));
    y = maxPool(relu(y), { size: 3, stride: 2, padding: [1, 1] });
    return matmul(globalAveragePool(y), weight("d", [4, 3]));
  },
  "pooled and used whole": (x) => {
    const y = relu(conv1d(x, kernel("a", x, 4, 4), { padding: "same" }));
    const both = concat([globalAveragePool(y), globalAveragePool(maxPool(y, { size: 2 }))], 1);
    return matmul(both, weight("d", [8, 3]));
  },
  "pools of different strides on one tensor": (x) => {
    const y = conv1d(x, kernel("a", x, 4, 3));
    const parts = [2, 3].map((size) => {
      const pooled = maxPool(y, { size });
      return flatten(conv1d(pooled, kernel(`after ${size}`, pooled, 3, 2)));
    });
    const joined = concat([...parts, flatten(maxPool(relu(y), { size: 4 }))], 1);
    return matmul(joined, weight("d", [joined.shape[1]!, 3]));
  },
  "a wide convolution between small ones": (x) => {
    let y = relu(conv1d(x, kernel("a", x, 40, 3), { padding: "same" }));
    y = relu(conv1d(y, kernel("b", y, 6, 9), { padding: "same" }));
    y = averagePool(y, { size: 2 });
    y = maxPool(conv1d(y, kernel("c", y, 5, 3)), { size: 2 });
    return matmul(flatten(y), weight("d", [y.shape[1]! * y.shape[2]!, 3]));
  },
  "long kernels side by side, with all kinds of padding": (x) => {
    const y = relu(conv1d(x, kernel("a", x, 12, 4), { padding: "same" }));
    const paddings = [[12, 12], [3, 9], [20, 0], "same", "valid"] as const;
    const parts = paddings.map((padding, i) =>
      globalAveragePool(square(conv1d(y, kernel(`long ${i}`, y, 8 + i, [25, 24, 31, 19, 28][i]!), { padding }))),
    );
    const joined = concat(parts, 1);
    return matmul(joined, weight("d", [joined.shape[1]!, 3]));
  },
  "wide convolutions of all strides, pooled with overlap": (x, mode = "training") => {
    let y = conv1d(x, kernel("a", x, 72, 3), { padding: "same" });
    y = maxPool(relu(y), { size: 3, stride: 2, padding: [1, 1] });
    y = relu(conv1d(y, kernel("b", y, 66, 5), { padding: [2, 2], stride: 3 }));
    const statistics = {
      runningMean: weight("m", [66]),
      runningVariance: weight("v", [66]),
      mode,
    };
    const pooled = conv1d(averagePool(y, { size: 2, ceilMode: true }), kernel("c", y, 68, 1));
    y = add(
      add(pooled, conv1d(y, kernel("p", y, 68, 1), { stride: 2 })),
      conv1d(y, kernel("e", y, 68, 3), { padding: [1, 1], stride: 2 }),
    );
    y = conv1d(maxPool(y, { size: 3, stride: 1, padding: [1, 1] }), kernel("f", y, 66, 1));
    y = batchNorm(y, { scale: weight("g", [66]), bias: weight("h", [66]), ...statistics }).output;
    return matmul(concat([globalAveragePool(y), globalMaxPool(y)], 1), weight("d", [132, 3]));
  },
};

function trainingOutputs(net: Net, { batch, time }: { batch: number; time: number }): Record<string, Tensor> {
  const logits = net(input("x", [batch, 2, time]));
  const data = reduceSum(mul(softmaxCrossEntropy(logits, input("y", [batch, 3])), input("w", [batch])));
  const { parameters } = leavesOf([data]);
  const penalty = parameters.map((each) => reduceSum(square(each))).reduce((a, b) => add(a, b));
  const loss = add(data, scale(penalty, 1e-3));
  const outputs: Record<string, Tensor> = { loss, logits };
  gradients(loss, parameters).forEach((slope, i) => (outputs[`slope of ${leafName(parameters[i]!)}`] = slope));
  return outputs;
}

async function compute(bytes: Uint8Array): Promise<Record<string, Float32Array>> {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const random = createRandom("feeds");
  const feeds = Object.fromEntries(
    session.inputMetadata
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((each) => {
        const dims = each.isTensor ? (each.shape as number[]) : [];
        const size = dims.reduce((product, length) => product * length, 1);
        return [
          each.name,
          new ort.Tensor(
            "float32",
            Float32Array.from({ length: size }, () => random.normal()),
            dims,
          ),
        ];
      }),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

const nodesOf = (bytes: Uint8Array) =>
  decodeOnnxModel(bytes).graph.nodes.map(({ opType, outputs }) => [opType, outputs]);

const kernelsOf = (bytes: Uint8Array) =>
  decodeOnnxModel(bytes)
    .graph.nodes.filter((node) => node.opType === "Conv")
    .map((node) => node.attributes.find((each) => each.name === "kernel_shape")!.integers!);

const opsOf = (bytes: Uint8Array) => new Set(decodeOnnxModel(bytes).graph.nodes.map((node) => node.opType));

describe("the fast formulation", () => {
  const sizes = [
    { batch: 5, time: 49 },
    { batch: 1, time: 48 },
    { batch: 2, time: 50 },
  ];
  const cases = Object.entries(nets).flatMap(([name, net]) => sizes.map((size) => ({ name, net, ...size })));

  it.each(cases)("agrees with the plain one: $name, batch $batch, $time samples", async ({ net, ...size }) => {
    const outputs = trainingOutputs(net, size);
    const fastBytes = encodeOnnx({ outputs });
    const plainBytes = encodeOnnx({ outputs, formulation: "plain" });
    const [fast, plain] = [await compute(fastBytes), await compute(plainBytes)];
    for (const [name, wanted] of Object.entries(plain)) {
      const greatest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
      const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - fast[name]![i]!)), 0);
      expect(worst / greatest, name).toBeLessThan(2e-5);
    }
    expect(opsOf(fastBytes)).not.toEqual(opsOf(plainBytes));
  });

  it("writes the paper's branches without weaving, pooling or convolution ops", () => {
    const ops = opsOf(encodeOnnx({ outputs: trainingOutputs(nets["multi-branch"]!, { batch: 4, time: 49 }) }));
    expect(["Conv", "MaxPool", "Where"].filter((op) => ops.has(op))).toEqual([]);
  });

  it("is not the form of models whose parameters are fed, in batches of any size", () => {
    const x = input("x", [2, 2, 20]);
    const outputs = { y: maxPool(relu(conv1d(x, weight("w", [4, 2, 3]))), { size: 2 }) };
    expect([...opsOf(encodeOnnx({ outputs, dynamicBatch: true }))]).toEqual(["Conv", "Relu", "MaxPool"]);
  });
});

describe("the inference formulation", () => {
  const cases = Object.entries(nets).flatMap(([name, net]) => [1, 2, 5].map((batch) => ({ name, net, batch })));

  it.each(cases)("agrees with the plain one and is read back as it: $name, batch $batch", async ({ net, batch }) => {
    const logits = net(input("x", [batch, 2, 49]), "inference");
    const outputs = { logits, square: square(logits) };
    const random = createRandom("weights");
    const weights = new Map(
      leavesOf([logits]).parameters.map((each) => [leafName(each), initialiseParameter(each, random)]),
    );
    const variance = weights.get("v");
    if (variance !== undefined) weights.set("v", variance.map(Math.abs));
    const plainBytes = encodeOnnx({ outputs, weights, formulation: "plain" });
    const bytes = encodeOnnx({ outputs, weights });
    const [plain, images] = [await compute(plainBytes), await compute(bytes)];
    for (const [name, wanted] of Object.entries(plain)) {
      const greatest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
      const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - images[name]![i]!)), 0);
      expect(worst / greatest, name).toBeLessThan(1e-5);
    }
    expect(kernelsOf(bytes).every((size) => size.length === 2 && size[0] === 1)).toBe(true);

    const read = readOnnx(bytes);
    const again = { outputs: read.outputs, weights: read.weights };
    expect(Buffer.compare(encodeOnnx(again), bytes)).toBe(0);
    const lists = [encodeOnnx({ ...again, formulation: "plain" }), plainBytes].map(nodesOf);
    expect(lists[0]).toEqual(lists[1]);
    const trained = readOnnx(bytes, { mode: "training" });
    const updates = trained.updates.map(({ parameter: { shape }, value }) => [shape, value.shape]);
    expect(updates.every(([before, after]) => sameShape(before!, after!))).toBe(true);
    const values = Object.fromEntries(trained.updates.map(({ value }, index) => [`next ${index}`, value]));
    const step = encodeOnnx({ outputs: { ...trained.outputs, ...values }, formulation: "plain" });
    expect(kernelsOf(step).every((size) => size.length === 1)).toBe(true);
  });
});

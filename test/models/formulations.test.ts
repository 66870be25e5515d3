import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { type Architecture, traceModel } from "../../src/models/index.ts";
import {
  type Tensor,
  add,
  createExecutor,
  encodeOnnx,
  gradients,
  initialiseParameter,
  input,
  leafName,
  leavesOf,
  reduceMean,
  sizeOf,
  softmaxCrossEntropy,
} from "../../src/tensor/index.ts";

/** Nets that put each layer beside small convolutions, which the fast formulation moves to another layout. */
const nets: Readonly<Record<string, Architecture["build"]>> = {
  "squeeze and excitation in a residual block": (x, { layers, ops, classCount }) => {
    const y = ops.silu(layers.batchNorm(layers.conv1d(x, { filters: 6, kernel: 5, padding: "same" })));
    const inner = ops.mish(layers.separableConv1d(y, { filters: 6, kernel: 3, padding: "same" }));
    const sum = layers.add([y, layers.squeezeExcite(inner, { ratio: 2 })]);
    return layers.dense(ops.concatPool(sum), { units: classCount });
  },
  "group norm, gelu and pools of every kind": (x, { layers, ops, classCount }) => {
    const y = ops.gelu(layers.groupNorm(layers.conv1d(x, { filters: 6, kernel: 4, padding: "same" }), { groups: 3 }));
    const pools = [
      ops.adaptiveAveragePool(y, { output: 4 }),
      ops.adaptiveMaxPool(y, { output: 4 }),
      ops.averagePool(y, { size: 3, stride: 2, padding: 1, ceilMode: true, countPadding: true }),
      ops.maxPool(y, { size: 3, stride: 2, ceilMode: true, dilation: 2 }),
    ];
    return layers.dense(ops.flatten(layers.concat(pools, { axis: 2 })), { units: classCount });
  },
  "down and up again": (x, { layers, ops, classCount }) => {
    const down = ops.leakyRelu(layers.conv1d(x, { filters: 8, kernel: 4, stride: 2, padding: 1 }));
    const options = { filters: 4, kernel: 4, stride: 2, padding: 1, groups: 2 };
    const up = ops.softplus(layers.convTranspose1d(down, options));
    const both = layers.concat([up, ops.slice(x, { axis: 2, end: up.shape[2]! })]);
    return layers.dense(ops.globalAveragePool(layers.conv1d(both, { filters: 5, kernel: 3 })), { units: classCount });
  },
  "attention over what convolutions find": (x, { layers, ops, classCount }) => {
    const y = ops.maxPool(ops.relu(layers.conv1d(x, { filters: 8, kernel: 5, padding: "same" })), { size: 2 });
    const sequence = layers.positions(ops.transpose(y, [0, 2, 1]));
    const seen = layers.layerNorm(layers.add([sequence, layers.attention(sequence, { heads: 2 })]));
    const more = layers.layerNorm(
      layers.add([seen, layers.dense(ops.gelu(layers.dense(seen, { units: 16 })), { units: 8 })]),
    );
    return layers.dense(ops.reduceMean(more, { axes: [1] }), { units: classCount });
  },
  "one encoder for every lead": (x, { layers, ops, classCount }) => {
    const encode = layers.shared("lead", (lead: Tensor) =>
      ops.globalMaxPool(ops.elu(layers.batchNorm(layers.conv1d(lead, { filters: 4, kernel: 7, l2: 0.01 })))),
    );
    const leads = Array.from({ length: x.shape[1]! }, (_, i) =>
      encode(ops.slice(x, { axis: 1, start: i, end: i + 1 })),
    );
    return layers.dense(layers.concat(leads), { units: classCount });
  },
  "an image of the signal": (x, { layers, ops, classCount }) => {
    const image = ops.reshape(x, [x.shape[0]!, 1, x.shape[1]!, x.shape[2]!]);
    const y = ops.relu(layers.conv2d(image, { filters: 4, kernel: [2, 5], stride: [1, 2], padding: ["valid", 2] }));
    const z = layers.separableConv2d(layers.spatialDropout(y, { rate: 0.5 }), { filters: 6, kernel: [1, 3] });
    return layers.dense(ops.flatten(ops.adaptiveAveragePool(z, { output: [1, 3] })), { units: classCount });
  },
};

describe("a net's training graph", () => {
  const cases = Object.entries(nets).flatMap(([name, build]) =>
    [
      { batch: 3, samples: 31 },
      { batch: 1, samples: 24 },
    ].map((size) => ({ name, build, ...size })),
  );

  it.each(cases)(
    "is the same however it is formulated: $name, batch $batch",
    async ({ name, build, batch, samples }) => {
      const net = traceModel({ name, source: "", build }, { ...sizes, mode: "training", batch, samples });
      const data = reduceMean(softmaxCrossEntropy(net.logits, input("labels", [batch, 3])));
      const loss = net.penalty === undefined ? data : add(data, net.penalty);
      const { parameters } = leavesOf([loss]);
      const outputs: Record<string, Tensor> = { loss };
      gradients(loss, parameters).forEach((slope, i) => (outputs[`slope of ${leafName(parameters[i]!)}`] = slope));
      for (const { parameter, value } of net.updates) outputs[`next ${leafName(parameter)}`] = value;
      const plain = await compute(outputs, "plain");
      const fast = await compute(outputs, "fast");
      for (const [key, wanted] of Object.entries(plain)) {
        const greatest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-2);
        const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - fast[key]![i]!)), 0);
        expect(worst / greatest, key).toBeLessThan(5e-5);
      }
    },
  );
});

const sizes = { settings: {}, channels: 2, classCount: 3 };

async function compute(outputs: Readonly<Record<string, Tensor>>, formulation: "plain" | "fast") {
  const executor = await createExecutor(ort, encodeOnnx({ outputs, formulation }));
  const leaves = leavesOf(Object.values(outputs));
  const feeds: Record<string, Float32Array> = {};
  for (const each of [...leaves.parameters, ...leaves.inputs]) {
    const random = createRandom(leafName(each));
    feeds[leafName(each)] =
      each.source.kind === "parameter"
        ? initialiseParameter(each, random)
        : Float32Array.from({ length: sizeOf(each.shape) }, () => random.normal());
  }
  for (const { name, shape, rate } of leaves.masks) {
    const random = createRandom(name);
    feeds[name] = Float32Array.from({ length: sizeOf(shape) }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
  }
  const targets = Object.fromEntries(
    Object.entries(outputs).map(([name, { shape }]) => [name, new Float32Array(sizeOf(shape))]),
  );
  await executor.run(feeds, targets);
  await executor.close();
  return targets;
}

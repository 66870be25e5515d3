import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { type Architecture, summariseNet, traceModel, traceNet } from "../../src/models/index.ts";
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
  softmaxCrossEntropy,
  square,
  sub,
} from "../../src/tensor/index.ts";

/** The beat and the one before it through one encoder, and intervals beside them; says the class, and the signal again. */
const twoBeats: Architecture<{ readonly units: number }> = {
  name: "two-beats",
  source: "this test",
  settings: (given) => ({ units: 8, ...(given as object) }),
  inputs: ({ channels, samples }) => ({ previous: { shape: [channels, samples] }, intervals: { shape: [3] } }),
  build: (x, { layers, ops, inputs, settings: { units }, classCount }) => {
    const encode = layers.shared("encoder", (beat: Tensor) =>
      ops.globalAveragePool(ops.gelu(layers.conv1d(beat, { filters: units, kernel: 5, padding: "same" }))),
    );
    const joined = layers.concat([encode(x), encode(inputs["previous"]!), inputs["intervals"]!]);
    const code = ops.relu(layers.dense(joined, { name: "code", units }));
    const signal = layers.dense(code, { name: "signal", units: x.shape[1]! * x.shape[2]! });
    return {
      logits: layers.dense(code, { name: "class", units: classCount }),
      signal: ops.reshape(signal, x.shape),
    };
  },
};

const sizes = { settings: {}, channels: 1, samples: 16, classCount: 2 };

describe("an architecture of several inputs and outputs", () => {
  it("learns by all its outputs", async () => {
    const batch = 24;
    const net = traceNet(twoBeats as Architecture, { ...sizes, mode: "training", batch });
    const labels = input("labels", [batch, 2]);
    const { x } = net.inputs;
    const again = reduceMean(square(sub(net.outputs["signal"]!, x!)));
    const loss = add(reduceMean(softmaxCrossEntropy(net.outputs["logits"]!, labels)), again);
    const { parameters, inputs } = leavesOf([loss]);
    expect(inputs.map(leafName).toSorted()).toEqual(["intervals", "labels", "previous", "x"]);
    const outputs: Record<string, Tensor> = { loss };
    gradients(loss, parameters).forEach((slope, i) => (outputs[`slope/${leafName(parameters[i]!)}`] = slope));
    const executor = await createExecutor(ort, encodeOnnx({ outputs }));

    const random = createRandom("rows");
    const feeds: Record<string, Float32Array> = {};
    for (const each of [...inputs, ...parameters]) {
      const size = each.shape.reduce((product, length) => product * length, 1);
      feeds[leafName(each)] =
        each.source.kind === "parameter"
          ? initialiseParameter(each, random)
          : Float32Array.from({ length: size }, () => random.normal());
    }
    // The class is whether the first interval is positive, and the previous beat is high where it is.
    for (let row = 0; row < batch; row++) {
      const positive = feeds["intervals"]![row * 3]! > 0;
      feeds["labels"]!.set(positive ? [0, 1] : [1, 0], row * 2);
      for (let i = 0; i < 16; i++) feeds["previous"]![row * 16 + i]! += positive ? 2 : -2;
    }
    const targets: Record<string, Float32Array> = { loss: new Float32Array(1) };
    for (const each of parameters) {
      targets[`slope/${leafName(each)}`] = new Float32Array(feeds[leafName(each)]!.length);
    }
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) {
      await executor.run(feeds, targets);
      losses.push(targets["loss"]![0]!);
      for (const each of parameters) {
        const values = feeds[leafName(each)]!;
        targets[`slope/${leafName(each)}`]!.forEach((slope, i) => (values[i]! -= 0.1 * slope));
      }
    }
    await executor.close();
    expect(losses.at(-1)!).toBeLessThan(0.75 * losses[0]!);
  });

  it("is summed up with its shared part once", () => {
    const { inputs, outputs, rows, parameters } = summariseNet(
      traceNet(twoBeats as Architecture, { ...sizes, mode: "inference", batch: 1 }),
    );
    expect(inputs).toEqual({ x: [1, 16], previous: [1, 16], intervals: [3] });
    expect(outputs).toEqual({ logits: [2], signal: [1, 16] });
    const encoders = rows.filter(({ name }) => name === "encoder.conv1d_1");
    expect(encoders).toEqual([
      { name: "encoder.conv1d_1", kind: "conv1d", output: [8, 16], parameters: 48, multiplyAdds: 640, shared: false },
      { name: "encoder.conv1d_1", kind: "conv1d", output: [8, 16], parameters: 0, multiplyAdds: 640, shared: true },
    ]);
    expect(parameters.total).toBe(48 + (19 * 8 + 8) + (8 * 2 + 2) + (8 * 16 + 16));
  });

  it("says after which layer an op of its own does not fit", () => {
    const build: Architecture["build"] = (x, { layers, ops }) => {
      const y = layers.conv1d(x, { name: "stem", filters: 3, kernel: 3 });
      return ops.add(x, y);
    };
    expect(() => traceModel({ name: "sum", source: "", build }, { ...sizes, mode: "inference", batch: 2 })).toThrow(
      'Cannot build op add after layer "stem": expected shapes that broadcast, found shapes that differ (inputs float32[2, 1, 16] and float32[2, 3, 14]).',
    );
  });

  it("is refused where numbers and logits are wanted", () => {
    const trace = (architecture: Architecture) => () =>
      traceModel(architecture, { ...sizes, mode: "training", batch: 2 });
    expect(Object.keys(trace(twoBeats as Architecture)().inputs)).toEqual(["x", "previous", "intervals"]);
    const { inputs: _, ...alone } = twoBeats as Architecture;
    expect(
      trace({
        ...alone,
        inputs: () => ({ age: { shape: [1], dtype: "int32" } }),
        build: (x) => x,
      }),
    ).toThrow("Cannot build model two-beats: expected inputs of float32, found age of int32.");
    expect(trace({ ...alone, build: (x) => ({ signal: x }) })).toThrow(
      "Cannot build model two-beats: expected an output logits, found signal.",
    );
    expect(trace({ ...alone, build: (x) => x })).toThrow(
      "Cannot build model two-beats: expected logits of shape [2, 2], one for each row and class, found [2, 1, 16].",
    );
  });
});

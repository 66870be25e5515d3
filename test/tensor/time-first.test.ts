import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import {
  type OnnxGraph,
  type RecurrentWeights,
  type Tensor,
  add,
  concat,
  createExecutor,
  decodeOnnxModel,
  encodeOnnx,
  globalAveragePool,
  globalMaxPool,
  gradients,
  gru,
  input,
  leafName,
  leavesOf,
  lstm,
  mul,
  parameter,
  reduceSum,
  relu,
  reshape,
  scan,
  sigmoid,
  sizeOf,
  slice,
  square,
} from "../../src/tensor/index.ts";

const [batch, channels, time, units] = [3, 2, 5, 4];

const weight = (name: string, shape: readonly number[]) =>
  parameter(name, shape, { initialise: { kind: "constant", value: 0 } });

function weightsOf(name: string, gates: number, from: number): RecurrentWeights {
  return {
    input: weight(`${name}.input`, [gates * units, from]),
    hidden: weight(`${name}.hidden`, [gates * units, units]),
    inputBias: weight(`${name}.inputBias`, [gates * units]),
    hiddenBias: weight(`${name}.hiddenBias`, [gates * units]),
  };
}

/** Recurrent layers with all that may lie between and after them: sums over time, a range, a gate, a residual, a mask. */
function buildLoss(): Tensor {
  const x = input("x", [batch, channels, time]);
  const there = lstm(x, { weights: weightsOf("there", 4, channels) });
  const back = lstm(x, { weights: weightsOf("back", 4, channels), reverse: true });
  const both = concat([there.output, back.output], 1);
  const gated = mul(both, sigmoid(reshape(globalAveragePool(both), [batch, 2 * units, 1])));
  const above = gru(relu(add(gated, weight("shift", [2 * units, 1]))), { weights: weightsOf("above", 3, 2 * units) });
  const y = mul(add(above, there.output), input("mask", [batch, units, 1]));
  const last = reshape(slice(y, { axis: 2, start: -1 }), [batch, units]);
  const features = concat([globalAveragePool(y), globalMaxPool(y), last, there.cell], 1);
  return add(reduceSum(square(features)), reduceSum(slice(y, { axis: 2, start: 1, end: 4 })));
}

function buildStep(): Record<string, Tensor> {
  const loss = buildLoss();
  const { inputs, parameters } = leavesOf([loss]);
  const wrt = [...parameters, inputs[0]!];
  const outputs: Record<string, Tensor> = { loss };
  gradients(loss, wrt).forEach((slope, index) => (outputs[`slope of ${leafName(wrt[index]!)}`] = slope));
  return outputs;
}

async function run(outputs: Record<string, Tensor>, bytes: Uint8Array) {
  const executor = await createExecutor(ort, bytes);
  const feeds: Record<string, Float32Array> = {};
  for (const each of Object.values(leavesOf(Object.values(outputs))).flat() as Tensor[]) {
    const random = createRandom(leafName(each));
    feeds[leafName(each)] = Float32Array.from({ length: sizeOf(each.shape) }, () => random.normal() * 0.6);
  }
  const results = Object.fromEntries(
    Object.entries(outputs).map(([name, { shape }]) => [name, new Float32Array(sizeOf(shape))]),
  );
  await executor.run(feeds, results);
  await executor.close();
  return results;
}

const opTypes = ({ nodes }: OnnxGraph) => nodes.map(({ opType }) => opType);

describe("recurrent layers with time first", () => {
  it("have the values and slopes of the plain form, through what lies between and after them", async () => {
    const outputs = buildStep();
    const plain = await run(outputs, encodeOnnx({ outputs, formulation: "plain" }));
    const fast = await run(outputs, encodeOnnx({ outputs, formulation: "fast" }));
    for (const [name, wanted] of Object.entries(plain)) {
      const size = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
      wanted.forEach((value, i) => expect((fast[name]![i]! - value) / size, name).toBeCloseTo(0, 4));
    }
  });

  it("make one pass forwards and one backwards, and transpose only what is small", () => {
    const { graph } = decodeOnnxModel(encodeOnnx({ outputs: buildStep(), formulation: "fast" }));
    const types = opTypes(graph);
    expect(types.filter((type) => type === "Scan")).toHaveLength(6);
    expect(types).not.toContain("LSTM");
    expect(types).not.toContain("GRU");
    // Of what layers and element-wise ops make, the slope of x alone is turned back.
    const made = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node.opType])));
    const turned = graph.nodes
      .filter(({ opType, attributes }) => opType === "Transpose" && attributes[0]!.integers!.join() === "2,1,0")
      .map(({ inputs }) => made.get(inputs[0]!))
      .filter((from) => from !== undefined && /^(Scan|Add|Mul|Relu|Concat)$/.test(from));
    expect(turned).toEqual(["Add"]);
  });
});

describe("scan", () => {
  it("carries states from step to step, in either order", async () => {
    const sequence = input("x", [4, 2]);
    const sums = (reverse: boolean) =>
      scan(
        { states: [input("start", [2])], sequences: [sequence], shared: [input("factor", [1])], reverse },
        (given) => {
          const next = add(mul(given.states[0]!, given.shared[0]!), given.slices[0]!);
          return { states: [next], outputs: [next] };
        },
      );
    const feeds = {
      x: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      start: Float32Array.of(1, 0),
      factor: Float32Array.of(2),
    };
    for (const reverse of [false, true]) {
      const { states, outputs } = sums(reverse);
      const executor = await createExecutor(ort, encodeOnnx({ outputs: { last: states[0]!, all: outputs[0]! } }));
      const [last, all] = [new Float32Array(2), new Float32Array(8)];
      await executor.run(feeds, { last, all });
      await executor.close();
      // By hand: h ← 2·h + x.
      expect([...last]).toEqual(reverse ? [...all.subarray(0, 2)] : [...all.subarray(6)]);
      const h = [1, 0];
      const order = reverse ? [3, 2, 1, 0] : [0, 1, 2, 3];
      for (const step of order) {
        for (const column of [0, 1]) {
          h[column] = 2 * h[column]! + feeds.x[step * 2 + column]!;
          expect(all[step * 2 + column]).toBe(h[column]);
        }
      }
    }
  });

  it("says which state a step does not give", () => {
    const sequences = [input("x", [4, 2])];
    expect(() =>
      scan({ states: [input("start", [2])], sequences, shared: [] }, () => ({ states: [], outputs: [] })),
    ).toThrow(/expected a step that gives state 0 as float32\[2\], found none/);
    expect(() =>
      scan({ states: [], sequences: [...sequences, input("z", [3, 2])], shared: [] }, () => ({
        states: [],
        outputs: [],
      })),
    ).toThrow(/expected sequences of one length \(4\), found float32\[3, 2\]/);
  });
});

describe("lstm", () => {
  it("says which weights do not fit", () => {
    const weights = weightsOf("rnn", 3, channels);
    expect(() => lstm(input("x", [batch, channels, time]), { weights, name: "rnn" })).toThrow(
      'Cannot build op lstm in layer "rnn": expected weights of shape [16, 2], found [12, 2]',
    );
  });
});

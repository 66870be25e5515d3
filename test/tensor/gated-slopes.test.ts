import { describe, expect, it } from "vitest";

import {
  type Tensor,
  add,
  decodeOnnxModel,
  gradients,
  input,
  mul,
  reduceSum,
  sigmoid,
  square,
  tanh,
} from "../../src/tensor/index.ts";
import { computeOutputs } from "./compute-outputs.ts";

const image = [2, 3, 4, 5] as const;

/** Of two gates a and b; what the fast form has fewer multiplications of. */
const nets: Readonly<Record<string, { readonly net: (a: Tensor, b: Tensor) => Tensor; readonly saved: number }>> = {
  "a cell's state": { net: (a, b) => mul(sigmoid(a), tanh(b)), saved: 2 },
  "factors in the other order": { net: (a, b) => mul(tanh(b), sigmoid(a)), saved: 2 },
  "a gate that two read": {
    net: (a, b) => {
      const gate = sigmoid(a);
      return add(mul(gate, tanh(b)), gate);
    },
    saved: 1,
  },
  "two gates of one input": { net: (a, b) => mul(mul(sigmoid(a), tanh(a)), b), saved: 2 },
  "a gate for a whole channel": {
    net: (a, b) => mul(b, sigmoid(reduceSum(a, { axes: [2, 3], keepDims: true }))),
    saved: 0,
  },
  "a gate times itself": { net: (a, b) => add(square(sigmoid(a)), square(tanh(b))), saved: 0 },
};

function training(net: (a: Tensor, b: Tensor) => Tensor): Record<string, Tensor> {
  const wanted = [input("a", image), input("b", image)];
  const y = net(wanted[0]!, wanted[1]!);
  const slopes = gradients(reduceSum(mul(y, input("w", image))), wanted);
  // A sum as that for the bias of a convolution.
  const bias = reduceSum(slopes[0]!, { axes: [0, 2, 3] });
  return { y, "slope of a": slopes[0]!, "slope of b": slopes[1]!, bias };
}

async function compute(outputs: Readonly<Record<string, Tensor>>, formulation: "plain" | "fast") {
  const { values, model } = await computeOutputs(outputs, formulation);
  const { nodes } = decodeOnnxModel(model).graph;
  return { values, products: nodes.filter(({ opType }) => opType === "Mul").length };
}

describe("slopes of gates", () => {
  it.each(Object.entries(nets))("have the same values with fewer products: %s", async (_, { net, saved }) => {
    const outputs = training(net);
    const plain = await compute(outputs, "plain");
    const fast = await compute(outputs, "fast");
    for (const [key, wanted] of Object.entries(plain.values)) {
      wanted.forEach((value, i) => expect(Math.abs(value - fast.values[key]![i]!), key).toBeLessThan(3e-6));
    }
    expect(plain.products - fast.products).toBe(saved);
  });
});

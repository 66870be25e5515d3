import { type Tensor, gradients, leafName, leavesOf, mul, parameter, reduceSum } from "../../src/tensor/index.ts";
import type { GoldenCase } from "./golden-ops.ts";
import type { Build } from "./op-cases.ts";

/** A case as a graph: its output, its loss Σ output·weights, and the loss's slopes. */
export function buildCase(build: Build, { inputs, weights, gradients: wanted }: GoldenCase) {
  const leaf = (name: string, shape: readonly number[]) =>
    parameter(name, shape, { initialise: { kind: "constant", value: 0 } });
  const tensors = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, leaf(name, shape)]));
  const output = build(tensors);
  // What a layer makes for itself stands for the input of its name.
  for (const made of leavesOf([output]).parameters) tensors[leafName(made)] = made;
  const loss = reduceSum(mul(output, leaf("weights of the loss", weights.shape)));
  const names = Object.keys(wanted);
  const slopes = gradients(
    loss,
    names.map((name) => tensors[name]!),
  );
  const outputs: Record<string, Tensor> = { output, loss };
  names.forEach((name, index) => (outputs[`slope of ${name}`] = slopes[index]!));
  return { names, outputs };
}

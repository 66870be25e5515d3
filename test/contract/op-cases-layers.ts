import { type Layers, createLayers } from "../../src/models/index.ts";
import {
  type Tensor,
  adaptiveAveragePool,
  adaptiveMaxPool,
  attention,
  averagePool,
  cast,
  concatPool,
  constant,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  embedding,
  erf,
  gelu,
  greater,
  groupNorm,
  layerNorm,
  matmul,
  maxPool,
  mish,
  silu,
  softplus,
} from "../../src/tensor/index.ts";
import type { Build } from "./op-cases.ts";

const lookUp: Build = ({ indices, table }) => embedding(cast(indices!, "int64"), table!);

const activations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  erf,
  gelu,
  "gelu-tanh": (x) => gelu(x, { approximate: "tanh" }),
  silu,
  mish,
  softplus,
};

const named: Readonly<Record<string, Build>> = {
  embedding: lookUp,
  "embedding one": lookUp,
  "embedding many rows": lookUp,
  ...Object.fromEntries(
    Object.entries(activations).flatMap(([name, f]) =>
      ["", " far", " one"].map((end): [string, Build] => [name + end, ({ x }) => f(x!)]),
    ),
  ),
};

/** Functions whose options stand in the case's name as JSON. */
const functions: Readonly<Record<string, (inputs: Readonly<Record<string, Tensor>>, options: never) => Tensor>> = {
  conv1d: ({ x, w }, options) => conv1d(x!, w!, options),
  conv2d: ({ x, w }, options) => conv2d(x!, w!, options),
  convTranspose1d: ({ x, w }, options) => convTranspose1d(x!, w!, options),
  convTranspose2d: ({ x, w }, options) => convTranspose2d(x!, w!, options),
  maxPool: ({ x }, options) => maxPool(x!, options),
  averagePool: ({ x }, options) => averagePool(x!, options),
  adaptiveAveragePool: ({ x }, options) => adaptiveAveragePool(x!, options),
  adaptiveMaxPool: ({ x }, options) => adaptiveMaxPool(x!, options),
  concatPool: ({ x }) => concatPool(x!),
  layerNorm: ({ x, gain, bias }, options: { readonly epsilon: number }) =>
    layerNorm(x!, { ...options, scale: gain!, bias: bias! }),
  groupNorm: ({ x, gain, bias }, options: { readonly groups: number }) =>
    groupNorm(x!, { ...options, scale: gain!, bias: bias! }),
};

/** A layer named "layer"; its weights are the inputs of their names. */
function layerCase(kind: string, settings: object): Build {
  return ({ x }) => {
    const layer = createLayers("training")[kind as keyof Layers] as (x: Tensor, options: object) => Tensor;
    return layer(x!, { ...settings, name: "layer" });
  };
}

/** How a golden case is written with our ops; `undefined` where nobody has written it. */
export function findLayerCase(name: string): Build | undefined {
  if (name in named) return named[name];
  const [start] = name.split(" ");
  if (start === "matmul") return ({ a, b }) => matmul(a!, b!);
  if (start === "attention") {
    const seen = (mask: Tensor | undefined) =>
      mask !== undefined && name.startsWith("attention bool") ? greater(mask, constant([0], [])) : mask;
    return ({ q, k, v, mask }) => attention(q!, k!, v!, { mask: seen(mask) });
  }
  const json = name.indexOf("{");
  if (json === -1) return undefined;
  const settings = JSON.parse(name.slice(json)) as never;
  if (start!.startsWith("layers.")) return layerCase(start!.slice("layers.".length), settings);
  const build = functions[start!];
  return build && ((inputs) => build(inputs, settings));
}

export const namedLayerCases: readonly string[] = Object.keys(named);

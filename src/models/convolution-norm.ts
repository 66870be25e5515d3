import type { Tensor } from "../tensor/index.ts";
import type { Layers } from "./layers/index.ts";

export interface ConvolutionNormOptions {
  readonly layers: Layers;
  /** Names the convolution; its batch norm is called `<name>.norm`. */
  readonly name: string;
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
}

/** Convolution without bias, (k − 1) // 2 zeros on both sides, then batch norm. */
export function convolutionNorm(x: Tensor, { layers, name, kernel, ...options }: ConvolutionNormOptions): Tensor {
  const margin = Math.floor((kernel - 1) / 2);
  const y = layers.conv1d(x, {
    name,
    kernel,
    ...options,
    padding: [margin, margin],
    bias: false,
    initialise: "heNormal",
  });
  return layers.batchNorm(y, { name: `${name}.norm` });
}

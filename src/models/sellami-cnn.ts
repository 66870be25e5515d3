import { z } from "zod";

import { type Tensor, add, globalAveragePool, relu } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { convolutionNorm } from "./convolution-norm.ts";
import type { Layers } from "./layers/index.ts";

const settings = z.strictObject({
  /** Of the first convolution, and of each residual block. */
  filters: z.array(z.int().positive()).min(1).default([32, 32, 64, 64, 128]),
  kernel: z.int().positive().default(9),
  /** Between a block's two convolutions. */
  dropout: z.number().min(0).lt(1).default(0.2),
});

/**
 * A deep residual net for raw beats of one lead, for the batch-weighted loss of Sellami & Hwang (2019). What we could read of their
 * article says that it is a deep convolutional net without preprocessing; the blocks and all sizes here are ours: a convolution, then four
 * residual blocks of two convolutions at half the rate each, the mean over time. 1 lead: 386,596 parameters for 4 classes.
 */
export const sellamiCnn: Architecture<z.output<typeof settings>> = {
  name: "sellami_cnn",
  source: "after 10.1016/j.eswa.2018.12.037; sizes ours",
  settings,
  build: (x, { layers, settings: { filters, kernel, dropout }, classCount }) => {
    const [first, ...blocks] = filters as [number, ...number[]];
    let y = relu(convolutionNorm(x, { layers, name: "stem", filters: first, kernel }));
    blocks.forEach((count, index) => {
      y = residualBlock(y, { layers, name: `block${index + 1}`, filters: count, kernel, dropout });
    });
    return layers.dense(globalAveragePool(y), { name: "output", units: classCount });
  },
};

interface BlockOptions {
  readonly layers: Layers;
  readonly name: string;
  readonly filters: number;
  readonly kernel: number;
  readonly dropout: number;
}

function residualBlock(x: Tensor, { layers, name, filters, kernel, dropout }: BlockOptions): Tensor {
  const first = relu(convolutionNorm(x, { layers, name: `${name}.conv1`, filters, kernel, stride: 2 }));
  const dropped = layers.dropout(first, { name: `${name}.dropout`, rate: dropout });
  const second = convolutionNorm(dropped, { layers, name: `${name}.conv2`, filters, kernel });
  const shortcut = convolutionNorm(x, { layers, name: `${name}.shortcut`, filters, kernel: 1, stride: 2 });
  return relu(add(second, shortcut));
}

import { z } from "zod";

import { type Tensor, add, relu } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { cnnHead, cnnHeadSettings } from "./cnn-head.ts";
import { convolutionNorm } from "./convolution-norm.ts";
import type { Layers } from "./layers/index.ts";

const settings = z.strictObject({
  filters: z.int().positive().default(128),
  /** Kernel size of the first convolution. */
  stem: z.int().positive().default(7),
  /** Kernel sizes of the two convolutions of each block. */
  kernels: z.tuple([z.int().positive(), z.int().positive()]).default([5, 3]),
  /** One per block. */
  strides: z.array(z.int().positive()).min(1).default([1, 2, 2]),
  ...cnnHeadSettings,
});

/**
 * The residual net of Wang, Yan & Oates (2017) in the form of Strodthoff et al. (2020): basic blocks of two convolutions,
 * the later ones at half the rate. 12 leads: 481,863 parameters for 71 classes, 473,349 for 5, 473,865 for 9.
 */
export const resnet1dWang: Architecture<z.output<typeof settings>> = {
  name: "resnet1d_wang",
  source: "10.1109/jbhi.2020.3022989",
  settings,
  build: (x, { layers, settings: { filters, stem, kernels, strides, ...head }, classCount }) => {
    let y = relu(convolutionNorm(x, { layers, name: "stem", filters, kernel: stem }));
    strides.forEach((stride, index) => {
      y = basicBlock(y, { layers, name: `block${index + 1}`, filters, kernels, stride });
    });
    return cnnHead(y, { layers, ...head, classCount });
  },
};

interface BlockOptions {
  readonly layers: Layers;
  readonly name: string;
  readonly filters: number;
  readonly kernels: readonly [number, number];
  readonly stride: number;
}

/** Two convolutions beside a shortcut, which is a 1×1 convolution where the shape changes (He et al. 2016). */
function basicBlock(x: Tensor, { layers, name, filters, kernels, stride }: BlockOptions): Tensor {
  const first = { layers, name: `${name}.conv1`, filters, kernel: kernels[0], stride };
  const second = { layers, name: `${name}.conv2`, filters, kernel: kernels[1] };
  const y = convolutionNorm(relu(convolutionNorm(x, first)), second);
  const same = stride === 1 && x.shape[1] === filters;
  const shortcut = same ? x : convolutionNorm(x, { layers, name: `${name}.shortcut`, filters, kernel: 1, stride });
  return relu(add(y, shortcut));
}

import { z } from "zod";

import { type Tensor, add, concat, maxPool1d, relu } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { cnnHead, cnnHeadSettings } from "./cnn-head.ts";
import { convolutionNorm } from "./convolution-norm.ts";
import type { Layers } from "./layers/index.ts";

const settings = z.strictObject({
  /** Number of modules. */
  depth: z.int().positive().default(6),
  /** Modules between two shortcuts. */
  residualEvery: z.int().positive().default(3),
  /** Filters of each branch; a module has one branch per kernel and the pooled one. */
  filters: z.int().positive().default(32),
  kernels: z.array(z.int().positive()).min(1).default([39, 19, 9]),
  ...cnnHeadSettings,
});

/**
 * InceptionTime (Ismail Fawaz et al. 2020) in the form of Strodthoff et al. (2020): modules of long and short convolutions
 * side by side. 12 leads: 516,167 parameters for 71 classes, 507,653 for 5, 508,169 for 9.
 */
export const inception1d: Architecture<z.output<typeof settings>> = {
  name: "inception1d",
  source: "10.1109/jbhi.2020.3022989",
  settings,
  build: (x, { layers, settings: { depth, residualEvery, filters, kernels, ...head }, classCount }) => {
    let y = x;
    let before = x;
    for (let index = 1; index <= depth; index++) {
      y = inceptionModule(y, { layers, name: `module${index}`, filters, kernels });
      if (index % residualEvery !== 0) continue;
      const shortcut = { layers, name: `shortcut${index / residualEvery}`, filters: y.shape[1]!, kernel: 1 };
      y = relu(add(y, convolutionNorm(before, shortcut)));
      before = y;
    }
    return cnnHead(y, { layers, ...head, classCount });
  },
};

interface ModuleOptions {
  readonly layers: Layers;
  readonly name: string;
  readonly filters: number;
  readonly kernels: readonly number[];
}

/** A 1×1 bottleneck into one convolution per kernel, and a pooled branch of its own. */
function inceptionModule(x: Tensor, { layers, name, filters, kernels }: ModuleOptions): Tensor {
  const convolve = (from: Tensor, branch: string, kernel: number) =>
    layers.conv1d(from, {
      name: `${name}.${branch}`,
      filters,
      kernel,
      padding: [Math.floor((kernel - 1) / 2), Math.floor(kernel / 2)],
      bias: false,
      initialise: "heNormal",
    });
  const narrow = convolve(x, "bottleneck", 1);
  const branches = kernels.map((kernel, index) => convolve(narrow, `conv${index + 1}`, kernel));
  const pooled = convolve(maxPool1d(x, { size: 3, stride: 1, padding: [1, 1] }), "pooled", 1);
  return relu(layers.batchNorm(concat([...branches, pooled], 1), { name: `${name}.norm` }));
}

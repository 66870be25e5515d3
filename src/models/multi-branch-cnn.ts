import { z } from "zod";

import { concat, maxPool1d, relu, reshape } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";

const settings = z.strictObject({
  /** Kernel sizes of the first and second convolution of each branch. */
  branches: z
    .array(z.tuple([z.int().positive(), z.int().positive()]))
    .min(1)
    .default([
      [4, 6],
      [6, 8],
      [8, 10],
    ]),
  /** Filters of the first and second convolution. */
  filters: z.tuple([z.int().positive(), z.int().positive()]).default([8, 16]),
  /** Units of the dense layers before the output. */
  dense: z.array(z.int().positive()).default([256, 32]),
  /** L2 penalty on the convolution kernels. */
  l2: z.number().nonnegative().default(1e-4),
  /** Dropout before the dense layers, and between them. */
  dropout: z.number().min(0).lt(1).default(0),
});

/**
 * The multi-branch CNN for single beats (10.1007/s10916-019-1511-2): the same window through branches of different
 * kernel sizes, each Conv → ReLU → MaxPool 2 twice ('same', no bias), joined before three dense layers.
 * With 251 samples: 773,684 parameters for 4 classes, 773,717 for 5.
 */
export const multiBranchCnn: Architecture<z.output<typeof settings>> = {
  name: "multi-branch-cnn",
  source: "10.1007/s10916-019-1511-2",
  settings,
  build: (x, { layers, settings: { branches, filters, dense, l2, dropout }, classCount }) => {
    const joined = branches.map((kernels, branch) => {
      const y = kernels.reduce(
        (y, kernel, stage) =>
          maxPool1d(
            relu(
              layers.conv1d(y, {
                name: `branch${branch + 1}.conv${stage + 1}`,
                filters: filters[stage]!,
                kernel,
                padding: "same",
                bias: false,
                initialise: "heUniform",
                l2,
              }),
            ),
            { size: 2 },
          ),
        x,
      );
      return reshape(y, [y.shape[0]!, y.shape[1]! * y.shape[2]!]);
    });
    let y = joined.length === 1 ? joined[0]! : concat(joined, 1);
    dense.forEach((units, index) => {
      if (dropout > 0) y = layers.dropout(y, { name: `dropout${index + 1}`, rate: dropout });
      y = relu(layers.dense(y, { name: `dense${index + 1}`, units }));
    });
    return layers.dense(y, { name: "output", units: classCount });
  },
};

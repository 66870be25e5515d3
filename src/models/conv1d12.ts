import { z } from "zod";

import { globalAveragePool, maxPool1d, relu } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";

const settings = z.strictObject({
  /** Filters and kernel size of each convolution. */
  convolutions: z
    .array(z.tuple([z.int().positive(), z.int().positive()]))
    .min(1)
    .default([
      [64, 7],
      [128, 5],
      [256, 3],
    ]),
  /** Units of the dense layer before the output. */
  hidden: z.int().positive().default(128),
  /** Dropout before the output. */
  dropout: z.number().min(0).lt(1).default(0.5),
});

/**
 * A plain convolutional net for recordings of any length: three times Conv → ReLU → MaxPool 3/2, the mean over time, two
 * dense layers. 12 leads: 178,629 parameters for 5 classes.
 */
export const conv1d12: Architecture<z.output<typeof settings>> = {
  name: "conv1d12",
  source: "12-lead Conv1d of the PyTorch tutorials on PTB-XL",
  settings,
  build: (x, { layers, settings: { convolutions, hidden, dropout }, classCount }) => {
    let y = convolutions.reduce((y, [filters, kernel], index) => {
      const options = { name: `conv${index + 1}`, filters, kernel, padding: "same", initialise: "heNormal" } as const;
      return maxPool1d(relu(layers.conv1d(y, options)), { size: 3, stride: 2, padding: [1, 1] });
    }, x);
    y = relu(layers.dense(globalAveragePool(y), { name: "dense", units: hidden, initialise: "heNormal" }));
    return layers.dense(layers.dropout(y, { name: "dropout", rate: dropout }), { name: "output", units: classCount });
  },
};

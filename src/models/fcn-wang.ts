import { z } from "zod";

import { relu } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { cnnHead, cnnHeadSettings } from "./cnn-head.ts";
import { convolutionNorm } from "./convolution-norm.ts";

const settings = z.strictObject({
  /** Filters and kernel size of each convolution. */
  convolutions: z
    .array(z.tuple([z.int().positive(), z.int().positive()]))
    .min(1)
    .default([
      [128, 8],
      [256, 5],
      [128, 3],
    ]),
  ...cnnHeadSettings,
});

/**
 * The fully convolutional net of Wang, Yan & Oates (2017), with the head and in the form of Strodthoff et al. (2020): three
 * convolutions with batch norm and ReLU. 12 leads: 318,279 parameters for 71 classes, 309,765 for 5, 310,281 for 9.
 */
export const fcnWang: Architecture<z.output<typeof settings>> = {
  name: "fcn_wang",
  source: "10.1109/jbhi.2020.3022989",
  settings,
  build: (x, { layers, settings: { convolutions, ...head }, classCount }) => {
    const y = convolutions.reduce(
      (y, [filters, kernel], index) => relu(convolutionNorm(y, { layers, name: `conv${index + 1}`, filters, kernel })),
      x,
    );
    return cnnHead(y, { layers, ...head, classCount });
  },
};

import { z } from "zod";

import { relu, reshape } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";

const settings = z.strictObject({
  hidden: z.int().positive().default(128),
  dropout: z.number().min(0).lt(1).default(0.25),
});

/**
 * The feature baseline Wavelet+NN of the PTB-XL benchmark (Strodthoff et al. 2020): one dense layer over standardised features of
 * all leads, whatever their layout [channel, feature]. 864 features: 119,879 parameters for 71 classes.
 */
export const waveletNn: Architecture<z.output<typeof settings>> = {
  name: "wavelet_nn",
  source: "10.1109/jbhi.2020.3022989",
  settings,
  build: (x, { layers, settings: { hidden, dropout }, classCount }) => {
    const [batch, channels, features] = x.shape as [number, number, number];
    const row = reshape(x, [batch, channels * features]);
    const y = relu(layers.dense(row, { name: "dense", units: hidden }));
    return layers.dense(layers.dropout(y, { name: "dropout", rate: dropout }), { name: "output", units: classCount });
  },
};

import { z } from "zod";

import { type Tensor, globalAveragePool, maxPool1d, relu } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { convolutionNorm } from "./convolution-norm.ts";
import type { Layers } from "./layers/index.ts";

export const surveyStages = {
  /** Filters and kernel size of each convolution; each is followed by batch norm, ReLU and a maximum over `pool` samples. */
  convolutions: z
    .array(z.tuple([z.int().positive(), z.int().positive()]))
    .min(1)
    .default([
      [16, 15],
      [32, 9],
      [64, 5],
      [128, 5],
    ]),
  pool: z.int().min(2).default(4),
};

const settings = z.strictObject({
  ...surveyStages,
  /** Before the output. */
  dropout: z.number().min(0).lt(1).default(0.5),
});

/**
 * A plain convolutional net for windows of one lead of 30 or 60 s, as surveys of atrial fibrillation detection describe their CNN
 * baselines; the sizes are ours, for none are published. Any length of at least pool ^ stages samples; the mean over time
 * precedes the output. 1 lead: 57,044 parameters for 4 classes.
 */
export const surveyCnn: Architecture<z.output<typeof settings>> = {
  name: "survey_cnn",
  source: "the survey's CNN baseline; sizes ours",
  settings,
  build: (x, { layers, settings: { dropout, ...stages }, classCount }) => {
    const y = layers.dropout(globalAveragePool(surveyFeatures(x, { layers, ...stages })), {
      name: "dropout",
      rate: dropout,
    });
    return layers.dense(y, { name: "output", units: classCount });
  },
};

export interface SurveyFeaturesOptions {
  readonly layers: Layers;
  readonly convolutions: readonly (readonly [filters: number, kernel: number])[];
  readonly pool: number;
}

/** x [batch, channel, sample] → [batch, filter, step], a step being pool ^ stages samples. */
export function surveyFeatures(x: Tensor, { layers, convolutions, pool }: SurveyFeaturesOptions): Tensor {
  return convolutions.reduce((y, [filters, kernel], index) => {
    const z = relu(convolutionNorm(y, { layers, name: `stage${index + 1}`, filters, kernel }));
    return maxPool1d(z, { size: pool });
  }, x);
}

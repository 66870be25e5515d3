import { z } from "zod";

import { type Tensor, concat, globalAveragePool, globalMaxPool, relu } from "../tensor/index.ts";
import type { Layers } from "./layers/index.ts";

/** What the head that the PTB-XL benchmark's nets share can be told. */
export const cnnHeadSettings = {
  /** Units of the dense layer before the output. */
  hidden: z.int().positive().default(128),
  /** Dropout before that layer, and before the output. */
  dropout: z.tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)]).default([0.25, 0.5]),
};

export interface CnnHeadOptions {
  readonly layers: Layers;
  readonly hidden: number;
  readonly dropout: readonly [number, number];
  readonly classCount: number;
}

/**
 * The head of the convolutional nets of Strodthoff et al. (2020): the greatest and the mean value of each channel over
 * time, then {@link denseHead}. x [batch, channel, sample] → logits [batch, class].
 */
export function cnnHead(x: Tensor, options: CnnHeadOptions): Tensor {
  return denseHead(concat([globalMaxPool(x), globalAveragePool(x)], 1), options);
}

/** Two dense layers, each after batch norm and dropout. x [batch, feature] → logits [batch, class]. */
export function denseHead(x: Tensor, { layers, hidden, dropout, classCount }: CnnHeadOptions): Tensor {
  let y = layers.dropout(layers.batchNorm(x, { name: "head.norm1" }), { name: "head.dropout1", rate: dropout[0] });
  y = relu(layers.dense(y, { name: "head.dense1", units: hidden, initialise: "heNormal" }));
  y = layers.dropout(layers.batchNorm(y, { name: "head.norm2" }), { name: "head.dropout2", rate: dropout[1] });
  return layers.dense(y, { name: "output", units: classCount, initialise: "heNormal" });
}

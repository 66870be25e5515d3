import { z } from "zod";

import {
  type Tensor,
  add,
  averagePool1d,
  concat,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  relu,
  reshape,
  slice,
} from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { convolutionNorm } from "./convolution-norm.ts";
import type { Layers } from "./layers/index.ts";

const settings = z.strictObject({
  /** Filters and taps of the first convolution, which halves the rate; a maximum halves it again. */
  stem: z.tuple([z.int().positive(), z.int().positive()]).default([32, 15]),
  /** Filters and taps of the residual blocks, each of which halves the rate. */
  stages: z
    .array(z.tuple([z.int().positive(), z.int().positive()]))
    .min(1)
    .default([
      [32, 7],
      [48, 5],
      [64, 5],
      [96, 5],
      [128, 5],
    ]),
  /** Blocks of each stage, of which the first halves the rate. */
  blocks: z.int().positive().default(1),
  /** Between the convolutions of a block. */
  blockDropout: z.number().min(0).lt(1).default(0.1),
  /** Of the GRU, in each direction; 0 for none. */
  units: z.int().min(0).default(64),
  /** What decides: all of the time, or its middle, for a beat that is to be told in its context. */
  reads: z.enum(["whole", "middle"]).optional(),
  /** Before the output. */
  dropout: z.number().min(0).lt(1).default(0.5),
});

/**
 * A small residual net with a recurrent end, made for rhythms in one lead of half a minute: the rate falls by 4 in the stem and by 2
 * in each stage, so that most of the work is done on short sequences; a GRU in both directions reads what is left of time (rhythm is
 * order and spacing of beats), and its greatest and mean values decide. For the beat in the middle of a window, what convolutions and
 * GRU say of the middle decides. Convolutions before recurrence as in Zihlmann et al. (2017), residual blocks as in Hannun et al.
 * (2019); the sizes are ours.
 */
export const residualCrnn: Architecture<z.output<typeof settings>> = {
  name: "residual_crnn",
  source: "convolutions, then recurrence: arXiv 1710.06122; residual blocks: 10.1038/s41591-018-0268-3; sizes ours",
  settings,
  build: (
    x,
    { layers, settings: { stem, stages, blocks, blockDropout, units, reads = "whole", dropout }, classCount },
  ) => {
    let y = relu(convolutionNorm(x, { layers, name: "stem", filters: stem[0], kernel: stem[1], stride: 2 }));
    y = maxPool1d(y, { size: 2 });
    stages.forEach(([filters, kernel], stage) => {
      for (let block = 0; block < blocks; block++) {
        const stride = block === 0 ? 2 : 1;
        const name = `stage${stage + 1}.block${block + 1}`;
        y = residualBlock(y, { layers, name, filters, kernel, stride, dropout: blockDropout });
      }
    });
    const own = y;
    if (units > 0) y = layers.gru(y, { name: "gru", units, bidirectional: true }).output;
    y =
      reads === "middle"
        ? concat([middleOf(own), middleOf(y)], 1)
        : concat([globalMaxPool(y), globalAveragePool(y)], 1);
    return layers.dense(layers.dropout(y, { name: "dropout", rate: dropout }), { name: "output", units: classCount });
  },
};

/** x [batch, channel, time] → [batch, channel] */
function middleOf(x: Tensor): Tensor {
  const [batch, channels, time] = x.shape as [number, number, number];
  const start = Math.floor(time / 2);
  return reshape(slice(x, { axis: 2, start, end: start + 1 }), [batch, channels]);
}

interface BlockOptions {
  readonly layers: Layers;
  readonly name: string;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dropout: number;
}

/** Two convolutions beside a shortcut that is pooled where there is a stride, and widened by a 1×1 where it has other channels. */
function residualBlock(x: Tensor, { layers, name, filters, kernel, stride, dropout }: BlockOptions): Tensor {
  const inner = relu(convolutionNorm(x, { layers, name: `${name}.conv1`, filters, kernel, stride }));
  const dropped = layers.dropout(inner, { name: `${name}.dropout`, rate: dropout });
  const residual = convolutionNorm(dropped, { layers, name: `${name}.conv2`, filters, kernel });
  let shortcut = stride === 1 ? x : averagePool1d(x, { size: stride, ceilMode: true });
  if (x.shape[1] !== filters) {
    shortcut = convolutionNorm(shortcut, { layers, name: `${name}.shortcut`, filters, kernel: 1 });
  }
  return relu(add(residual, shortcut));
}

import { z } from "zod";

import { type Tensor, add, averagePool1d, maxPool1d, relu } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { cnnHead, cnnHeadSettings } from "./cnn-head.ts";
import { convolutionNorm } from "./convolution-norm.ts";
import type { Layers } from "./layers/index.ts";

const settings = z.strictObject({
  /** Filters of the convolutions of the stem, the first of which halves the rate. */
  stem: z.array(z.int().positive()).min(1).default([32, 32, 64]),
  /** Bottlenecks of each stage; each stage after the first halves the rate. */
  blocks: z.array(z.int().positive()).min(1).default([3, 4, 23, 3]),
  /** Filters inside a bottleneck; four times as many come out. */
  width: z.int().positive().default(64),
  kernel: z.int().positive().default(5),
  ...cnnHeadSettings,
});

/**
 * A residual net of 33 bottlenecks with the changes of He et al. (2019): a stem of three convolutions, and shortcuts that
 * pool before they convolve; in the form of Strodthoff et al. (2020), equally wide in all stages. 12 leads: 1,880,775
 * parameters for 71 classes, 1,872,261 for 5, 1,872,777 for 9.
 */
export const xresnet1d101: Architecture<z.output<typeof settings>> = {
  name: "xresnet1d101",
  source: "10.1109/jbhi.2020.3022989",
  settings,
  build: (x, { layers, settings: { stem, blocks, width, kernel, ...head }, classCount }) => {
    let y = x;
    stem.forEach((filters, index) => {
      const stride = index === 0 ? 2 : 1;
      y = relu(convolutionNorm(y, { layers, name: `stem${index + 1}`, filters, kernel, stride }));
    });
    y = maxPool1d(y, { size: 3, stride: 2, padding: [1, 1] });
    blocks.forEach((count, stage) => {
      for (let block = 0; block < count; block++) {
        const stride = stage > 0 && block === 0 ? 2 : 1;
        y = bottleneck(y, { layers, name: `stage${stage + 1}.block${block + 1}`, width, kernel, stride });
      }
    });
    return cnnHead(y, { layers, ...head, classCount });
  },
};

interface BottleneckOptions {
  readonly layers: Layers;
  readonly name: string;
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
}

/** 1×1, then k with the stride, then 1×1 to four times the width, beside a shortcut that is pooled where there is a stride. */
function bottleneck(x: Tensor, { layers, name, width, kernel, stride }: BottleneckOptions): Tensor {
  const wide = width * 4;
  const first = relu(convolutionNorm(x, { layers, name: `${name}.conv1`, filters: width, kernel: 1 }));
  const second = relu(convolutionNorm(first, { layers, name: `${name}.conv2`, filters: width, kernel, stride }));
  const third = convolutionNorm(second, { layers, name: `${name}.conv3`, filters: wide, kernel: 1 });
  let shortcut = stride === 1 ? x : averagePool1d(x, { size: stride, ceilMode: true });
  if (x.shape[1] !== wide) {
    shortcut = convolutionNorm(shortcut, { layers, name: `${name}.shortcut`, filters: wide, kernel: 1 });
  }
  return relu(add(third, shortcut));
}

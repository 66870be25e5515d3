import { z } from "zod";

import { type Tensor, add, globalAveragePool, relu } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import type { Layers } from "./layers/index.ts";

const settings = z.strictObject({
  /** Rows of the image; a square one where absent. Columns follow. */
  rows: z.int().positive().optional(),
  /** Of the embedding and the first stage, and of the stages after it, each of half the rows and columns; half of them in each direction of the ConvLSTM. */
  filters: z.array(z.int().positive().multipleOf(2)).min(1).default([32, 64, 128]),
  /** Residual blocks of each stage. */
  blocks: z.int().positive().default(1),
  /** Channels for each unit of squeeze-and-excitation. */
  ratio: z.int().positive().default(8),
  /** Taps of the ConvLSTM's kernels. */
  kernel: z.int().positive().default(3),
  /** Before the output. */
  dropout: z.number().min(0).lt(1).default(0.5),
});

/**
 * A residual net with hidden attention on an image of a segment, after HA-ResNet (10.1109/TCBB.2022.3198998): an embedding,
 * residual blocks, and in each squeeze-and-excitation and a bidirectional ConvLSTM. The paper's sizes, and where exactly
 * the ConvLSTM sits, are not public; these are our choice: a strided 3×3 embedding; in each block, the shortcut and the
 * excited residual are a sequence of two images, whose last states in both directions, together as many filters as the
 * block has, are added to the shortcut. x [batch, channel, row, column].
 */
export const haResnet: Architecture<z.output<typeof settings>> = {
  name: "ha_resnet",
  source: "10.1109/TCBB.2022.3198998, sizes are our own",
  settings,
  signalShape: ({ channels, samples, settings: { rows = Math.round(Math.sqrt(samples)) } }) => [
    channels,
    rows,
    Math.max(1, Math.round(samples / rows)),
  ],
  build: (x, { layers, settings: { filters, blocks, ratio, kernel, dropout }, classCount }) => {
    let y = relu(normConvolution(x, { layers, name: "embed", filters: filters[0]!, kernel: 3, stride: 2 }));
    filters.forEach((count, stage) => {
      for (let block = 0; block < blocks; block++) {
        const stride = stage > 0 && block === 0 ? 2 : 1;
        const name = `stage${stage + 1}.block${block + 1}`;
        y = hiddenAttentionBlock(y, { layers, name, filters: count, stride, ratio, kernel });
      }
    });
    y = layers.dropout(globalAveragePool(y), { name: "head.dropout", rate: dropout });
    return layers.dense(y, { name: "output", units: classCount });
  },
};

interface ConvolutionOptions {
  readonly layers: Layers;
  readonly name: string;
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
}

function normConvolution(x: Tensor, { layers, name, ...options }: ConvolutionOptions): Tensor {
  const before = Math.floor(options.kernel / 2);
  const padding = [before, before] as const;
  const y = layers.conv2d(x, { ...options, name: `${name}.conv`, padding, bias: false, initialise: "heNormal" });
  return layers.batchNorm(y, { name: `${name}.norm` });
}

function hiddenAttentionBlock(x: Tensor, options: ConvolutionOptions & { readonly ratio: number }): Tensor {
  const { layers, name, filters, stride, ratio, kernel } = options;
  const same = stride === 1 && x.shape[1] === filters;
  const shortcut = same ? x : normConvolution(x, { layers, name: `${name}.shortcut`, filters, kernel: 1, stride });
  const inner = relu(normConvolution(x, { layers, name: `${name}.first`, filters, kernel: 3, stride }));
  const residual = normConvolution(inner, { layers, name: `${name}.second`, filters, kernel: 3, stride: 1 });
  const excited = layers.squeezeExcite(residual, { name: `${name}.excite`, ratio });
  const { hidden } = layers.convLstm([shortcut, excited], {
    name: `${name}.attention`,
    filters: filters / 2,
    kernel,
    bidirectional: true,
  });
  return relu(add(shortcut, hidden));
}

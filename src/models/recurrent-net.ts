import { z } from "zod";

import { concat, reduceMax, reduceMean, reshape, slice } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { cnnHeadSettings, denseHead } from "./cnn-head.ts";

const settings = z.strictObject({
  units: z.int().positive().default(256),
  /** Layers on top of one another. */
  depth: z.int().positive().default(2),
  ...cnnHeadSettings,
});

export interface RecurrentNetOptions {
  readonly name: string;
  readonly kind: "lstm" | "gru";
  readonly bidirectional: boolean;
  readonly source?: string;
}

/**
 * The recurrent nets of the PTB-XL benchmark (Strodthoff et al. 2020): the mean, the greatest and the last value of each
 * unit over time, then two dense layers, each after batch norm and dropout.
 */
export function recurrentNet(options: RecurrentNetOptions): Architecture<z.output<typeof settings>> {
  const { name, kind, bidirectional, source = "10.1109/jbhi.2020.3022989" } = options;
  return {
    name,
    source,
    settings,
    build: (x, { layers, settings: { units, depth, hidden, dropout }, classCount }) => {
      const { output } = layers[kind](x, { name: kind, units, depth, bidirectional });
      const features = [output.shape[0]!, output.shape[1]!];
      const mean = reduceMean(output, { axes: [2] });
      const greatest = reduceMax(output, { axes: [2] });
      const last = reshape(slice(output, { axis: 2, start: -1 }), features);
      return denseHead(concat([mean, greatest, last], 1), { layers, hidden, dropout, classCount });
    },
  };
}

import { z } from "zod";

import { reduceMean, reshape, slice, transpose } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";

const settings = z.strictObject({
  /** Neighbouring samples that are one step: 9,000 samples are 180 steps. Samples that fill no frame, at the end, are left out. */
  frame: z.int().positive().default(50),
  units: z.int().positive().default(64),
  /** Layers on top of one another. */
  depth: z.int().positive().default(2),
  /** Before the output. */
  dropout: z.number().min(0).lt(1).default(0.5),
});

/**
 * Recurrent baselines for windows of one lead of 30 or 60 s: recurrent layers over frames of the signal, the mean over time. Frames
 * keep the number of steps such that gradients reach back. Sizes ours.
 */
function surveyRecurrent(cell: "lstm" | "gru"): Architecture<z.output<typeof settings>> {
  return {
    name: `survey_${cell}`,
    source: `the survey's ${cell.toUpperCase()} baseline; sizes ours`,
    settings,
    build: (x, { layers, settings: { frame, units, depth, dropout }, classCount }) => {
      const [batch, channels, samples] = x.shape as [number, number, number];
      // A window shorter than a frame is one frame.
      const length = Math.min(frame, samples);
      const steps = Math.floor(samples / length);
      const whole = slice(x, { axis: 2, start: 0, end: steps * length });
      const frames = transpose(reshape(whole, [batch, channels, steps, length]), [0, 1, 3, 2]);
      const { output } = layers[cell](reshape(frames, [batch, channels * length, steps]), { name: cell, units, depth });
      const y = layers.dropout(reduceMean(output, { axes: [2] }), { name: "dropout", rate: dropout });
      return layers.dense(y, { name: "output", units: classCount });
    },
  };
}

/** 1 lead: 63,236 parameters for 4 classes. */
export const surveyLstm = surveyRecurrent("lstm");
/** 1 lead: 47,492 parameters for 4 classes. */
export const surveyGru = surveyRecurrent("gru");

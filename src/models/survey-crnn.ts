import { z } from "zod";

import { reduceMean } from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import { surveyFeatures, surveyStages } from "./survey-cnn.ts";

const settings = z.strictObject({
  ...surveyStages,
  cell: z.enum(["lstm", "gru"]).default("lstm"),
  /** In each direction. */
  units: z.int().positive().default(64),
  dropout: z.number().min(0).lt(1).default(0.5),
});

/**
 * The convolutional recurrent baseline for windows of one lead: the stages of `survey_cnn`, a recurrent layer in both directions over
 * what is left of time, the mean over it. Sizes ours. 1 lead: 156,372 parameters for 4 classes.
 */
export const surveyCrnn: Architecture<z.output<typeof settings>> = {
  name: "survey_crnn",
  source: "the survey's CRNN baseline; sizes ours",
  settings,
  build: (x, { layers, settings: { cell, units, dropout, ...stages }, classCount }) => {
    const features = surveyFeatures(x, { layers, ...stages });
    const { output } = layers[cell](features, { name: cell, units, bidirectional: true });
    const y = layers.dropout(reduceMean(output, { axes: [2] }), { name: "dropout", rate: dropout });
    return layers.dense(y, { name: "output", units: classCount });
  },
};

import { z } from "zod";

import { augmentationSchema } from "./augmentation.ts";
import { optimizerSchema } from "./optimizers.ts";
import { scheduleSchema } from "./schedules.ts";
import { averagingSchema } from "./weight-averaging.ts";

/** How a net is trained; part of a recipe. */
export const trainingSchema = z.strictObject({
  /** The most epochs. */
  epochs: z.int().positive(),
  /** Rows per update, over all replicas. */
  batch: z.int().positive(),
  /**
   * Replicas that share each batch; their gradients are added in fixed order. Part of the recipe and not of the machine:
   * the same recipe gives the same weights on one core and on many.
   */
  replicas: z.int().positive().max(64).default(2),
  optimizer: optimizerSchema,
  learningRate: z.number().positive(),
  schedule: scheduleSchema.default({ name: "constant" }),
  /** Validates, keeps and tests a moving average of the weights; absent: the weights of the last step. */
  averaging: averagingSchema.optional(),
  /** Each row's weight in the loss: the same; the inverse of its class's frequency; the root of that; or given by class. */
  classWeights: z
    .union([z.enum(["none", "balanced", "root-balanced"]), z.record(z.string(), z.number().nonnegative())])
    .default("none"),
  /** Every row once an epoch in random order, or rows drawn with replacement so that all classes come equally often. */
  sampling: z.enum(["shuffle", "balanced"]).default("shuffle"),
  augmentation: augmentationSchema.default({ shift: 0, scale: 0 }),
  /** What decides on the validation rows which epoch is kept. */
  monitor: z.enum(["loss", "accuracy", "macroF1"]).default("loss"),
  /** Stops after this many epochs without a better one; absent: never. */
  patience: z.int().positive().optional(),
});

export type TrainingSettings = z.output<typeof trainingSchema>;

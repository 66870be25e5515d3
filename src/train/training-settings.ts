import { z } from "zod";

import { augmentationSchema } from "./augmentation.ts";
import { clippingSchema } from "./clipping.ts";
import { lossSchema } from "./losses/index.ts";
import { mixupSchema } from "./mixup.ts";
import { optimizerOf, optimizerSchema } from "./optimizers/index.ts";
import { frozenSchema, parameterGroupsSchema } from "./parameter-groups.ts";
import { movesMomentum, scheduleSchema } from "./schedules/index.ts";
import { averagingSchema } from "./weight-averaging.ts";
import { windowsSchema } from "../signal/index.ts";

const trainingFields = z.strictObject({
  /** The most epochs. */
  epochs: z.int().positive(),
  /** Rows per update, over all replicas. */
  batch: z.int().positive(),
  /**
   * Replicas that share each batch; their gradients are added in fixed order. Part of the recipe and not of the machine:
   * the same recipe gives the same weights on one core and on many.
   */
  replicas: z.int().positive().max(64).default(2),
  /** Parts of each replica's share of a batch that are computed one after the other, for batches that don't fit into memory. */
  accumulation: z.int().positive().default(1),
  loss: lossSchema.default({ name: "cross-entropy", labelSmoothing: 0 }),
  optimizer: optimizerSchema,
  learningRate: z.number().positive(),
  schedule: scheduleSchema.default({ name: "constant" }),
  /** Limits the gradient of each update; absent: as it is. */
  clipping: clippingSchema.optional(),
  /** Parameters with learning rates of their own. */
  groups: parameterGroupsSchema.default([]),
  /** Names of parameters that stay as they are. */
  frozen: frozenSchema.default([]),
  /** Validates, keeps and tests a moving average of the weights; absent: the weights of the last step. */
  averaging: averagingSchema.optional(),
  /** Each row's weight in the loss: the same; the inverse of its class's frequency; the root of that; or given by class. */
  classWeights: z
    .union([z.enum(["none", "balanced", "root-balanced"]), z.record(z.string(), z.number().nonnegative())])
    .default("none"),
  /** Every row once an epoch in random order, or rows drawn with replacement so that all classes come equally often. */
  sampling: z.enum(["shuffle", "balanced"]).default("shuffle"),
  augmentation: augmentationSchema.default({ shift: 0, scale: 0 }),
  /** Learns mixtures of two rows; absent: rows as they are. */
  mixup: mixupSchema.optional(),
  /** How rows that are longer than the net's window are scored; in training a part of each is drawn anew in every epoch. */
  windows: windowsSchema.optional(),
  /** What decides on the validation rows which epoch is kept; `last` keeps the last one, whatever they say. */
  monitor: z.enum(["loss", "accuracy", "macroF1", "macroAuc", "last"]).default("loss"),
  /** Stops after this many epochs without a better one; absent: never. */
  patience: z.int().positive().optional(),
});

/** How a net is trained; part of a recipe. */
export const trainingSchema = trainingFields.superRefine(({ schedule, optimizer, monitor, patience }, context) => {
  if (monitor === "last" && patience !== undefined) {
    context.addIssue({
      code: "custom",
      path: ["patience"],
      message: `expected none where the last epoch is kept, found ${patience}`,
    });
  }
  if (movesMomentum(schedule) && optimizerOf(optimizer).momentum(optimizer) === undefined) {
    context.addIssue({
      code: "custom",
      path: ["schedule", "momentum"],
      message: `expected false, or an optimizer with momentum; found optimizer ${optimizer.name} without`,
    });
  }
});

export type TrainingSettings = z.output<typeof trainingSchema>;

import { z } from "zod";

import { augmentationSchema } from "../batches/augmentation.ts";
import { clippingSchema } from "../program/clipping.ts";
import { lossSchema } from "../program/losses/index.ts";
import { mixupSchema } from "../batches/mixup.ts";
import { optimizerOf, optimizerSchema } from "../program/optimizers/index.ts";
import { depthRatesSchema, parameterGroupsSchema, parameterNamesSchema } from "../program/parameter-groups.ts";
import { movesMomentum, scheduleSchema } from "../program/schedules/index.ts";
import { averagingSchema } from "../program/weight-averaging.ts";
import { windowsSchema } from "../../signal/index.ts";

/** What a stage of a training may have of its own; what it does not say is as in the whole training. */
const stageFields = {
  optimizer: optimizerSchema,
  learningRate: z.number().positive(),
  schedule: scheduleSchema,
  /** Limits the gradient of each update; absent: as it is. */
  clipping: clippingSchema,
  /** Parameters with learning rates of their own. */
  groups: parameterGroupsSchema,
  /** Learning rates that rise with the layers' depth. */
  rates: depthRatesSchema,
  /** Names of parameters that stay as they are. */
  frozen: parameterNamesSchema,
  /** Names of the only parameters that are trained; absent: all but the frozen ones. */
  trained: parameterNamesSchema.min(1),
  /** Ends after this many epochs without a better one; absent: never. */
  patience: z.int().positive(),
};

const stageSchema = z.strictObject({ epochs: z.int().positive(), ...z.object(stageFields).partial().shape });

const trainingFields = z.strictObject({
  /** The most epochs; with stages their sum, which need not be given. */
  epochs: z.int().positive().optional(),
  /** One after the other, such as a new head alone and then the whole net; absent: one. */
  stages: z.array(stageSchema).min(1).optional(),
  /** Rows per update, over all replicas. */
  batch: z.int().positive().max(1_000_000),
  /**
   * Replicas that share each batch; their gradients are added in fixed order. Part of the recipe and not of the machine:
   * the same recipe gives the same weights on one core and on many.
   */
  replicas: z.int().positive().max(64).default(2),
  /** Parts of each replica's share of a batch that are computed one after the other, for batches that don't fit into memory. */
  accumulation: z.int().positive().default(1),
  loss: lossSchema.default({ name: "cross-entropy", labelSmoothing: 0 }),
  optimizer: stageFields.optimizer,
  learningRate: stageFields.learningRate,
  schedule: stageFields.schedule.default({ name: "constant" }),
  clipping: stageFields.clipping.optional(),
  groups: stageFields.groups.default([]),
  rates: stageFields.rates.optional(),
  frozen: stageFields.frozen.default([]),
  trained: stageFields.trained.optional(),
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
  patience: stageFields.patience.optional(),
});

/** How a net is trained; part of a recipe. */
export const trainingSchema = trainingFields
  .superRefine((training, context) => {
    const { epochs, stages } = training;
    const wrong = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path: [...path], message });
    const sum = stages?.reduce((total, stage) => total + stage.epochs, 0);
    if (epochs === undefined && sum === undefined)
      wrong(["epochs"], "expected a number of epochs, or stages; found neither");
    if (epochs !== undefined && sum !== undefined && epochs !== sum) {
      wrong(["epochs"], `expected the sum of the stages' epochs, ${sum}, or none, found ${epochs}`);
    }
    for (const [index, { schedule, optimizer, patience }] of [training, ...(stages ?? [])].entries()) {
      const place = index === 0 ? [] : ["stages", index - 1];
      if (training.monitor === "last" && patience !== undefined) {
        wrong([...place, "patience"], `expected none where the last epoch is kept, found ${patience}`);
      }
      const own = optimizer ?? training.optimizer;
      if (!movesMomentum(schedule ?? training.schedule) || optimizerOf(own).momentum(own) !== undefined) continue;
      wrong(
        [...place, "schedule", "momentum"],
        `expected false, or an optimizer with momentum; found optimizer ${own.name} without`,
      );
    }
  })
  .transform(({ epochs, ...training }) => ({
    epochs: epochs ?? training.stages!.reduce((total, stage) => total + stage.epochs, 0),
    ...training,
  }));

export type TrainingSettings = z.output<typeof trainingSchema>;

/** The settings of each stage, in order; where there are no stages the training is one. */
export function stagesOf({ stages, ...training }: TrainingSettings): TrainingSettings[] {
  if (stages === undefined) return [training];
  return stages.map((stage) => ({ ...training, ...(stage as TrainingSettings) }));
}

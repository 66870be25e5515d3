import { type Architecture, traceModel } from "../models/index.ts";
import {
  type Tensor,
  add,
  encodeOnnx,
  gradients,
  input,
  leavesOf,
  mul,
  reduceSum,
  scale,
  softmax,
  softmaxCrossEntropy,
} from "../tensor/index.ts";
import { type OptimizerSettings, optimizerUpdate, slotCount } from "./optimizers.ts";
import { type ParameterLayout, layOutParameters } from "./parameter-layout.ts";
import { type AveragingSettings, averageUpdate } from "./weight-averaging.ts";

/** The sizes of what a net reads and says. */
export interface ModelShape {
  readonly channels: number;
  readonly samples: number;
  readonly classCount: number;
}

export interface TrainingProgramOptions extends ModelShape {
  readonly architecture: Architecture;
  readonly settings: unknown;
  readonly optimizer: OptimizerSettings;
  readonly averaging?: AveragingSettings | undefined;
  /** Rows of the batch that one replica computes. */
  readonly shardSize: number;
  /** Replicas that share a batch. */
  readonly shards: number;
  /** Rows that a replica scores at once. */
  readonly evaluationBatch: number;
  /** Whether what a device computes is written for a GPU; the update is for the CPU always. */
  readonly gpu?: boolean;
}

/** Random masks that a training step is fed: 0 with probability `rate`, else 1 / (1 − rate). */
export interface MaskInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly rate: number;
}

/** A net as the three ONNX models that train it; plain data, so that a worker can be sent it. */
export interface TrainingProgram extends ModelShape {
  /**
   * Parameters, `x` [row, channel, sample], `y` [row, class], `w` [row], masks → `loss` (a scalar, this shard's share), `grad/<name>`
   * for each trained parameter, `next/<name>` for each running statistic.
   */
  readonly gradient: Uint8Array;
  /** Parameters, `x` → `probabilities` [row, class]. */
  readonly forward: Uint8Array;
  /**
   * For any length of the flat vector: `p`, the shards' gradients `g0 g1 …` (added in this order), moments `slot0 …` and after
   * them the averages of the weights, `decay`, and the scalars `rate correction1 correction2` and, per average, `keep0 …` →
   * `p_next`, `slot0_next …`.
   */
  readonly update: Uint8Array;
  /** The range of the flat vector that each shard updates; one may be empty where there are few parameters. */
  readonly ranges: readonly ParameterRange[];
  readonly layout: ParameterLayout;
  readonly masks: readonly MaskInput[];
  readonly optimizer: OptimizerSettings;
  readonly averaging: AveragingSettings | undefined;
  /** Vectors that are carried from step to step: the optimizer's moments, then the averages of the weights. */
  readonly slotCount: number;
  readonly shardSize: number;
  readonly evaluationBatch: number;
}

export interface ParameterRange {
  readonly start: number;
  readonly end: number;
}

/** The program, and the parameters as symbols for giving them starting values. */
export interface BuiltProgram {
  readonly program: TrainingProgram;
  readonly parameters: readonly Tensor[];
}

/**
 * Builds the training step of a net. The loss of a batch is the weighted mean of the cross-entropy (the weights `w` are
 * fed already divided by their sum over the whole batch) plus the net's penalties, each shard taking an equal share of
 * these; so the shards' gradients add up to the batch's.
 */
export function buildTrainingProgram(options: TrainingProgramOptions): BuiltProgram {
  const { architecture, shardSize, shards, evaluationBatch, optimizer, averaging, channels, samples, classCount } =
    options;
  const shape = { channels, samples, classCount };
  const formulation = options.gpu === true ? { formulation: "gpu" as const } : {};
  const traced = traceModel(architecture, { ...shape, settings: options.settings, mode: "training", batch: shardSize });
  const y = input("y", [shardSize, classCount]);
  const w = input("w", [shardSize]);
  const data = reduceSum(mul(softmaxCrossEntropy(traced.logits, y), w));
  const loss = traced.penalty === undefined ? data : add(data, scale(traced.penalty, 1 / shards));

  const leaves = leavesOf([loss, ...traced.updates.map((update) => update.value)]);
  const updated = new Set(traced.updates.map((update) => update.parameter));
  const frozen = leaves.parameters.filter(
    (parameter) => !updated.has(parameter) && parameter.source.kind === "parameter" && !parameter.source.trainable,
  );
  // A parameter that is not trained and that no layer moves stays what it is.
  const updates = [...traced.updates, ...frozen.map((parameter) => ({ parameter, value: parameter }))];
  const running = updates.map((update) => update.parameter);
  const trained = leaves.parameters.filter((parameter) => !running.includes(parameter));
  const layout = layOutParameters(trained, running);
  const slopes = gradients(loss, trained);
  const nameOf = (index: number) => layout.places[index]!.name;
  const outputs: Record<string, Tensor> = { loss };
  slopes.forEach((slope, index) => (outputs[`grad/${nameOf(index)}`] = slope));
  updates.forEach((update, index) => (outputs[`next/${nameOf(trained.length + index)}`] = update.value));

  const scored = traceModel(architecture, {
    ...shape,
    settings: options.settings,
    mode: "inference",
    batch: evaluationBatch,
  });
  return {
    parameters: [...trained, ...running],
    program: {
      ...shape,
      gradient: encodeOnnx({ outputs, ...formulation }),
      forward: encodeOnnx({ outputs: { probabilities: softmax(scored.logits, 1) }, ...formulation }),
      update: encodeUpdate({ optimizer, averaging, shards }),
      ranges: shardRanges(layout.trainedSize, shards),
      layout,
      masks: leaves.masks,
      optimizer,
      averaging,
      slotCount: slotCount(optimizer) + (averaging?.decays.length ?? 0),
      shardSize,
      evaluationBatch,
    },
  };
}

/** Equal ranges, cut at multiples of 16 values. */
function shardRanges(size: number, shards: number): ParameterRange[] {
  const each = Math.ceil(size / shards / 16) * 16;
  return Array.from({ length: shards }, (_, shard) => ({
    start: Math.min(size, shard * each),
    end: Math.min(size, (shard + 1) * each),
  }));
}

function encodeUpdate({
  optimizer,
  averaging,
  shards,
}: Pick<TrainingProgramOptions, "optimizer" | "averaging" | "shards">): Uint8Array {
  // Any length will do: it is encoded as open.
  const vector = (name: string) => input(name, [2]);
  const moments = slotCount(optimizer);
  const next = optimizerUpdate(optimizer, {
    parameters: vector("p"),
    gradients: Array.from({ length: shards }, (_, shard) => vector(`g${shard}`)).reduce((sum, g) => add(sum, g)),
    slots: Array.from({ length: moments }, (_, slot) => vector(`slot${slot}`)),
    learningRate: input("rate", []),
    decay: vector("decay"),
    correction1: input("correction1", []),
    correction2: input("correction2", []),
  });
  const outputs: Record<string, Tensor> = { p_next: next.parameters };
  next.slots.forEach((slot, index) => (outputs[`slot${index}_next`] = slot));
  averaging?.decays.forEach((_, index) => {
    const slot = `slot${moments + index}`;
    outputs[`${slot}_next`] = averageUpdate(vector(slot), next.parameters, input(`keep${index}`, []));
  });
  return encodeOnnx({ outputs, dynamicBatch: true });
}

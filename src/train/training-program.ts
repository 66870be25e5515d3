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
  /** Rows of the batch that one replica computes. */
  readonly shardSize: number;
  /** Replicas that share a batch. */
  readonly shards: number;
  /** Rows that a replica scores at once. */
  readonly evaluationBatch: number;
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
  /** One per shard, for its range of the flat vector: `p g slot0… rate decay correction1 correction2` → `p_next slot0_next …`. */
  readonly updates: readonly UpdateProgram[];
  readonly layout: ParameterLayout;
  readonly masks: readonly MaskInput[];
  readonly optimizer: OptimizerSettings;
  readonly shardSize: number;
  readonly evaluationBatch: number;
}

export interface UpdateProgram {
  readonly onnx: Uint8Array;
  /** The range of the flat vector that this shard updates. */
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
  const { architecture, shardSize, shards, evaluationBatch, optimizer, channels, samples, classCount } = options;
  const shape = { channels, samples, classCount };
  const traced = traceModel(architecture, { ...shape, settings: options.settings, mode: "training", batch: shardSize });
  const y = input("y", [shardSize, classCount]);
  const w = input("w", [shardSize]);
  const data = reduceSum(mul(softmaxCrossEntropy(traced.logits, y), w));
  const loss = traced.penalty === undefined ? data : add(data, scale(traced.penalty, 1 / shards));

  const leaves = leavesOf([loss, ...traced.updates.map((update) => update.value)]);
  const running = traced.updates.map((update) => update.parameter);
  const trained = leaves.parameters.filter((parameter) => !running.includes(parameter));
  const layout = layOutParameters(trained, running);
  const slopes = gradients(loss, trained);
  const nameOf = (index: number) => layout.places[index]!.name;
  const outputs: Record<string, Tensor> = { loss };
  slopes.forEach((slope, index) => (outputs[`grad/${nameOf(index)}`] = slope));
  traced.updates.forEach((update, index) => (outputs[`next/${nameOf(trained.length + index)}`] = update.value));

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
      gradient: encodeOnnx({ outputs }),
      forward: encodeOnnx({ outputs: { probabilities: softmax(scored.logits, 1) } }),
      updates: shardRanges(layout.trainedSize, shards).map((range) => ({
        ...range,
        onnx: encodeUpdate(optimizer, range.end - range.start),
      })),
      layout,
      masks: leaves.masks,
      optimizer,
      shardSize,
      evaluationBatch,
    },
  };
}

/** Equal ranges, cut at multiples of 16 values; some may be empty where there are few parameters. */
function shardRanges(size: number, shards: number): { start: number; end: number }[] {
  const each = Math.ceil(size / shards / 16) * 16;
  return Array.from({ length: shards }, (_, shard) => ({
    start: Math.min(size, shard * each),
    end: Math.min(size, (shard + 1) * each),
  }));
}

function encodeUpdate(optimizer: OptimizerSettings, length: number): Uint8Array {
  if (length === 0) return new Uint8Array(0);
  const next = optimizerUpdate(optimizer, {
    parameters: input("p", [length]),
    gradients: input("g", [length]),
    slots: Array.from({ length: slotCount(optimizer) }, (_, slot) => input(`slot${slot}`, [length])),
    learningRate: input("rate", [1]),
    decay: input("decay", [length]),
    correction1: input("correction1", [1]),
    correction2: input("correction2", [1]),
  });
  const outputs: Record<string, Tensor> = { p_next: next.parameters };
  next.slots.forEach((slot, index) => (outputs[`slot${index}_next`] = slot));
  return encodeOnnx({ outputs });
}

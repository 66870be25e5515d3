import { type Tensor, batchNorm, groupNorm, layerNorm, leafName } from "../../tensor/index.ts";
import type { LayerContext, LayerOptions, LayerScope } from "./layer-context.ts";
import { expectAxes, layerMistake } from "./layer-mistake.ts";

export interface BatchNormLayerOptions extends LayerOptions {
  /** The share of the batch's statistics in the new running ones, as in PyTorch (Keras gives the share of the old). */
  readonly momentum?: number;
  readonly epsilon?: number;
}

export interface LayerNormLayerOptions extends LayerOptions {
  /** How many of the last axes are normalised together; 1 unless said otherwise. */
  readonly axes?: number;
  readonly epsilon?: number;
}

export interface GroupNormLayerOptions extends LayerOptions {
  /** 1 takes all channels together; as many as channels is instance normalisation. */
  readonly groups: number;
  readonly epsilon?: number;
}

export interface NormLayers {
  /**
   * Over all axes but the second, with the statistics of the batch (of each replica's shard of it) in training; with the running ones, which
   * then stay, where all of its parameters are frozen.
   */
  batchNorm(x: Tensor, options?: BatchNormLayerOptions): Tensor;
  /** Each row's last axis by its own mean and variance: x [batch, …, feature] (Ba 2016). */
  layerNorm(x: Tensor, options?: LayerNormLayerOptions): Tensor;
  /** Each row's groups of channels by their own mean and variance: x [batch, channel, …] (Wu & He 2018). */
  groupNorm(x: Tensor, options: GroupNormLayerOptions): Tensor;
}

export function normLayers(context: LayerContext): NormLayers {
  return {
    batchNorm: (x, { name, ...options } = {}) =>
      context.layer({ kind: "batchNorm", name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, least: 2, axes: "[batch, channel, …]" });
        const channels = [x.shape[1]!];
        const gainBias = gainAndBias(scope, channels);
        const statistic = (part: string, value: number) =>
          scope.parameter(part, channels, { initialise: { kind: "constant", value }, trainable: false });
        const mean = statistic("runningMean", 0);
        const variance = statistic("runningVariance", 1);
        const isFrozen = [...Object.values(gainBias), mean, variance].every((each) => context.isFrozen(leafName(each)));
        const mode = isFrozen ? "inference" : context.mode;
        const result = batchNorm(x, {
          ...options,
          ...gainBias,
          runningMean: scope.running(mean),
          runningVariance: scope.running(variance),
          mode,
          name: scope.name,
        });
        if (mode === "training") {
          scope.move(mean, result.runningMean);
          scope.move(variance, result.runningVariance);
        }
        return result.output;
      }),
    layerNorm: (x, { name, axes = 1, ...options } = {}) =>
      context.layer({ kind: "layerNorm", name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, least: axes + 1, axes: "[batch, …, feature]" });
        return layerNorm(x, { ...options, ...gainAndBias(scope, x.shape.slice(-axes)), name: scope.name });
      }),
    groupNorm: (x, { name, groups, ...options }) =>
      context.layer({ kind: "groupNorm", name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, least: 2, axes: "[batch, channel, …]" });
        const channels = x.shape[1]!;
        if (channels % groups !== 0) throw layerMistake(scope.name, `channels in ${groups} equal groups`, channels);
        return groupNorm(x, { ...options, groups, ...gainAndBias(scope, [channels]), name: scope.name });
      }),
  };
}

/** The learnt factor and shift of a norm. */
function gainAndBias(scope: LayerScope, shape: readonly number[]) {
  const weight = (part: string, value: number) =>
    scope.parameter(part, shape, { initialise: { kind: "constant", value } });
  return { scale: weight("scale", 1), bias: weight("bias", 0) };
}
